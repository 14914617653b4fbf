package io.sluice.compute;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Rows of a table as they came in Arrow vectors, checked as those of a [RowBatch] are. It lives in the decoder's
/// memory: a sink that wants the rows longer than its call takes them over.
public final class VectorBatch implements AutoCloseable {

    private final VectorSchemaRoot root;

    /// @param root of the schema [RowBatch#arrowSchema], with physical names
    public VectorBatch(VectorSchemaRoot root) {
        this.root = root;
    }

    public int rows() {
        return root.getRowCount();
    }

    /// Moves the vectors, without copying them, to another allocator of the same root; the caller closes them
    /// there.
    VectorSchemaRoot moveTo(BufferAllocator allocator) {
        var moved = VectorSchemaRoot.create(root.getSchema(), allocator);
        for (int i = 0; i < root.getFieldVectors().size(); i++) {
            FieldVector from = root.getVector(i);
            from.makeTransferPair(moved.getVector(i)).transfer();
        }
        moved.setRowCount(root.getRowCount());
        root.setRowCount(0);
        return moved;
    }

    @Override
    public void close() {
        root.close();
    }
}
