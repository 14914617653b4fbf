package io.sluice.compute.column;

import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TinyIntVector;

/// Integers up to 32 bits: byte, short, integer, date (days since 1970); the vector decides the width.
public final class IntCells extends Cells {

    private int[] values = new int[16];

    public void append(int value) {
        put(value, true);
    }

    private void put(int value, boolean present) {
        int row = size();
        if (row == values.length) {
            values = Arrays.copyOf(values, grown(row));
        }
        values[row] = value;
        added(present);
    }

    public int value(int row) {
        return values[row];
    }

    @Override
    public void appendNull() {
        put(0, false);
    }

    @Override
    public void appendFrom(Cells other, int row) {
        put(((IntCells) other).values[row], !other.isNull(row));
    }

    @Override
    public boolean sameValue(int row, Cells other, int otherRow) {
        if (isNull(row) || other.isNull(otherRow)) {
            return isNull(row) && other.isNull(otherRow);
        }
        int left = values[row];
        int right = ((IntCells) other).values[otherRow];
        return left == right;
    }

    @Override
    public Object boxed(int row) {
        return values[row];
    }

    @Override
    public long bytes() {
        return validityBytes() + (long) 4 * size();
    }

    @Override
    public void exportTo(FieldVector vector) {
        ((BaseFixedWidthVector) vector).allocateNew(size());
        exportValidity(vector);
        var data = vector.getDataBuffer();
        switch (vector) {
            case TinyIntVector tiny -> {
                for (int row = 0; row < size(); row++) {
                    data.setByte(row, (byte) values[row]);
                }
            }
            case SmallIntVector small -> {
                for (int row = 0; row < size(); row++) {
                    data.setShort(2L * row, (short) values[row]);
                }
            }
            default ->
                data.nioBuffer(0, 4 * size())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asIntBuffer()
                        .put(values, 0, size());
        }
        vector.setValueCount(size());
    }
}
