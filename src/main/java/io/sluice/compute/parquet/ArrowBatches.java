package io.sluice.compute.parquet;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/// Batches in memory as a stream that DuckDB can scan, without copying them.
public final class ArrowBatches extends ArrowReader {

    /// Where batches come from.
    @FunctionalInterface
    public interface Source {

        /// The next batch, which must stay open until the one after it is asked for; empty at the end. Asked
        /// on a thread of DuckDB, and may block there.
        Optional<VectorSchemaRoot> next() throws IOException;
    }

    private final Schema schema;
    private final Source source;

    /// Batches that stay open while the stream is read.
    public ArrowBatches(BufferAllocator allocator, Schema schema, List<VectorSchemaRoot> batches) {
        this(allocator, schema, all(batches.iterator()));
    }

    public ArrowBatches(BufferAllocator allocator, Schema schema, Source source) {
        super(allocator);
        this.schema = schema;
        this.source = source;
    }

    private static Source all(Iterator<VectorSchemaRoot> batches) {
        return () -> batches.hasNext() ? Optional.of(batches.next()) : Optional.empty();
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        VectorSchemaRoot root = getVectorSchemaRoot();
        Optional<VectorSchemaRoot> next = source.next();
        if (next.isEmpty()) {
            root.setRowCount(0);
            return false;
        }
        try (var batch = new VectorUnloader(next.get()).getRecordBatch()) {
            new VectorLoader(root).load(batch);
        }
        return true;
    }

    @Override
    public long bytesRead() {
        return 0;
    }

    @Override
    protected void closeReadSource() {}

    @Override
    protected Schema readSchema() {
        return schema;
    }
}
