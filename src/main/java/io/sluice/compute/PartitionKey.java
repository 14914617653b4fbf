package io.sluice.compute;

import io.sluice.compute.scan.PartitionValue;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A partition by its values, not by their texts: writers differ in how they write a timestamp, a decimal or a null
/// (Delta protocol, "Partition Value Serialization").
///
/// @param values one typed constant per partition column
public record PartitionKey(List<String> values) {

    /// @param columns logical names
    /// @param texts by physical name, as in an `add`
    /// @throws io.sluice.table.FailureException `table-corrupt` when a text is not a value of its column's type
    public static PartitionKey of(Schema schema, List<String> columns, Map<String, @Nullable String> texts) {
        return new PartitionKey(
                columns.stream().map(name -> constant(schema, name, texts)).toList());
    }

    /// Whether a text is a value of a partition column of this type.
    public static boolean isValue(String text, DataType type) {
        try {
            String unused = PartitionValue.constant(text, type);
            return switch (type) {
                case DataType.Primitive.BYTE -> Long.parseLong(text) == (byte) Long.parseLong(text);
                case DataType.Primitive.SHORT -> Long.parseLong(text) == (short) Long.parseLong(text);
                case DataType.Primitive.INTEGER -> Long.parseLong(text) == (int) Long.parseLong(text);
                case DataType.Decimal decimal -> new BigDecimal(text).precision() <= decimal.precision();
                default -> true;
            };
        } catch (FailureException none) {
            return false;
        }
    }

    private static String constant(Schema schema, String name, Map<String, @Nullable String> texts) {
        Column column = schema.find(name).orElseThrow();
        return PartitionValue.constant(texts.get(column.physicalName()), column.type());
    }
}
