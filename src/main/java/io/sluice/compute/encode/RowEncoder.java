package io.sluice.compute.encode;

import java.io.IOException;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Writes batches of rows in one format, one after the other, on the thread that owns their memory.
///
/// The first vectors of a root are the columns of the answer, in their order; more may follow, which are not written.
public interface RowEncoder extends AutoCloseable {

    /// Before the first batch, once.
    void begin(VectorSchemaRoot root) throws IOException;

    /// @param rows how many rows of the root, from the first on
    void write(VectorSchemaRoot root, int rows) throws IOException;

    /// After the last batch, once.
    void finish() throws IOException;

    /// Frees what is held; what was not finished stays unfinished.
    @Override
    default void close() {}
}
