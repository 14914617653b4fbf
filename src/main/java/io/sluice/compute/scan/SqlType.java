package io.sluice.compute.scan;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.util.List;
import java.util.stream.Collectors;

/// Delta types as DuckDB types.
///
/// A Delta `timestamp` is an instant (`TIMESTAMPTZ`), a `timestamp_ntz` a wall clock reading (`TIMESTAMP`); both in
/// microseconds.
public final class SqlType {

    private SqlType() {}

    /// The type with the fields of structs under their logical names.
    public static String logical(DataType type) {
        return of(type, Names.LOGICAL);
    }

    /// The type with the fields of structs under the names that they have in data files (Delta protocol, "Column
    /// Mapping").
    public static String physical(DataType type) {
        return of(type, Names.PHYSICAL);
    }

    /// The type in which values leave for an answer: as [#logical], variants as JSON text.
    public static String answer(DataType type) {
        return of(type, Names.ANSWER);
    }

    /// Whether a variant lies somewhere in the type.
    public static boolean holdsVariant(DataType type) {
        return switch (type) {
            case DataType.Primitive primitive -> primitive == DataType.Primitive.VARIANT;
            case DataType.Decimal _ -> false;
            case DataType.Array array -> holdsVariant(array.element());
            case DataType.Map map -> holdsVariant(map.key()) || holdsVariant(map.value());
            case DataType.Struct struct ->
                struct.fields().stream().map(Column::type).anyMatch(SqlType::holdsVariant);
        };
    }

    private enum Names {
        LOGICAL,
        PHYSICAL,
        ANSWER
    }

    private static String of(DataType type, Names names) {
        return switch (type) {
            case DataType.Primitive primitive -> primitive(primitive, names);
            case DataType.Decimal decimal -> "DECIMAL(" + decimal.precision() + "," + decimal.scale() + ")";
            case DataType.Array array -> of(array.element(), names) + "[]";
            case DataType.Map map -> "MAP(" + of(map.key(), names) + ", " + of(map.value(), names) + ")";
            case DataType.Struct struct -> struct(struct.fields(), names);
        };
    }

    private static String struct(List<Column> fields, Names names) {
        return fields.stream()
                .map(field -> Sql.identifier(names == Names.PHYSICAL ? field.physicalName() : field.name()) + " "
                        + of(field.type(), names))
                .collect(Collectors.joining(", ", "STRUCT(", ")"));
    }

    private static String primitive(DataType.Primitive type, Names names) {
        return switch (type) {
            case BYTE -> "TINYINT";
            case SHORT -> "SMALLINT";
            case INTEGER -> "INTEGER";
            case LONG -> "BIGINT";
            case FLOAT -> "FLOAT";
            case DOUBLE -> "DOUBLE";
            case BOOLEAN, VOID -> "BOOLEAN";
            case STRING -> "VARCHAR";
            case BINARY -> "BLOB";
            case DATE -> "DATE";
            case TIMESTAMP -> "TIMESTAMPTZ";
            case TIMESTAMP_NTZ -> "TIMESTAMP";
            case VARIANT -> names == Names.ANSWER ? "JSON" : "VARIANT";
        };
    }
}
