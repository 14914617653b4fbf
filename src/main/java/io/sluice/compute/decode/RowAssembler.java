package io.sluice.compute.decode;

import io.sluice.compute.RowBatch;
import io.sluice.compute.column.CellTypes;
import io.sluice.compute.column.Cells;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Collects rows column by column and takes a row back when one of its cells is bad.
final class RowAssembler {

    private final RowShape shape;
    private List<Cells> cells;
    private final long[] seenIn;
    private final Map<Integer, BitSet> absent = new HashMap<>();
    private long current;
    private int rows;

    RowAssembler(RowShape shape) {
        this.shape = shape;
        this.seenIn = new long[shape.size()];
        this.cells = fresh(shape);
    }

    private static List<Cells> fresh(RowShape shape) {
        var cells = new ArrayList<Cells>();
        for (int i = 0; i < shape.size(); i++) {
            cells.add(CellTypes.cells(shape.column(i).type()));
        }
        return cells;
    }

    RowShape shape() {
        return shape;
    }

    Cells cells(int column) {
        return cells.get(column);
    }

    int rows() {
        return rows;
    }

    /// Asked after each row, so a plain loop.
    long bytes() {
        long bytes = 0;
        for (Cells column : cells) {
            bytes += column.bytes();
        }
        return bytes;
    }

    void begin() {
        current++;
    }

    /// Says that the row has a value for the column, which is appended next.
    void claim(int column) throws BadCellException {
        if (seenIn[column] == current) {
            throw new BadCellException(shape.column(column).name(), "is there twice");
        }
        seenIn[column] = current;
    }

    /// Ends a row: fills absent columns and checks what only a whole row can tell.
    void finish() throws BadCellException {
        for (int i = 0; i < seenIn.length; i++) {
            Cells column = cells.get(i);
            Cells fixed = shape.fixed(i);
            if (seenIn[i] == current) {
                if (fixed != null && !column.sameValue(rows, fixed, 0)) {
                    throw new BadCellException(shape.column(i).name(), "differs from the partition of the request");
                }
                if (shape.isPartition(i)) {
                    checkPartition(i, column);
                }
            } else if (fixed != null) {
                column.appendFrom(fixed, 0);
            } else if (shape.isFilled(i)) {
                column.appendNull();
                absent.computeIfAbsent(i, _ -> new BitSet()).set(rows);
            } else if (shape.column(i).nullable()) {
                column.appendNull();
            } else {
                throw new BadCellException(shape.column(i).name(), "is missing and the column is NOT NULL");
            }
        }
        rows++;
    }

    private void checkPartition(int index, Cells column) throws BadCellException {
        try {
            RowShape.PartitionValues.check(column, rows);
        } catch (BadCellException e) {
            throw e.under(shape.column(index).name());
        }
    }

    /// Takes back what the current row appended.
    void rollback() {
        for (Cells column : cells) {
            column.truncate(Math.min(rows, column.size()));
        }
        absent.values().forEach(rowsWithout -> rowsWithout.clear(rows));
    }

    /// The rows so far; the assembler must not be used any more.
    RowBatch batch() {
        return new RowBatch(shape.schema(), cells, absent);
    }
}
