package io.sluice.compute.decode;

import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;

/// Whether a vector may become a column as it is: it has the column's own Arrow type, its buffers hold as many values
/// as it says, and every value obeys the value rules. Whoever reads it later, DuckDB say, trusts it.
///
/// False says only that the values must be looked at one by one.
final class VectorChecks {

    private static final long NOT_ASCII = 0x8080808080808080L;

    private final int rows;
    private final int maxBytes;

    /// @param maxBytes of one string or binary value
    VectorChecks(int rows, int maxBytes) {
        this.rows = rows;
        this.maxBytes = maxBytes;
    }

    boolean isColumn(FieldVector vector, DataType type) {
        if (vector.getField().getDictionary() != null
                || vector.getValueCount() != rows
                || !hasOwnType(vector, type)
                || vector.getValidityBuffer().capacity() < bits(rows)) {
            return false;
        }
        return switch (vector) {
            case BitVector bits -> bits.getDataBuffer().capacity() >= bits(rows);
            case TimeStampMicroTZVector stamps -> isWhole(stamps) && areTimes(stamps.getDataBuffer());
            case TimeStampMicroVector stamps -> isWhole(stamps) && areTimes(stamps.getDataBuffer());
            case DateDayVector days -> isWhole(days) && areDays(days.getDataBuffer());
            case DecimalVector decimals -> isWhole(decimals) && fit(decimals);
            case VarCharVector text -> isWhole(text) && isText(text);
            case VarBinaryVector bytes -> isWhole(bytes);
            case BaseFixedWidthVector numbers -> isWhole(numbers);
            default -> false;
        };
    }

    private static boolean hasOwnType(FieldVector vector, DataType type) {
        return switch (type) {
            case Primitive primitive ->
                switch (primitive) {
                    case BYTE -> vector instanceof TinyIntVector;
                    case SHORT -> vector instanceof SmallIntVector;
                    case INTEGER -> vector instanceof IntVector;
                    case LONG -> vector instanceof BigIntVector;
                    case FLOAT -> vector instanceof Float4Vector;
                    case DOUBLE -> vector instanceof Float8Vector;
                    case BOOLEAN -> vector instanceof BitVector;
                    case STRING -> vector instanceof VarCharVector;
                    case BINARY -> vector instanceof VarBinaryVector;
                    case DATE -> vector instanceof DateDayVector;
                    case TIMESTAMP -> vector instanceof TimeStampMicroTZVector;
                    case TIMESTAMP_NTZ -> vector instanceof TimeStampMicroVector;
                    case VARIANT, VOID -> false;
                };
            case DataType.Decimal decimal ->
                vector instanceof DecimalVector decimals
                        && decimals.getPrecision() == decimal.precision()
                        && decimals.getScale() == decimal.scale();
            case DataType.Array array -> false;
            case DataType.Map map -> false;
            case DataType.Struct struct -> false;
        };
    }

    private static long bits(int count) {
        return (count + 7L) / 8;
    }

    private boolean isWhole(BaseFixedWidthVector vector) {
        return vector.getDataBuffer().capacity() >= (long) rows * vector.getTypeWidth();
    }

    /// Offsets ascend within the data, and no value is too long.
    private boolean isWhole(BaseVariableWidthVector vector) {
        if (vector.getOffsetBuffer().capacity() < 4L * (rows + 1)) {
            return false;
        }
        IntBuffer offsets = offsets(vector);
        int start = offsets.get(0);
        boolean good = start >= 0;
        for (int row = 1; row <= rows; row++) {
            int end = offsets.get(row);
            good &= end >= start && end - start <= maxBytes;
            start = end;
        }
        return good && start <= vector.getDataBuffer().capacity();
    }

    private IntBuffer offsets(BaseVariableWidthVector vector) {
        return bytes(vector.getOffsetBuffer(), 0, 4 * (rows + 1)).asIntBuffer();
    }

    private static ByteBuffer bytes(ArrowBuf buffer, int from, int to) {
        return buffer.nioBuffer(from, to - from).order(ByteOrder.LITTLE_ENDIAN);
    }

    private boolean isText(VarCharVector vector) {
        IntBuffer offsets = offsets(vector);
        int first = offsets.get(0);
        ByteBuffer data = bytes(vector.getDataBuffer(), first, offsets.get(rows));
        if (isAscii(data)) {
            return true;
        }
        for (int row = 0; row < rows; row++) {
            if (!Utf8.isValid(data, offsets.get(row) - first, offsets.get(row + 1) - first)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAscii(ByteBuffer data) {
        LongBuffer eights = data.asLongBuffer();
        long seen = 0;
        for (int i = 0; i < eights.limit(); i++) {
            seen |= eights.get(i);
        }
        for (int i = eights.limit() * 8; i < data.limit(); i++) {
            seen |= data.get(i);
        }
        return (seen & NOT_ASCII) == 0;
    }

    private boolean areTimes(ArrowBuf data) {
        LongBuffer micros = bytes(data, 0, 8 * rows).asLongBuffer();
        boolean good = true;
        for (int row = 0; row < rows; row++) {
            good &= Times.isInRange(micros.get(row));
        }
        return good;
    }

    private boolean areDays(ArrowBuf data) {
        IntBuffer days = bytes(data, 0, 4 * rows).asIntBuffer();
        boolean good = true;
        for (int row = 0; row < rows; row++) {
            good &= Times.isDayInRange(days.get(row));
        }
        return good;
    }

    /// Each unscaled value has no more digits than the type.
    private boolean fit(DecimalVector vector) {
        BigInteger limit = BigInteger.TEN.pow(vector.getPrecision());
        long limitHigh = limit.shiftRight(64).longValue();
        long limitLow = limit.longValue();
        LongBuffer halves = bytes(vector.getDataBuffer(), 0, 16 * rows).asLongBuffer();
        for (int row = 0; row < rows; row++) {
            long low = halves.get(2 * row);
            long high = halves.get(2 * row + 1);
            if (high < 0) {
                low = -low;
                high = ~high + (low == 0 ? 1 : 0);
            }
            if (high < 0 || high > limitHigh || (high == limitHigh && Long.compareUnsigned(low, limitLow) >= 0)) {
                return false;
            }
        }
        return true;
    }
}
