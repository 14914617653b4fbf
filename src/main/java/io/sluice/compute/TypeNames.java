package io.sluice.compute;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.util.List;
import java.util.stream.Collectors;

/// Delta's names of types, for messages.
public final class TypeNames {

    private TypeNames() {}

    /// Columns as `name type`.
    public static List<String> describe(List<Column> columns) {
        return columns.stream()
                .map(column -> column.name() + " " + of(column.type()))
                .toList();
    }

    /// For example `array<struct<a:integer,b:string>>`.
    public static String of(DataType type) {
        return switch (type) {
            case DataType.Primitive primitive -> primitive.deltaName();
            case DataType.Decimal decimal -> "decimal(" + decimal.precision() + "," + decimal.scale() + ")";
            case DataType.Array array -> "array<" + of(array.element()) + ">";
            case DataType.Map map -> "map<" + of(map.key()) + "," + of(map.value()) + ">";
            case DataType.Struct struct ->
                struct.fields().stream()
                        .map(field -> field.name() + ":" + of(field.type()))
                        .collect(Collectors.joining(",", "struct<", ">"));
        };
    }
}
