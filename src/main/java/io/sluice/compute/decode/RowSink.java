package io.sluice.compute.decode;

import io.sluice.compute.RowBatch;
import io.sluice.compute.VectorBatch;
import java.io.IOException;

/// Takes what a decoder finds, in the order of the body, on one thread.
public interface RowSink {

    /// Good rows. May block until there is room.
    void rows(RowBatch batch) throws IOException;

    /// Whether whole vectors are welcome too; otherwise all rows come as [RowBatch]es.
    default boolean takesVectors() {
        return false;
    }

    /// Good rows of a large body, as they came. May block until there is room.
    ///
    /// @param batch valid during the call
    default void vectors(VectorBatch batch) throws IOException {
        throw new UnsupportedOperationException("this sink takes no vectors");
    }

    /// A row that cannot be written.
    ///
    /// @param row its place in the body, counted from 0
    /// @param column path of the bad cell, empty for the row as a whole
    /// @param payload the row as JSON text; empty unless the decoder was asked to keep it
    void bad(long row, String column, String reason, String payload);
}
