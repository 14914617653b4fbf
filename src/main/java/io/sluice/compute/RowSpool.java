package io.sluice.compute;

import io.sluice.table.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Rows of one large body between decoder and file: they leave the heap at once and are written when enough have come
/// together.
public final class RowSpool implements AutoCloseable {

    private final ParquetWriter writer;
    private final BufferAllocator allocator;
    private final List<VectorSchemaRoot> batches = new ArrayList<>();

    RowSpool(ParquetWriter writer, BufferAllocator parent, long maxBytes) {
        this.writer = writer;
        this.allocator = parent.newChildAllocator("rows", 0, maxBytes);
    }

    /// @throws io.sluice.table.FailureException `overloaded` when the process has no memory for more rows now
    public void add(RowBatch batch) {
        try {
            batches.add(batch.toArrow(allocator));
        } catch (OutOfMemoryException e) {
            throw new Failure.Overloaded("sluice.memory", Duration.ofSeconds(2)).asException(e);
        }
    }

    /// Takes the vectors over.
    public void add(VectorBatch batch) {
        batches.add(batch.moveTo(allocator));
    }

    /// Arrow memory that the rows take.
    public long bytes() {
        return allocator.getAllocatedMemory();
    }

    /// Writes the rows into files below a directory and forgets them.
    public List<WrittenFile> flush(FileLayout layout, Path directory) throws IOException {
        try {
            return writer.writeArrow(batches, allocator, layout, directory);
        } finally {
            release();
        }
    }

    private void release() {
        batches.forEach(VectorSchemaRoot::close);
        batches.clear();
    }

    @Override
    public void close() {
        release();
        allocator.close();
    }
}
