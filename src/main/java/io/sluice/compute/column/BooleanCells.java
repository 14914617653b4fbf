package io.sluice.compute.column;

import java.util.Arrays;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;

/// Booleans.
public final class BooleanCells extends Cells {

    private boolean[] values = new boolean[16];

    public void append(boolean value) {
        put(value, true);
    }

    public boolean value(int row) {
        return values[row];
    }

    @Override
    public void appendNull() {
        put(false, false);
    }

    private void put(boolean value, boolean present) {
        int row = size();
        if (row == values.length) {
            values = Arrays.copyOf(values, grown(row));
        }
        values[row] = value;
        added(present);
    }

    @Override
    public void appendFrom(Cells other, int row) {
        put(((BooleanCells) other).values[row], !other.isNull(row));
    }

    @Override
    public boolean sameValue(int row, Cells other, int otherRow) {
        return isNull(row) == other.isNull(otherRow)
                && (isNull(row) || values[row] == ((BooleanCells) other).values[otherRow]);
    }

    @Override
    public Object boxed(int row) {
        return values[row];
    }

    @Override
    public long bytes() {
        return validityBytes() + size();
    }

    @Override
    public void exportTo(FieldVector vector) {
        ((BitVector) vector).allocateNew(size());
        exportValidity(vector);
        var data = vector.getDataBuffer();
        data.setZero(0, data.capacity());
        for (int row = 0; row < size(); row++) {
            if (values[row]) {
                BitVectorHelper.setBit(data, row);
            }
        }
        vector.setValueCount(size());
    }
}
