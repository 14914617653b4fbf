package io.sluice.compute.column;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import java.util.List;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/// Delta's types as cells and as Arrow fields; fields carry physical names, since that is what data files have.
public final class CellTypes {

    private CellTypes() {}

    /// Empty cells for values of a type.
    /// A variant is a JSON text here, which [JsonTexts] turns into one.
    public static Cells cells(DataType type) {
        return switch (type) {
            case DataType.Primitive primitive ->
                switch (primitive) {
                    case BYTE, SHORT, INTEGER, DATE -> new IntCells();
                    case LONG, TIMESTAMP, TIMESTAMP_NTZ -> new LongCells();
                    case FLOAT -> new FloatCells();
                    case DOUBLE -> new DoubleCells();
                    case BOOLEAN -> new BooleanCells();
                    case STRING, BINARY, VARIANT -> new BytesCells();
                    case VOID -> throw voidColumn();
                };
            case DataType.Decimal decimal -> new DecimalCells(decimal.scale());
            case DataType.Array array -> new ListCells(cells(array.element()));
            case DataType.Map map -> new MapCells(cells(map.key()), cells(map.value()));
            case DataType.Struct struct ->
                new StructCells(struct.fields().stream()
                        .map(field -> cells(field.type()))
                        .toList());
        };
    }

    /// The Arrow field of a column, under its physical name.
    public static Field field(Column column) {
        return field(column.physicalName(), column.type(), nullability(column.nullable()));
    }

    private enum Nullability {
        NULLABLE,
        REQUIRED
    }

    private static Nullability nullability(boolean nullable) {
        return nullable ? Nullability.NULLABLE : Nullability.REQUIRED;
    }

    private static Field field(String name, DataType type, Nullability nullability) {
        return new Field(
                name,
                new FieldType(nullability == Nullability.NULLABLE, arrowType(type), null, JsonTexts.mark(type)),
                switch (type) {
                    case DataType.Primitive primitive -> List.of();
                    case DataType.Decimal decimal -> List.of();
                    case DataType.Array array ->
                        List.of(field("element", array.element(), nullability(array.containsNull())));
                    case DataType.Map map ->
                        List.of(new Field(
                                MapVector.DATA_VECTOR_NAME,
                                new FieldType(false, ArrowType.Struct.INSTANCE, null),
                                List.of(
                                        field(MapVector.KEY_NAME, map.key(), Nullability.REQUIRED),
                                        field(
                                                MapVector.VALUE_NAME,
                                                map.value(),
                                                nullability(map.valueContainsNull())))));
                    case DataType.Struct struct ->
                        struct.fields().stream().map(CellTypes::field).toList();
                });
    }

    private static ArrowType arrowType(DataType type) {
        return switch (type) {
            case DataType.Primitive primitive ->
                switch (primitive) {
                    case BYTE -> new ArrowType.Int(8, true);
                    case SHORT -> new ArrowType.Int(16, true);
                    case INTEGER -> new ArrowType.Int(32, true);
                    case LONG -> new ArrowType.Int(64, true);
                    case FLOAT -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
                    case DOUBLE -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
                    case BOOLEAN -> ArrowType.Bool.INSTANCE;
                    case STRING, VARIANT -> ArrowType.Utf8.INSTANCE;
                    case BINARY -> ArrowType.Binary.INSTANCE;
                    case DATE -> new ArrowType.Date(DateUnit.DAY);
                    case TIMESTAMP -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
                    case TIMESTAMP_NTZ -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
                    case VOID -> throw voidColumn();
                };
            case DataType.Decimal decimal -> new ArrowType.Decimal(decimal.precision(), decimal.scale(), 128);
            case DataType.Array array -> ArrowType.List.INSTANCE;
            case DataType.Map map -> new ArrowType.Map(false);
            case DataType.Struct struct -> ArrowType.Struct.INSTANCE;
        };
    }

    private static RuntimeException voidColumn() {
        return new Failure.UnsupportedTableFeature(
                        List.of("void"), "rows with a column that has no type yet cannot be written here")
                .asException();
    }
}
