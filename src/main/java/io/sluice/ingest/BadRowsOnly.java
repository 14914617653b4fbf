package io.sluice.ingest;

import io.sluice.compute.RowBatch;
import io.sluice.compute.decode.RowSink;
import io.sluice.table.BadRow;
import java.util.List;

/// Looks through a body for what was wrong with it; its good rows are in the table already.
record BadRowsOnly(List<BadRow> rejected) implements RowSink {

    @Override
    public void rows(RowBatch batch) {}

    @Override
    public void bad(long row, String column, String reason, String payload) {
        rejected.add(new BadRow(row, column, reason));
    }
}
