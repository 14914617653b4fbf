package io.sluice.compute.scan;

import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/// The deleted rows of files as an Arrow stream of `file` (from 0 in the list) and `row`.
public final class DeletedRows extends ArrowReader {

    private static final int BATCH_ROWS = 65_536;
    private static final Schema SCHEMA = new Schema(List.of(
            Field.notNullable("file", new ArrowType.Int(64, true)),
            Field.notNullable("row", new ArrowType.Int(64, true))));

    private final List<long[]> rowsOfFiles;
    private int file;
    private int done;

    public DeletedRows(BufferAllocator allocator, List<long[]> rowsOfFiles) {
        super(allocator);
        this.rowsOfFiles = rowsOfFiles;
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        prepareLoadNextBatch();
        var root = getVectorSchemaRoot();
        var files = (BigIntVector) root.getVector(0);
        var rows = (BigIntVector) root.getVector(1);
        files.allocateNew(BATCH_ROWS);
        rows.allocateNew(BATCH_ROWS);
        int count = 0;
        while (count < BATCH_ROWS && file < rowsOfFiles.size()) {
            long[] deleted = rowsOfFiles.get(file);
            int take = Math.min(BATCH_ROWS - count, deleted.length - done);
            for (int i = 0; i < take; i++) {
                files.set(count + i, file);
                rows.set(count + i, deleted[done + i]);
            }
            count += take;
            done += take;
            if (done == deleted.length) {
                file++;
                done = 0;
            }
        }
        root.setRowCount(count);
        return count > 0;
    }

    @Override
    public long bytesRead() {
        return 0;
    }

    @Override
    protected void closeReadSource() {
        // There is no source.
    }

    @Override
    protected Schema readSchema() {
        return SCHEMA;
    }
}
