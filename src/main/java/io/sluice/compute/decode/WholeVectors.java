package io.sluice.compute.decode;

import io.sluice.compute.RowBatch;
import io.sluice.compute.VectorBatch;
import io.sluice.compute.column.CellTypes;
import io.sluice.compute.column.Cells;
import io.sluice.table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Takes a batch of vectors column by column: a vector of the column's own type as it is, another one's values through
/// cells. A batch with a bad cell, or with more to convert than fits, is left to be read row by row.
final class WholeVectors {

    /// Of one converted column on the heap.
    private static final long MAX_CONVERTED_BYTES = 16L << 20;

    private static final int CHECK_EVERY_ROWS = 1024;

    private final RowShape shape;
    private final BufferAllocator allocator;
    private final DecodeLimits limits;

    /// How a column of the table comes out of the batch.
    private sealed interface Plan {

        record AsItIs(FieldVector vector) implements Plan {}

        record Converted(Cells cells) implements Plan {}
    }

    WholeVectors(RowShape shape, BufferAllocator allocator, DecodeLimits limits) {
        this.shape = shape;
        this.allocator = allocator;
        this.limits = limits;
    }

    /// @param vectors by the table's columns; empty where the batch does not have one. Afterwards those that were
    ///     taken are empty
    Optional<VectorBatch> take(List<Optional<FieldVector>> vectors, int rows, ArrowColumn.Compiler compiler) {
        var plans = new ArrayList<Plan>();
        for (int i = 0; i < shape.size(); i++) {
            Optional<Plan> plan =
                    vectors.get(i).isPresent() ? present(i, vectors.get(i).get(), rows, compiler) : absent(i, rows);
            if (plan.isEmpty()) {
                return Optional.empty();
            }
            plans.add(plan.get());
        }
        return Optional.of(new VectorBatch(root(plans, rows)));
    }

    private Optional<Plan> present(int index, FieldVector vector, int rows, ArrowColumn.Compiler compiler) {
        Column column = shape.column(index);
        boolean plain = !shape.isPartition(index) && shape.fixed(index) == null;
        if (plain
                && new VectorChecks(rows, limits.stringBytes()).isColumn(vector, column.type())
                && (column.nullable() || vector.getNullCount() == 0)) {
            return Optional.of(new Plan.AsItIs(vector));
        }
        return converted(index, vector, rows, compiler).map(Plan.Converted::new);
    }

    private Optional<Cells> converted(int index, FieldVector vector, int rows, ArrowColumn.Compiler compiler) {
        Cells cells = CellTypes.cells(shape.column(index).type());
        Cells fixed = shape.fixed(index);
        try {
            var values = compiler.column(vector, shape.column(index), cells);
            for (int row = 0; row < rows; row++) {
                values.append(row);
                if (fixed != null && !cells.sameValue(row, fixed, 0)) {
                    return Optional.empty();
                }
                if (shape.isPartition(index)) {
                    RowShape.PartitionValues.check(cells, row);
                }
                if (row % CHECK_EVERY_ROWS == 0 && cells.bytes() > MAX_CONVERTED_BYTES) {
                    return Optional.empty();
                }
            }
            return Optional.of(cells);
        } catch (BadCellException | ArrowColumn.MismatchException e) {
            // Read row by row, the batch will tell which rows and why.
            return Optional.empty();
        }
    }

    private Optional<Plan> absent(int index, int rows) {
        Cells fixed = shape.fixed(index);
        boolean isNull = shape.column(index).nullable() && !shape.isFilled(index);
        if (fixed == null && !isNull) {
            return Optional.empty();
        }
        Cells cells = CellTypes.cells(shape.column(index).type());
        for (int row = 0; row < rows; row++) {
            if (fixed == null) {
                cells.appendNull();
            } else {
                cells.appendFrom(fixed, 0);
            }
        }
        return Optional.of(new Plan.Converted(cells));
    }

    private VectorSchemaRoot root(List<Plan> plans, int rows) {
        var root = VectorSchemaRoot.create(RowBatch.arrowSchema(shape.schema()), allocator);
        try {
            for (int i = 0; i < plans.size(); i++) {
                switch (plans.get(i)) {
                    case Plan.AsItIs(var vector) ->
                        vector.makeTransferPair(root.getVector(i)).transfer();
                    case Plan.Converted(var cells) -> cells.exportTo(root.getVector(i));
                }
            }
            root.setRowCount(rows);
            return root;
        } catch (RuntimeException e) {
            root.close();
            throw e;
        }
    }
}
