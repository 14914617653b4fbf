package io.sluice.ingest.stage;

import io.sluice.compute.RowBatch;
import io.sluice.delta.Action;
import io.sluice.delta.RedefinedTable;
import java.util.List;

/// Good rows of a request, ready for its commit group.
public sealed interface PreparedRows {

    long rows();

    /// Few rows; the group writes them together with those of other requests.
    record InMemory(List<RowBatch> batches) implements PreparedRows {
        @Override
        public long rows() {
            return batches.stream().mapToLong(RowBatch::rows).sum();
        }
    }

    /// Many rows, whose files are on storage already.
    record Stored(List<Action.AddFile> files, long rows) implements PreparedRows {}

    /// Rows of a request that changes the table's definition with them; its commit is its own.
    ///
    /// @param table as the commit will leave it; the rows have its schema
    record Redefining(PreparedRows prepared, RedefinedTable table) implements PreparedRows {
        @Override
        public long rows() {
            return prepared.rows();
        }
    }
}
