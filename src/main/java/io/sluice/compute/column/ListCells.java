package io.sluice.compute.column;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;

/// Arrays: append the elements to [#element()], then [#finish()].
public final class ListCells extends Cells {

    private final Cells element;
    private int[] ends = new int[17];

    public ListCells(Cells element) {
        this.element = element;
    }

    public Cells element() {
        return element;
    }

    /// Ends an array: its elements are those appended since the last row.
    public void finish() {
        end(true);
    }

    public int start(int row) {
        return ends[row];
    }

    public int end(int row) {
        return ends[row + 1];
    }

    @Override
    public void appendNull() {
        end(false);
    }

    private void end(boolean present) {
        int next = size() + 1;
        if (next == ends.length) {
            ends = Arrays.copyOf(ends, grown(next));
        }
        ends[next] = element.size();
        added(present);
    }

    @Override
    public void truncate(int rows) {
        super.truncate(rows);
        element.truncate(ends[rows]);
    }

    @Override
    public void appendFrom(Cells other, int row) {
        var from = (ListCells) other;
        for (int i = from.ends[row]; i < from.ends[row + 1]; i++) {
            element.appendFrom(from.element, i);
        }
        end(!other.isNull(row));
    }

    @Override
    public boolean sameValue(int row, Cells other, int otherRow) {
        var that = (ListCells) other;
        int length = ends[row + 1] - ends[row];
        if (isNull(row) != that.isNull(otherRow) || length != that.ends[otherRow + 1] - that.ends[otherRow]) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (!element.sameValue(ends[row] + i, that.element, that.ends[otherRow] + i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Object boxed(int row) {
        return IntStream.range(ends[row], ends[row + 1]).mapToObj(element::find).toList();
    }

    @Override
    public long bytes() {
        return validityBytes() + 4L * size() + element.bytes();
    }

    @Override
    public void exportTo(FieldVector vector) {
        exportList((ListVector) vector, ends);
        element.exportTo(((ListVector) vector).getDataVector());
        vector.setValueCount(size());
    }

    private void exportList(ListVector list, int[] offsets) {
        list.setInitialCapacity(size());
        list.allocateNew();
        exportValidity(list);
        IntArrays.copy(offsets, size() + 1, list.getOffsetBuffer());
        list.setLastSet(size() - 1);
    }
}
