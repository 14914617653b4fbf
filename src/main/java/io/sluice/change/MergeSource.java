package io.sluice.change;

import io.sluice.compute.change.RowSource;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Schema;

/// Where a merge takes its rows from.
interface MergeSource {

    /// @param table into which they are merged
    /// @throws io.sluice.table.FailureException `bad-rows` for values that the table's columns cannot have
    RowSource read(TableSnapshot table);

    /// Whether the rows are all those of the table itself, as it is when they are merged.
    default boolean isItself(TableSnapshot table) {
        return false;
    }

    /// The columns that the rows have, whatever those of the table are.
    Schema columns(TableSnapshot table);
}
