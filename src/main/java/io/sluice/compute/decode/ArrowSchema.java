package io.sluice.compute.decode;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/// Arrow's types as those that a Delta table has for their values.
final class ArrowSchema {

    private ArrowSchema() {}

    /// @throws io.sluice.table.FailureException `schema-mismatch` for a type that no column can have
    static Schema of(List<FieldVector> vectors, Map<Long, Dictionary> dictionaries) {
        return new Schema(vectors.stream()
                .map(vector -> column(decoded(vector.getField(), dictionaries)))
                .toList());
    }

    private static Field decoded(Field field, Map<Long, Dictionary> dictionaries) {
        var encoding = field.getDictionary();
        Dictionary dictionary = encoding == null ? null : dictionaries.get(encoding.getId());
        return dictionary == null
                ? field
                : new Field(
                        field.getName(),
                        dictionary.getVector().getField().getFieldType(),
                        dictionary.getVector().getField().getChildren());
    }

    private static Column column(Field field) {
        return new Column(field.getName(), type(field));
    }

    private static DataType type(Field field) {
        List<Field> children = field.getChildren();
        return switch (field.getType()) {
            case ArrowType.Int integer -> integer(integer);
            case ArrowType.FloatingPoint number ->
                number.getPrecision() == FloatingPointPrecision.DOUBLE ? Primitive.DOUBLE : Primitive.FLOAT;
            case ArrowType.Bool _ -> Primitive.BOOLEAN;
            case ArrowType.Utf8 _, ArrowType.LargeUtf8 _, ArrowType.Utf8View _, ArrowType.Null _ -> Primitive.STRING;
            case ArrowType.Binary _, ArrowType.LargeBinary _, ArrowType.BinaryView _, ArrowType.FixedSizeBinary _ ->
                Primitive.BINARY;
            case ArrowType.Date _ -> Primitive.DATE;
            case ArrowType.Timestamp timestamp ->
                timestamp.getTimezone() == null ? Primitive.TIMESTAMP_NTZ : Primitive.TIMESTAMP;
            case ArrowType.Decimal decimal
            when decimal.getPrecision() <= 38 && decimal.getScale() >= 0 ->
                new DataType.Decimal(decimal.getPrecision(), decimal.getScale());
            case ArrowType.List _, ArrowType.LargeList _, ArrowType.FixedSizeList _, ArrowType.ListView _ ->
                new DataType.Array(type(children.getFirst()), true);
            case ArrowType.Struct _ ->
                new DataType.Struct(children.stream().map(ArrowSchema::column).toList());
            case ArrowType.Map _ -> {
                List<Field> entry = children.getFirst().getChildren();
                yield new DataType.Map(type(entry.getFirst()), type(entry.get(1)), true);
            }
            default ->
                throw new Failure.SchemaMismatch(
                                List.of(),
                                List.of(JsonRows.shown(field.getName()) + " " + field.getType()),
                                JsonRows.shown(field.getName()) + " has a type that no column can have")
                        .asException();
        };
    }

    private static DataType integer(ArrowType.Int type) {
        return switch (type.getIsSigned() ? type.getBitWidth() : type.getBitWidth() * 2) {
            case 8 -> Primitive.BYTE;
            case 16 -> Primitive.SHORT;
            case 32 -> Primitive.INTEGER;
            case 64 -> Primitive.LONG;
            default -> new DataType.Decimal(20, 0);
        };
    }
}
