package io.sluice.compute.encode;

import java.io.IOException;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Writes batches of rows in one format, one after the other, on the thread that owns their memory.
public interface RowEncoder {

    /// @param root its first vectors are the columns of the answer, in their order; more may follow, which are not written
    /// @param rows how many rows from the first on
    void write(VectorSchemaRoot root, int rows) throws IOException;

    /// After the last batch, once.
    void finish() throws IOException;
}
