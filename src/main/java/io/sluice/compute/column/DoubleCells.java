package io.sluice.compute.column;

import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;

/// 64-bit floating point.
public final class DoubleCells extends Cells {

    private double[] values = new double[16];

    public void append(double value) {
        put(value, true);
    }

    private void put(double value, boolean present) {
        int row = size();
        if (row == values.length) {
            values = Arrays.copyOf(values, grown(row));
        }
        values[row] = value;
        added(present);
    }

    public double value(int row) {
        return values[row];
    }

    @Override
    public void appendNull() {
        put(0d, false);
    }

    @Override
    public void appendFrom(Cells other, int row) {
        put(((DoubleCells) other).values[row], !other.isNull(row));
    }

    @Override
    public boolean sameValue(int row, Cells other, int otherRow) {
        if (isNull(row) || other.isNull(otherRow)) {
            return isNull(row) && other.isNull(otherRow);
        }
        double left = values[row];
        double right = ((DoubleCells) other).values[otherRow];
        return left == right || Double.doubleToLongBits(left) == Double.doubleToLongBits(right);
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
                .asDoubleBuffer()
                .put(values, 0, size());
        vector.setValueCount(size());
    }
}
