package io.sluice.table;

import java.util.List;
import java.util.Optional;

/// The columns of a table, in table order. Names are looked up without regard to case, as Delta does.
public record Schema(List<Column> columns) {

    public Schema {
        columns = List.copyOf(columns);
    }

    /// The top-level column of this name, ignoring case.
    public Optional<Column> find(String name) {
        return columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .findFirst();
    }

    public DataType.Struct asStruct() {
        return new DataType.Struct(columns);
    }
}
