package io.sluice.compute.decode;

import io.sluice.compute.column.BooleanCells;
import io.sluice.compute.column.BytesCells;
import io.sluice.compute.column.Cells;
import io.sluice.compute.column.DecimalCells;
import io.sluice.compute.column.DoubleCells;
import io.sluice.compute.column.FloatCells;
import io.sluice.compute.column.IntCells;
import io.sluice.compute.column.LongCells;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import java.math.BigInteger;
import java.util.Optional;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/// Copies single values out of a vector into cells where the vector's type widens to the column's without loss.
@FunctionalInterface
interface ArrowCell {

    /// Appends the value at `row`, which is not null.
    void append(int row) throws BadCellException;

    long DAY_MILLIS = 86_400_000L;

    /// The copier for a type without children; empty when the vector's type does not widen to it.
    static Optional<ArrowCell> leaf(FieldVector vector, DataType type, Cells cells, int maxBytes) {
        return switch (type) {
            case Primitive primitive ->
                switch (primitive) {
                    case BYTE, SHORT, INTEGER ->
                        whole(vector, bits(primitive)).map(value -> {
                            var ints = (IntCells) cells;
                            return row -> ints.append((int) value.at(row));
                        });
                    case LONG ->
                        whole(vector, bits(primitive)).map(value -> {
                            var longs = (LongCells) cells;
                            return row -> longs.append(value.at(row));
                        });
                    case FLOAT -> floating(vector, (FloatCells) cells);
                    case DOUBLE -> floating(vector, (DoubleCells) cells);
                    case BOOLEAN ->
                        vector instanceof BitVector bits
                                ? Optional.of(row -> ((BooleanCells) cells).append(bits.get(row) != 0))
                                : Optional.empty();
                    case STRING ->
                        ArrowBytes.text(vector)
                                .map(value -> row -> ArrowBytes.string((BytesCells) cells, value.at(row), maxBytes));
                    case BINARY ->
                        ArrowBytes.binary(vector)
                                .map(value -> row ->
                                        ((BytesCells) cells).append(ArrowBytes.limited(value.at(row), maxBytes)));
                    case DATE -> date(vector, (IntCells) cells);
                    case TIMESTAMP, TIMESTAMP_NTZ -> timestamp(vector, primitive, (LongCells) cells);
                    case VARIANT, VOID -> Optional.empty();
                };
            case DataType.Decimal decimal -> decimal(vector, decimal, (DecimalCells) cells);
            case DataType.Array array -> Optional.empty();
            case DataType.Map map -> Optional.empty();
            case DataType.Struct struct -> Optional.empty();
        };
    }

    private static int bits(Primitive primitive) {
        return switch (primitive) {
            case BYTE -> 8;
            case SHORT -> 16;
            case INTEGER -> 32;
            default -> 64;
        };
    }

    /// A whole number in a vector.
    interface Whole {
        long at(int row);
    }

    private static Optional<Whole> whole(FieldVector vector, int bits) {
        if (!(vector instanceof BaseIntVector ints)
                || !(vector.getField().getType() instanceof ArrowType.Int type)
                || type.getBitWidth() + (type.getIsSigned() ? 0 : 1) > bits) {
            return Optional.empty();
        }
        return Optional.of(ints::getValueAsLong);
    }

    private static Optional<ArrowCell> floating(FieldVector vector, FloatCells cells) {
        return switch (vector) {
            case Float4Vector floats -> Optional.of(row -> cells.append(floats.get(row)));
            case Float2Vector halves -> Optional.of(row -> cells.append(halves.getValueAsFloat(row)));
            default -> whole(vector, 24).map(value -> row -> cells.append((float) value.at(row)));
        };
    }

    private static Optional<ArrowCell> floating(FieldVector vector, DoubleCells cells) {
        return switch (vector) {
            case Float8Vector doubles -> Optional.of(row -> cells.append(doubles.get(row)));
            case Float4Vector floats -> Optional.of(row -> cells.append(floats.get(row)));
            case Float2Vector halves -> Optional.of(row -> cells.append(halves.getValueAsFloat(row)));
            default -> whole(vector, 53).map(value -> row -> cells.append((double) value.at(row)));
        };
    }

    private static Optional<ArrowCell> date(FieldVector vector, IntCells cells) {
        return switch (vector) {
            case DateDayVector days -> Optional.of(row -> cells.append(Times.checkedDay(days.get(row))));
            case DateMilliVector millis ->
                Optional.of(row -> {
                    long value = millis.get(row);
                    if (value % DAY_MILLIS != 0) {
                        throw new BadCellException("has a time of the day; a date has none");
                    }
                    cells.append(Times.checkedDay(value / DAY_MILLIS));
                });
            default -> Optional.empty();
        };
    }

    private static Optional<ArrowCell> timestamp(FieldVector vector, Primitive wanted, LongCells cells) {
        if (!(vector instanceof TimeStampVector stamps)
                || !(vector.getField().getType() instanceof ArrowType.Timestamp type)
                || (type.getTimezone() == null) != (wanted == Primitive.TIMESTAMP_NTZ)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (type.getUnit()) {
                    case SECOND -> row -> cells.append(scaled(stamps.get(row), 1_000_000));
                    case MILLISECOND -> row -> cells.append(scaled(stamps.get(row), 1_000));
                    case MICROSECOND -> row -> cells.append(Times.checkedMicros(stamps.get(row)));
                    case NANOSECOND ->
                        row -> {
                            long nanos = stamps.get(row);
                            if (nanos % 1_000 != 0) {
                                throw new BadCellException("is finer than a microsecond");
                            }
                            cells.append(Times.checkedMicros(nanos / 1_000));
                        };
                });
    }

    private static long scaled(long value, long factor) throws BadCellException {
        long high = Math.multiplyHigh(value, factor);
        long low = value * factor;
        return Times.checkedMicros(high == low >> 63 ? low : value < 0 ? Long.MIN_VALUE : Long.MAX_VALUE);
    }

    private static Optional<ArrowCell> decimal(FieldVector vector, DataType.Decimal type, DecimalCells cells) {
        int whole = type.precision() - type.scale();
        if (vector.getField().getType() instanceof ArrowType.Decimal from) {
            int shift = type.scale() - from.getScale();
            if (shift < 0 || from.getScale() < 0 || from.getPrecision() - from.getScale() > whole) {
                return Optional.empty();
            }
            BigInteger factor = BigInteger.TEN.pow(shift);
            BigInteger limit = BigInteger.TEN.pow(type.precision());
            return switch (vector) {
                case DecimalVector decimals ->
                    Optional.of(row -> append(
                            cells,
                            decimals.getObjectNotNull(row).unscaledValue().multiply(factor),
                            limit));
                case Decimal256Vector decimals ->
                    Optional.of(row -> append(
                            cells,
                            decimals.getObjectNotNull(row).unscaledValue().multiply(factor),
                            limit));
                default -> Optional.empty();
            };
        }
        if (vector.getField().getType() instanceof ArrowType.Int from && whole >= digits(from)) {
            BigInteger factor = BigInteger.TEN.pow(type.scale());
            BigInteger limit = BigInteger.TEN.pow(type.precision());
            return vector instanceof BaseIntVector ints
                    ? Optional.of(
                            row -> append(cells, unsigned(ints, vector, row).multiply(factor), limit))
                    : Optional.empty();
        }
        return Optional.empty();
    }

    private static BigInteger unsigned(BaseIntVector ints, FieldVector vector, int row) {
        long value = ints.getValueAsLong(row);
        return vector instanceof UInt8Vector ? new BigInteger(Long.toUnsignedString(value)) : BigInteger.valueOf(value);
    }

    private static int digits(ArrowType.Int type) {
        return switch (type.getBitWidth()) {
            case 8 -> 3;
            case 16 -> 5;
            case 32 -> 10;
            default -> type.getIsSigned() ? 19 : 20;
        };
    }

    /// The type of the vector bounds its values only by promise.
    private static void append(DecimalCells cells, BigInteger unscaled, BigInteger limit) throws BadCellException {
        if (unscaled.abs().compareTo(limit) >= 0) {
            throw new BadCellException("does not fit its decimal type");
        }
        cells.append(unscaled);
    }
}
