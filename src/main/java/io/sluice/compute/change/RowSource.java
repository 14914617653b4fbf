package io.sluice.compute.change;

import io.sluice.compute.RowBatch;
import io.sluice.compute.Scan;
import io.sluice.table.Schema;
import java.util.List;

/// The rows that a merge brings.
///
/// Columns have the names of the schema; for a column `x` that some rows leave out, and only those, there is a boolean
/// beside it ([#absence]) that says so.
public sealed interface RowSource {

    Schema schema();

    /// @param uniqueBy columns in which no two rows may be equal, nulls excepted; empty where that does not matter
    /// @param duplicates what happens where they are
    record Batch(Schema schema, List<RowBatch> rows, List<String> uniqueBy, Duplicates duplicates)
            implements RowSource {
        public Batch {
            rows = List.copyOf(rows);
            uniqueBy = List.copyOf(uniqueBy);
        }
    }

    /// Rows of another table, or of another version.
    record Scanned(Scan scan) implements RowSource {
        @Override
        public Schema schema() {
            return scan.schema();
        }
    }

    /// Of rows that share a key.
    enum Duplicates {
        REFUSED,
        FIRST_STAYS,
        LAST_STAYS
    }

    /// The name of the column that says whether a row leaves out the column of this number.
    static String absence(int column) {
        return "sluice$absent" + column;
    }
}
