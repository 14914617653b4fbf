package io.sluice.compute.decode;

import java.io.IOException;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowReader;

/// Batches of vectors, one after the other in the same root.
interface VectorBatches {

    VectorSchemaRoot root() throws IOException;

    Map<Long, Dictionary> dictionaries() throws IOException;

    /// Loads the next batch into the root; false at the end.
    boolean next() throws IOException;

    static VectorBatches of(ArrowReader reader) {
        return new VectorBatches() {
            @Override
            public VectorSchemaRoot root() throws IOException {
                return reader.getVectorSchemaRoot();
            }

            @Override
            public Map<Long, Dictionary> dictionaries() throws IOException {
                return reader.getDictionaryVectors();
            }

            @Override
            public boolean next() throws IOException {
                return reader.loadNextBatch();
            }
        };
    }
}
