package io.sluice.compute.column;

import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;

/// 32-bit floating point.
public final class FloatCells extends Cells {

    private float[] values = new float[16];

    public void append(float value) {
        put(value, true);
    }

    private void put(float value, boolean present) {
        int row = size();
        if (row == values.length) {
            values = Arrays.copyOf(values, grown(row));
        }
        values[row] = value;
        added(present);
    }

    public float value(int row) {
        return values[row];
    }

    @Override
    public void appendNull() {
        put(0f, false);
    }

    @Override
    public void appendFrom(Cells other, int row) {
        put(((FloatCells) other).values[row], !other.isNull(row));
    }

    @Override
    public boolean sameValue(int row, Cells other, int otherRow) {
        if (isNull(row) || other.isNull(otherRow)) {
            return isNull(row) && other.isNull(otherRow);
        }
        float left = values[row];
        float right = ((FloatCells) other).values[otherRow];
        return left == right || Float.floatToIntBits(left) == Float.floatToIntBits(right);
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
        vector.getDataBuffer()
                .nioBuffer(0, 4 * size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .put(values, 0, size());
        vector.setValueCount(size());
    }
}
