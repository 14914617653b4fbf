package io.sluice.compute.column;

import java.util.Arrays;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;

/// The values of one column, appended row by row. [#truncate(int)] takes rows back, so a row that turns out bad leaves
/// nothing behind.
public abstract sealed class Cells
        permits BooleanCells,
                BytesCells,
                DecimalCells,
                DoubleCells,
                FloatCells,
                IntCells,
                ListCells,
                LongCells,
                MapCells,
                StructCells {

    private byte[] validity = new byte[8];
    private int size;

    public final int size() {
        return size;
    }

    public final boolean isNull(int row) {
        return (validity[row >> 3] & (1 << (row & 7))) == 0;
    }

    /// Appends a null; a struct appends one to each of its fields too.
    public abstract void appendNull();

    /// Forgets all rows from `rows` on.
    public void truncate(int rows) {
        size = rows;
    }

    /// Appends all rows of other cells of the same type.
    public final void appendAll(Cells other) {
        for (int row = 0; row < other.size(); row++) {
            appendFrom(other, row);
        }
    }

    /// Appends one row of other cells of the same type.
    public abstract void appendFrom(Cells other, int row);

    /// Whether two cells, of the same type, hold the same value; null equals null. Floating-point numbers compare
    /// by their bits, but zeros are equal.
    public abstract boolean sameValue(int row, Cells other, int otherRow);

    /// A value, not null, as an object with `equals`: Long, Integer, Float, Double, Boolean, BigDecimal,
    /// ByteBuffer, or a List of those.
    public abstract Object boxed(int row);

    /// The same, or empty for null.
    public final Optional<Object> find(int row) {
        return isNull(row) ? Optional.empty() : Optional.of(boxed(row));
    }

    /// Heap that the values need.
    public abstract long bytes();

    /// Copies all rows into a vector of the matching Arrow type.
    public abstract void exportTo(FieldVector vector);

    protected final void added(boolean present) {
        int index = size >> 3;
        if (index == validity.length) {
            validity = Arrays.copyOf(validity, validity.length * 2);
        }
        if (present) {
            validity[index] |= (byte) (1 << (size & 7));
        } else {
            validity[index] &= (byte) ~(1 << (size & 7));
        }
        size++;
    }

    protected final void exportValidity(FieldVector vector) {
        vector.getValidityBuffer().setBytes(0, validity, 0, (size + 7) >> 3);
    }

    protected final long validityBytes() {
        return (size + 7L) >> 3;
    }

    protected static int grown(int length) {
        return Math.max(16, Math.addExact(length, length));
    }
}
