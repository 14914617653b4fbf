package io.sluice.change;

import io.sluice.compute.change.RowChange.Assignment;
import io.sluice.compute.change.RowSource;
import io.sluice.table.Schema;
import java.util.List;

/// All columns of a table that a source has too, set to the source's values.
final class AllColumns {

    private AllColumns() {}

    /// @param key columns that are equal anyway
    static List<Assignment> updated(Schema table, RowSource source, List<String> key) {
        return table.columns().stream()
                .filter(column -> key.stream().noneMatch(column.name()::equalsIgnoreCase))
                .flatMap(column -> source.value(column, RowSource.Otherwise.KEPT).stream())
                .toList();
    }

    static List<Assignment> inserted(Schema table, RowSource source) {
        return table.columns().stream()
                .flatMap(column -> source.value(column, RowSource.Otherwise.NULL).stream())
                .toList();
    }
}
