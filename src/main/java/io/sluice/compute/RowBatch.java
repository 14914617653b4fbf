package io.sluice.compute;

import io.sluice.compute.column.CellTypes;
import io.sluice.compute.column.Cells;
import io.sluice.compute.column.LongCells;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Decoded rows of a table, checked against its schema: every value fits its column's type, and no NOT NULL column has
/// a null.
///
/// Small batches wait for their commit group in this form, which needs no closing; Arrow memory is taken only while
/// they are written.
public final class RowBatch {

    private final Schema schema;
    private final List<Cells> columns;
    private final Map<Integer, BitSet> absent;
    private final int rows;

    /// @param columns one for each column of the schema, in its order, each with the same number of rows
    public RowBatch(Schema schema, List<Cells> columns) {
        this(schema, columns, Map.of());
    }

    /// @param absent by the place of a column that the table fills, the rows that did not bring it; null in its
    ///     cells
    public RowBatch(Schema schema, List<Cells> columns, Map<Integer, BitSet> absent) {
        this.schema = schema;
        this.columns = List.copyOf(columns);
        this.absent = Map.copyOf(absent);
        this.rows = columns.isEmpty() ? 0 : columns.getFirst().size();
    }

    /// The rows that did not bring a column which the table is still to fill; empty for all other columns.
    public BitSet absent(int column) {
        BitSet rowsWithout = absent.get(column);
        return rowsWithout == null ? new BitSet() : rowsWithout;
    }

    public Schema schema() {
        return schema;
    }

    public List<Cells> columns() {
        return columns;
    }

    public int rows() {
        return rows;
    }

    /// Memory of the values.
    public long bytes() {
        return columns.stream().mapToLong(Cells::bytes).sum();
    }

    /// The rows with values for those that did not bring a column.
    ///
    /// @param column place of a column of longs
    /// @param values one for each such row, in their order
    public RowBatch filled(int column, LongSupplier values) {
        BitSet missing = absent(column);
        if (missing.isEmpty()) {
            return this;
        }
        var given = (LongCells) columns.get(column);
        var filled = new LongCells();
        for (int row = 0; row < rows; row++) {
            if (missing.get(row)) {
                filled.append(values.getAsLong());
            } else {
                filled.appendFrom(given, row);
            }
        }
        var changed = new ArrayList<>(columns);
        changed.set(column, filled);
        var stillAbsent = new HashMap<>(absent);
        stillAbsent.remove(column);
        return new RowBatch(schema, changed, stillAbsent);
    }

    /// All rows of batches of one schema, in order.
    public static RowBatch concat(List<RowBatch> batches) {
        if (batches.size() == 1) {
            return batches.getFirst();
        }
        var schema = batches.getFirst().schema();
        var columns = new ArrayList<Cells>();
        for (int i = 0; i < schema.columns().size(); i++) {
            var cells = CellTypes.cells(schema.columns().get(i).type());
            for (RowBatch batch : batches) {
                cells.appendAll(batch.columns.get(i));
            }
            columns.add(cells);
        }
        return new RowBatch(schema, columns, concatAbsent(batches));
    }

    private static Map<Integer, BitSet> concatAbsent(List<RowBatch> batches) {
        var absent = new HashMap<Integer, BitSet>();
        int offset = 0;
        for (RowBatch batch : batches) {
            int before = offset;
            batch.absent.forEach((column, rowsWithout) -> {
                BitSet all = absent.computeIfAbsent(column, _ -> new BitSet());
                rowsWithout.stream().forEach(row -> all.set(before + row));
            });
            offset += batch.rows;
        }
        return absent;
    }

    /// The Arrow schema of a table's rows, with physical names.
    public static org.apache.arrow.vector.types.pojo.Schema arrowSchema(Schema schema) {
        return new org.apache.arrow.vector.types.pojo.Schema(
                schema.columns().stream().map(CellTypes::field).toList());
    }

    /// Copies the rows into Arrow vectors; the caller closes the root.
    public VectorSchemaRoot toArrow(BufferAllocator allocator) {
        var root = VectorSchemaRoot.create(arrowSchema(schema), allocator);
        try {
            fill(root);
            return root;
        } catch (RuntimeException e) {
            root.close();
            throw e;
        }
    }

    /// Copies the rows into the vectors of a root made from [#arrowSchema(Schema)].
    public void fill(VectorSchemaRoot root) {
        IntStream.range(0, columns.size())
                .forEach(i -> columns.get(i).exportTo(root.getFieldVectors().get(i)));
        root.setRowCount(rows);
    }
}
