package io.sluice.compute.scan;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.util.stream.Collectors;

/// Reads variants that writers of the preview feature left without Parquet's annotation.
///
/// DuckDB takes such a group for a struct of two binaries and makes it an object with the members `metadata` and
/// `value`; the value that it encodes (Parquet's variant encoding) is what the table holds.
final class VariantValues {

    private VariantValues() {}

    /// The expression with every variant in its value decoded; the expression itself where the type holds none.
    static String decoded(String expression, DataType type) {
        return decoded(expression, type, 0);
    }

    private static String decoded(String value, DataType type, int level) {
        if (!SqlType.holdsVariant(type)) {
            return value;
        }
        return switch (type) {
            case DataType.Primitive _ -> variant(value);
            case DataType.Decimal _ -> value;
            case DataType.Array array -> elements(value, array.element(), level);
            case DataType.Map map ->
                "CASE WHEN " + value + " IS NOT NULL THEN map(map_keys(" + value + "), "
                        + elements("map_values(" + value + ")", map.value(), level) + ") END";
            case DataType.Struct struct ->
                struct.fields().stream()
                        .map(field -> field(value, field, level))
                        .collect(Collectors.joining(
                                ", ", "CASE WHEN " + value + " IS NOT NULL THEN struct_pack(", ") END"));
        };
    }

    private static String elements(String list, DataType element, int level) {
        String each = "x" + level;
        return "list_transform(" + list + ", lambda " + each + ": " + decoded(each, element, level + 1) + ")";
    }

    private static String field(String struct, Column field, int level) {
        String value = "struct_extract(" + struct + ", " + Sql.literal(field.name()) + ")";
        return Sql.identifier(field.name()) + " := " + decoded(value, field.type(), level);
    }

    /// Nested, so that members are asked for only where they exist.
    private static String variant(String value) {
        String metadata = "variant_extract(" + value + ", 'metadata')";
        String encoded = "variant_extract(" + value + ", 'value')";
        return "CASE WHEN variant_typeof(" + value + ") = 'OBJECT(metadata, value)' THEN CASE WHEN variant_typeof("
                + metadata + ") = 'BLOB' AND variant_typeof(" + encoded
                + ") = 'BLOB' THEN variant_bytes_to_variant(CAST(" + metadata + " AS BLOB) || CAST(" + encoded
                + " AS BLOB)) ELSE " + value + " END ELSE " + value + " END";
    }
}
