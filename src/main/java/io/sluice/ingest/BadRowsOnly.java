package io.sluice.ingest;

import io.sluice.compute.RowBatch;
import io.sluice.compute.decode.RowSink;
import io.sluice.table.BadRow;
import java.util.ArrayList;
import java.util.List;

/// Looks through a body for what was wrong with it; its good rows are in the table already.
final class BadRowsOnly implements RowSink {

    private final List<BadRow> rejected = new ArrayList<>();
    private long good;
    private long bad;

    @Override
    public void rows(RowBatch batch) {
        good += batch.rows();
    }

    @Override
    public void bad(long row, String column, String reason, String payload) {
        bad++;
        if (bad <= RowCollector.MAX_BAD_ROWS) {
            rejected.add(new BadRow(row, column, reason));
        }
    }

    /// None when other rows are good now than were then: the table has become another one, and the body does not
    /// tell any more.
    ///
    /// @param written rows that are in the table
    List<BadRow> besides(long written) {
        return good == written && bad <= RowCollector.MAX_BAD_ROWS ? rejected : List.of();
    }
}
