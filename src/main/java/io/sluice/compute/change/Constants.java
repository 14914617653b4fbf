package io.sluice.compute.change;

import io.sluice.compute.RowBatch;
import io.sluice.compute.RowExpression;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Predicate;
import io.sluice.table.Schema;
import java.util.List;
import java.util.Optional;

/// Values given by a request, decoded by the rules of rows that come in: one row, a column for each value.
///
/// @param row empty where there are none
public record Constants(Optional<RowBatch> row) {

    public static final Constants NONE = new Constants(Optional.empty());

    static final String RELATION = "sluice_constants";

    /// The value of a column of the row, for a column of this type.
    public static RowExpression reference(String name, DataType type) {
        return new RowExpression(
                "(SELECT " + Sql.identifier(name) + " FROM " + RELATION + ")",
                type,
                List.of(),
                new Predicate.Anything(),
                List.of());
    }

    /// The same columns without what column mapping says about them, as rows of requests have them.
    public static Schema plain(Schema schema) {
        return new Schema(schema.columns().stream().map(Constants::plain).toList());
    }

    private static Column plain(Column column) {
        return new Column(column.name(), plain(column.type()), column.nullable(), java.util.Map.of());
    }

    /// The type whose fields are known by their names alone.
    public static DataType plain(DataType type) {
        return switch (type) {
            case DataType.Primitive _, DataType.Decimal _ -> type;
            case DataType.Array array -> new DataType.Array(plain(array.element()), array.containsNull());
            case DataType.Map map -> new DataType.Map(plain(map.key()), plain(map.value()), map.valueContainsNull());
            case DataType.Struct struct ->
                new DataType.Struct(
                        struct.fields().stream().map(Constants::plain).toList());
        };
    }
}
