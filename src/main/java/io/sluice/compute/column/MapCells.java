package io.sluice.compute.column;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/// Maps: append the entries to [#key()] and [#value()], then [#finish()].
public final class MapCells extends Cells {

    private final Cells key;
    private final Cells value;
    private int[] ends = new int[17];

    public MapCells(Cells key, Cells value) {
        this.key = key;
        this.value = value;
    }

    public Cells key() {
        return key;
    }

    public Cells value() {
        return value;
    }

    /// The first entry of the map that is being appended.
    public int openStart() {
        return ends[size()];
    }

    /// Ends a map: its entries are those appended since the last row.
    public void finish() {
        end(true);
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
        ends[next] = key.size();
        added(present);
    }

    @Override
    public void truncate(int rows) {
        super.truncate(rows);
        key.truncate(ends[rows]);
        value.truncate(ends[rows]);
    }

    @Override
    public void appendFrom(Cells other, int row) {
        var from = (MapCells) other;
        for (int i = from.ends[row]; i < from.ends[row + 1]; i++) {
            key.appendFrom(from.key, i);
            value.appendFrom(from.value, i);
        }
        end(!other.isNull(row));
    }

    @Override
    public boolean sameValue(int row, Cells other, int otherRow) {
        var that = (MapCells) other;
        int length = ends[row + 1] - ends[row];
        if (isNull(row) != that.isNull(otherRow) || length != that.ends[otherRow + 1] - that.ends[otherRow]) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (!key.sameValue(ends[row] + i, that.key, that.ends[otherRow] + i)
                    || !value.sameValue(ends[row] + i, that.value, that.ends[otherRow] + i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Object boxed(int row) {
        return IntStream.range(ends[row], ends[row + 1])
                .mapToObj(i -> List.of(key.boxed(i), value.find(i)))
                .toList();
    }

    @Override
    public long bytes() {
        return validityBytes() + 4L * size() + key.bytes() + value.bytes();
    }

    @Override
    public void exportTo(FieldVector vector) {
        var map = (MapVector) vector;
        map.setInitialCapacity(size());
        map.allocateNew();
        exportValidity(map);
        IntArrays.copy(ends, size() + 1, map.getOffsetBuffer());
        map.setLastSet(size() - 1);
        var entries = (StructVector) map.getDataVector();
        int count = ends[size()];
        entries.setInitialCapacity(count);
        entries.allocateNew();
        for (int i = 0; i < count; i++) {
            BitVectorHelper.setBit(entries.getValidityBuffer(), i);
        }
        key.exportTo(entries.getChildrenFromFields().get(0));
        value.exportTo(entries.getChildrenFromFields().get(1));
        entries.setValueCount(count);
        map.setValueCount(size());
    }
}
