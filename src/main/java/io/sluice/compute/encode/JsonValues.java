package io.sluice.compute.encode;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/// Arrow vectors as JSON values, by Delta type: the table "Values" of the HTTP contract.
final class JsonValues {

    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

    private JsonValues() {}

    static ValueWriter of(DataType type, FieldVector vector) {
        ValueWriter present = switch (type) {
            case DataType.Primitive primitive -> primitive(primitive, vector);
            case DataType.Decimal _ -> quoted(decimal((DecimalVector) vector));
            case DataType.Array array -> array(array, (ListVector) vector);
            case DataType.Map map -> map(map, (MapVector) vector);
            case DataType.Struct struct -> struct(struct, (StructVector) vector);
        };
        if (vector.getNullCount() == 0) {
            return present;
        }
        return (index, out) -> {
            if (vector.isNull(index)) {
                out.put(NULL);
            } else {
                present.write(index, out);
            }
        };
    }

    private static ValueWriter primitive(DataType.Primitive type, FieldVector vector) {
        return switch (type) {
            case STRING -> string((BaseVariableWidthVector) vector);
            case VARIANT -> raw((BaseVariableWidthVector) vector);
            case BINARY -> quoted(base64((BaseVariableWidthVector) vector));
            case DATE, TIMESTAMP, TIMESTAMP_NTZ -> quoted(plain(type, vector));
            case FLOAT, DOUBLE -> floating(type, vector);
            case BYTE, SHORT, INTEGER, LONG, BOOLEAN, VOID -> plain(type, vector);
        };
    }

    /// The values of these types as bare text, without quotes.
    static ValueWriter plain(DataType.Primitive type, FieldVector vector) {
        ArrowBuf data = vector.getDataBuffer();
        return switch (type) {
            case BYTE -> (index, out) -> out.number(data.getByte(index));
            case SHORT -> (index, out) -> out.number(data.getShort(2L * index));
            case INTEGER -> (index, out) -> out.number(data.getInt(4L * index));
            case LONG -> (index, out) -> out.number(data.getLong(8L * index));
            case FLOAT -> (index, out) -> floating(data.getFloat(4L * index), out);
            case DOUBLE -> (index, out) -> floating(data.getDouble(8L * index), out);
            case BOOLEAN, VOID -> {
                var bits = (BitVector) vector;
                yield (index, out) -> out.put(bits.get(index) != 0 ? TRUE : FALSE);
            }
            case DATE -> (index, out) -> CalendarText.date(out, data.getInt(4L * index));
            case TIMESTAMP ->
                (index, out) -> {
                    CalendarText.timestamp(out, data.getLong(8L * index));
                    out.put('Z');
                };
            case TIMESTAMP_NTZ -> (index, out) -> CalendarText.timestamp(out, data.getLong(8L * index));
            case STRING, VARIANT -> raw((BaseVariableWidthVector) vector);
            case BINARY -> base64((BaseVariableWidthVector) vector);
        };
    }

    private static void floating(double value, ByteText out) {
        if (Double.isNaN(value)) {
            out.ascii("NaN");
        } else if (Double.isInfinite(value)) {
            out.ascii(value > 0 ? "Infinity" : "-Infinity");
        } else {
            out.number(value);
        }
    }

    private static void floating(float value, ByteText out) {
        if (Float.isFinite(value)) {
            out.number(value);
        } else {
            floating((double) value, out);
        }
    }

    private static ValueWriter floating(DataType.Primitive type, FieldVector vector) {
        ValueWriter bare = plain(type, vector);
        ValueWriter inQuotes = quoted(bare);
        ArrowBuf data = vector.getDataBuffer();
        return type == DataType.Primitive.FLOAT
                ? (index, out) -> (Float.isFinite(data.getFloat(4L * index)) ? bare : inQuotes).write(index, out)
                : (index, out) -> (Double.isFinite(data.getDouble(8L * index)) ? bare : inQuotes).write(index, out);
    }

    private static ValueWriter quoted(ValueWriter bare) {
        return (index, out) -> {
            out.put('"');
            bare.write(index, out);
            out.put('"');
        };
    }

    /// Always with the digits of the scale and without an exponent.
    static ValueWriter decimal(DecimalVector vector) {
        ArrowBuf data = vector.getDataBuffer();
        int scale = vector.getScale();
        return (index, out) -> {
            long low = data.getLong(16L * index);
            long high = data.getLong(16L * index + 8);
            if (high != low >> 63 || low == Long.MIN_VALUE) {
                BigDecimal value = vector.getObject(index);
                out.ascii(value.toPlainString());
            } else {
                decimal(low, scale, out);
            }
        };
    }

    private static void decimal(long unscaled, int scale, ByteText out) {
        if (unscaled < 0) {
            out.put('-');
        }
        if (scale > 18) {
            out.ascii(BigDecimal.valueOf(Math.abs(unscaled), scale).toPlainString());
            return;
        }
        long power = 1;
        for (int i = 0; i < scale; i++) {
            power *= 10;
        }
        long absolute = Math.abs(unscaled);
        out.number(absolute / power);
        if (scale > 0) {
            out.put('.');
            long fraction = absolute % power;
            for (long digit = power / 10; digit > 0; digit /= 10) {
                out.put((char) ('0' + fraction / digit % 10));
            }
        }
    }

    private static ValueWriter string(BaseVariableWidthVector vector) {
        ArrowBuf data = vector.getDataBuffer();
        ArrowBuf offsets = vector.getOffsetBuffer();
        return (index, out) -> {
            int start = offsets.getInt(4L * index);
            out.jsonString(data, start, offsets.getInt(4L * index + 4) - start);
        };
    }

    private static ValueWriter raw(BaseVariableWidthVector vector) {
        ArrowBuf data = vector.getDataBuffer();
        ArrowBuf offsets = vector.getOffsetBuffer();
        return (index, out) -> {
            int start = offsets.getInt(4L * index);
            out.raw(data, start, offsets.getInt(4L * index + 4) - start);
        };
    }

    private static ValueWriter base64(BaseVariableWidthVector vector) {
        ArrowBuf data = vector.getDataBuffer();
        ArrowBuf offsets = vector.getOffsetBuffer();
        return (index, out) -> {
            int start = offsets.getInt(4L * index);
            out.base64(data, start, offsets.getInt(4L * index + 4) - start);
        };
    }

    private static ValueWriter array(DataType.Array type, ListVector vector) {
        ValueWriter element = of(type.element(), vector.getDataVector());
        ArrowBuf offsets = vector.getOffsetBuffer();
        return (index, out) -> {
            int start = offsets.getInt(4L * index);
            int end = offsets.getInt(4L * index + 4);
            out.put('[');
            for (int i = start; i < end; i++) {
                if (i > start) {
                    out.put(',');
                }
                element.write(i, out);
            }
            out.put(']');
        };
    }

    private static ValueWriter map(DataType.Map type, MapVector vector) {
        var entries = (StructVector) vector.getDataVector();
        ValueWriter key = of(type.key(), (FieldVector) entries.getChildByOrdinal(0));
        ValueWriter value = of(type.value(), (FieldVector) entries.getChildByOrdinal(1));
        ArrowBuf offsets = vector.getOffsetBuffer();
        boolean object = type.key() == DataType.Primitive.STRING;
        return (index, out) -> {
            int start = offsets.getInt(4L * index);
            int end = offsets.getInt(4L * index + 4);
            out.put(object ? '{' : '[');
            for (int i = start; i < end; i++) {
                if (i > start) {
                    out.put(',');
                }
                if (!object) {
                    out.put('[');
                }
                key.write(i, out);
                out.put(object ? ':' : ',');
                value.write(i, out);
                if (!object) {
                    out.put(']');
                }
            }
            out.put(object ? '}' : ']');
        };
    }

    private static ValueWriter struct(DataType.Struct type, StructVector vector) {
        List<Column> fields = type.fields();
        var names = new byte[fields.size()][];
        var values = new ValueWriter[fields.size()];
        for (int i = 0; i < fields.size(); i++) {
            names[i] = member(fields.get(i).name());
            values[i] = of(fields.get(i).type(), (FieldVector) vector.getChildByOrdinal(i));
        }
        return object(names, values);
    }

    /// An object of these members, from vectors that share the index.
    static ValueWriter object(byte[][] names, ValueWriter[] values) {
        return (index, out) -> {
            out.put('{');
            for (int i = 0; i < values.length; i++) {
                if (i > 0) {
                    out.put(',');
                }
                out.put(names[i]);
                values[i].write(index, out);
            }
            out.put('}');
        };
    }

    /// `"name":`
    static byte[] member(String name) {
        var text = new ByteText(name.length() + 16);
        text.jsonString(name);
        text.put(':');
        return text.toBytes();
    }
}
