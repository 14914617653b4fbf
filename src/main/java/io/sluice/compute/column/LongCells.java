package io.sluice.compute.column;

import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;

/// 64-bit values: long, timestamp and timestamp_ntz (microseconds since 1970).
public final class LongCells extends Cells {

    private long[] values = new long[16];

    public void append(long value) {
        put(value, true);
    }

    private void put(long value, boolean present) {
        int row = size();
        if (row == values.length) {
            values = Arrays.copyOf(values, grown(row));
        }
        values[row] = value;
        added(present);
    }

    public long value(int row) {
        return values[row];
    }

    @Override
    public void appendNull() {
        put(0L, false);
    }

    @Override
    public void appendFrom(Cells other, int row) {
        put(((LongCells) other).values[row], !other.isNull(row));
    }

    @Override
    public boolean sameValue(int row, Cells other, int otherRow) {
        if (isNull(row) || other.isNull(otherRow)) {
            return isNull(row) && other.isNull(otherRow);
        }
        long left = values[row];
        long right = ((LongCells) other).values[otherRow];
        return left == right;
    }

    @Override
    public Object boxed(int row) {
        return values[row];
    }

    @Override
    public long bytes() {
        return validityBytes() + (long) 8 * size();
    }

    @Override
    public void exportTo(FieldVector vector) {
        ((BaseFixedWidthVector) vector).allocateNew(size());
        exportValidity(vector);
        vector.getDataBuffer()
                .nioBuffer(0, 8 * size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .put(values, 0, size());
        vector.setValueCount(size());
    }
}
