package io.sluice.compute.capi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.sql.SQLException;
import org.apache.arrow.c.ArrowArray;
import org.apache.arrow.c.ArrowSchema;
import org.apache.arrow.c.CDataDictionaryProvider;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/// A result as it is fetched. The memory of a batch is DuckDB's own, and is given back with the last reference to it.
///
/// What DuckDB says of an error is the cause of each IOException, a [SQLException].
final class ArrowResult extends ArrowReader {

    private static final long ENDED = 0;

    private final MemorySegment result;
    private final CDataDictionaryProvider provider = new CDataDictionaryProvider();

    /// @param result a handle, which is destroyed when this is closed
    ArrowResult(MemorySegment result, BufferAllocator allocator) {
        super(allocator);
        this.result = result;
    }

    /// Reads the schema, which can fail as any fetch.
    void open() throws SQLException {
        try {
            ensureInitialized();
        } catch (IOException e) {
            throw e.getCause() instanceof SQLException known ? known : new SQLException(e);
        }
    }

    /// Cannot fail: nothing is read from anywhere.
    @Override
    public void close() {
        try {
            super.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Schema readSchema() throws IOException {
        try (ArrowSchema schema = ArrowSchema.allocateNew(allocator)) {
            call(() -> CFunctions.call(
                    CFunctions.ARROW_RESULT_GET_SCHEMA, result, MemorySegment.ofAddress(schema.memoryAddress())));
            return Data.importSchema(allocator, schema, provider);
        }
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        // Not `prepareLoadNextBatch`: it would empty buffers of the batch before, which may still be on their way.
        try (ArrowArray array = ArrowArray.allocateNew(allocator)) {
            call(() -> CFunctions.call(
                    CFunctions.ARROW_RESULT_FETCH_ARRAY, result, MemorySegment.ofAddress(array.memoryAddress())));
            if (array.snapshot().release == ENDED) {
                return false;
            }
            VectorSchemaRoot root = getVectorSchemaRoot();
            Data.importIntoVectorSchemaRoot(allocator, array, root, provider);
            return true;
        }
    }

    @FunctionalInterface
    private interface Call {
        void run() throws SQLException;
    }

    private static void call(Call call) throws IOException {
        try {
            call.run();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /// Not counted.
    @Override
    public long bytesRead() {
        return 0;
    }

    @Override
    protected void closeReadSource() {
        try (var own = Arena.ofConfined()) {
            MemorySegment place = CFunctions.place(own);
            place.set(CFunctions.HANDLE, 0, result);
            CFunctions.destroy(CFunctions.ARROW_RESULT_DESTROY, place);
        }
        provider.close();
    }
}
