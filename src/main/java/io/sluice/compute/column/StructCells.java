package io.sluice.compute.column;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.StructVector;

/// Structs: append to each of [#fields()], then [#finish()].
public final class StructCells extends Cells {

    private final List<Cells> fields;

    public StructCells(List<Cells> fields) {
        this.fields = List.copyOf(fields);
    }

    public List<Cells> fields() {
        return fields;
    }

    /// Ends a struct, after one value was appended to each field.
    public void finish() {
        added(true);
    }

    @Override
    public void appendNull() {
        fields.forEach(Cells::appendNull);
        added(false);
    }

    @Override
    public void truncate(int rows) {
        super.truncate(rows);
        fields.forEach(field -> field.truncate(rows));
    }

    @Override
    public void appendFrom(Cells other, int row) {
        var from = (StructCells) other;
        for (int i = 0; i < fields.size(); i++) {
            fields.get(i).appendFrom(from.fields.get(i), row);
        }
        added(!other.isNull(row));
    }

    @Override
    public boolean sameValue(int row, Cells other, int otherRow) {
        var that = (StructCells) other;
        if (isNull(row) || that.isNull(otherRow)) {
            return isNull(row) && that.isNull(otherRow);
        }
        for (int i = 0; i < fields.size(); i++) {
            if (!fields.get(i).sameValue(row, that.fields.get(i), otherRow)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Object boxed(int row) {
        return fields.stream().map(field -> field.find(row)).toList();
    }

    @Override
    public long bytes() {
        return validityBytes() + fields.stream().mapToLong(Cells::bytes).sum();
    }

    @Override
    public void exportTo(FieldVector vector) {
        var struct = (StructVector) vector;
        struct.setInitialCapacity(size());
        struct.allocateNew();
        exportValidity(struct);
        for (int i = 0; i < fields.size(); i++) {
            fields.get(i).exportTo(struct.getChildrenFromFields().get(i));
        }
        struct.setValueCount(size());
    }
}
