package io.sluice.compute.rule;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Schema;
import java.util.List;
import java.util.Map;

/// A schema without the physical names of column mapping: rows of it have their logical names in a statement.
public final class LogicalNames {

    private LogicalNames() {}

    public static Schema of(Schema schema) {
        return new Schema(columns(schema.columns()));
    }

    private static List<Column> columns(List<Column> columns) {
        return columns.stream()
                .map(column -> new Column(column.name(), type(column.type()), true, Map.of()))
                .toList();
    }

    private static DataType type(DataType type) {
        return switch (type) {
            case DataType.Primitive primitive -> primitive;
            case DataType.Decimal decimal -> decimal;
            case DataType.Array array -> new DataType.Array(type(array.element()), true);
            case DataType.Map map -> new DataType.Map(type(map.key()), type(map.value()), true);
            case DataType.Struct struct -> new DataType.Struct(columns(struct.fields()));
        };
    }
}
