package io.sluice.delta.kernel;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.ByteType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FloatType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.ShortType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampNTZType;
import io.delta.kernel.types.TimestampType;
import io.sluice.table.Column;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.JsonValues;
import io.sluice.table.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Statistics of files as a checkpoint may hold them: as a struct (`stats_parsed`; Delta protocol, "Checkpoint
/// Schema"). They are told as the JSON text that an `add` has otherwise.
final class ParsedStatistics {

    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private ParsedStatistics() {}

    /// The type of the struct of a table with these columns.
    static StructType type(Schema schema) {
        StructType bounds = bounds(schema.columns());
        StructType type = new StructType().add("numRecords", LongType.LONG, true);
        if (bounds.length() > 0) {
            type = type.add("minValues", bounds, true).add("maxValues", bounds, true);
        }
        return type.add("nullCount", counts(schema.columns()), true).add("tightBounds", BooleanType.BOOLEAN, true);
    }

    private static StructType bounds(List<Column> columns) {
        StructType type = new StructType();
        for (Column column : columns) {
            DataType bound = bound(column.type());
            if (bound != null) {
                type = type.add(column.physicalName(), bound, true);
            }
        }
        return type;
    }

    /// Null for what has no bounds.
    private static @Nullable DataType bound(io.sluice.table.DataType type) {
        return switch (type) {
            case Primitive primitive ->
                switch (primitive) {
                    case BYTE -> ByteType.BYTE;
                    case SHORT -> ShortType.SHORT;
                    case INTEGER -> IntegerType.INTEGER;
                    case LONG -> LongType.LONG;
                    case FLOAT -> FloatType.FLOAT;
                    case DOUBLE -> DoubleType.DOUBLE;
                    case STRING -> StringType.STRING;
                    case DATE -> DateType.DATE;
                    case TIMESTAMP -> TimestampType.TIMESTAMP;
                    case TIMESTAMP_NTZ -> TimestampNTZType.TIMESTAMP_NTZ;
                    case BOOLEAN, BINARY, VARIANT, VOID -> null;
                };
            case io.sluice.table.DataType.Decimal(int precision, int scale) -> new DecimalType(precision, scale);
            case io.sluice.table.DataType.Struct(List<Column> fields) -> {
                StructType nested = bounds(fields);
                yield nested.length() > 0 ? nested : null;
            }
            case io.sluice.table.DataType.Array _, io.sluice.table.DataType.Map _ -> null;
        };
    }

    private static StructType counts(List<Column> columns) {
        StructType type = new StructType();
        for (Column column : columns) {
            DataType count = column.type() instanceof io.sluice.table.DataType.Struct(List<Column> fields)
                    ? counts(fields)
                    : LongType.LONG;
            type = type.add(column.physicalName(), count, true);
        }
        return type;
    }

    /// @param vector of [#type]
    /// @return empty when the row has none
    static Optional<String> json(ColumnVector vector, int row) {
        Map<String, Object> values = values(vector, row);
        return values.containsKey("numRecords") ? Optional.of(JsonValues.write(values)) : Optional.empty();
    }

    private static Map<String, Object> values(ColumnVector vector, int row) {
        Map<String, Object> values = new LinkedHashMap<>();
        if (vector.isNullAt(row)) {
            return values;
        }
        List<StructField> fields = ((StructType) vector.getDataType()).fields();
        for (int i = 0; i < fields.size(); i++) {
            Object value = value(vector.getChild(i), fields.get(i).getDataType(), row);
            if (value != null) {
                values.put(fields.get(i).getName(), value);
            }
        }
        return values;
    }

    private static @Nullable Object value(ColumnVector vector, DataType type, int row) {
        if (vector.isNullAt(row)) {
            return null;
        }
        return switch (type) {
            case StructType _ -> {
                Map<String, Object> nested = values(vector, row);
                yield nested.isEmpty() ? null : nested;
            }
            case BooleanType _ -> vector.getBoolean(row);
            case ByteType _ -> (long) vector.getByte(row);
            case ShortType _ -> (long) vector.getShort(row);
            case IntegerType _ -> (long) vector.getInt(row);
            case LongType _ -> vector.getLong(row);
            case FloatType _ -> finite(vector.getFloat(row), Float.toString(vector.getFloat(row)));
            case DoubleType _ -> finite(vector.getDouble(row), Double.toString(vector.getDouble(row)));
            case StringType _ -> vector.getString(row);
            case DecimalType _ -> vector.getDecimal(row);
            case DateType _ -> LocalDate.ofEpochDay(vector.getInt(row)).toString();
            case TimestampType _ -> millis(vector.getLong(row)) + "Z";
            case TimestampNTZType _ -> millis(vector.getLong(row));
            default -> null;
        };
    }

    /// A bound that is no number of JSON says nothing.
    private static @Nullable Object finite(double value, String shortest) {
        return Double.isFinite(value) ? new BigDecimal(shortest) : null;
    }

    /// Cut to milliseconds, as writers do it ("Per-file Statistics").
    private static String millis(long micros) {
        return MILLIS.format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }
}
