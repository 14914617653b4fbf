package io.sluice.compute.column;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;

/// Decimals of one scale as 128-bit unscaled integers.
public final class DecimalCells extends Cells {

    private static final int WIDTH = 16;

    private final int scale;
    private long[] words = new long[32];

    public DecimalCells(int scale) {
        this.scale = scale;
    }

    /// Appends a value whose unscaled integer fits 64 bits.
    public void append(long unscaled) {
        put(unscaled, unscaled >> 63, true);
    }

    /// Appends a value whose unscaled integer fits 128 bits.
    public void append(BigInteger unscaled) {
        put(unscaled.longValue(), unscaled.shiftRight(64).longValueExact(), true);
    }

    public BigDecimal value(int row) {
        var bytes = ByteBuffer.allocate(WIDTH).order(ByteOrder.BIG_ENDIAN);
        bytes.putLong(words[2 * row + 1]).putLong(words[2 * row]);
        return new BigDecimal(new BigInteger(bytes.array()), scale);
    }

    private void put(long low, long high, boolean present) {
        int at = 2 * size();
        if (at == words.length) {
            words = Arrays.copyOf(words, grown(at));
        }
        words[at] = low;
        words[at + 1] = high;
        added(present);
    }

    @Override
    public void appendNull() {
        put(0, 0, false);
    }

    @Override
    public void appendFrom(Cells other, int row) {
        var from = (DecimalCells) other;
        put(from.words[2 * row], from.words[2 * row + 1], !other.isNull(row));
    }

    @Override
    public boolean sameValue(int row, Cells other, int otherRow) {
        var that = (DecimalCells) other;
        return isNull(row) == that.isNull(otherRow)
                && (isNull(row)
                        || (words[2 * row] == that.words[2 * otherRow]
                                && words[2 * row + 1] == that.words[2 * otherRow + 1]));
    }

    @Override
    public Object boxed(int row) {
        return value(row);
    }

    @Override
    public long bytes() {
        return validityBytes() + (long) WIDTH * size();
    }

    @Override
    public void exportTo(FieldVector vector) {
        ((BaseFixedWidthVector) vector).allocateNew(size());
        exportValidity(vector);
        vector.getDataBuffer()
                .nioBuffer(0, WIDTH * size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .put(words, 0, 2 * size());
        vector.setValueCount(size());
    }
}
