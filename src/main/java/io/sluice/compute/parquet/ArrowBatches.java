package io.sluice.compute.parquet;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/// Batches in memory as a stream that DuckDB can scan, without copying them.
public final class ArrowBatches extends ArrowReader {

    private final Schema schema;
    private final Iterator<VectorSchemaRoot> batches;

    public ArrowBatches(BufferAllocator allocator, Schema schema, List<VectorSchemaRoot> batches) {
        super(allocator);
        this.schema = schema;
        this.batches = batches.iterator();
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        VectorSchemaRoot root = getVectorSchemaRoot();
        if (!batches.hasNext()) {
            root.setRowCount(0);
            return false;
        }
        try (var batch = new VectorUnloader(batches.next()).getRecordBatch()) {
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
