package io.sluice.compute.encode;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;

class ArrowRowsTest {

    private static final class OutOfOrder extends Error {

        private static final long serialVersionUID = 1;
    }

    /// Takes bytes until it is told not to.
    private static final class Breaking extends OutputStream {

        private volatile boolean isBroken;

        @Override
        public void write(int b) {
            if (isBroken) {
                throw new OutOfOrder();
            }
        }
    }

    @Test
    void an_error_of_the_thread_that_writes_is_no_end_of_the_stream() throws Exception {
        try (var allocator = new RootAllocator();
                var vector = new IntVector("n", allocator);
                var root = VectorSchemaRoot.of(vector)) {
            vector.allocateNew(1);
            vector.set(0, 1);
            root.setRowCount(1);
            var out = new Breaking();
            try (var rows = new ArrowRows(1, out)) {
                rows.begin(root);
                rows.write(root, 1);
                out.isBroken = true;
                assertThatThrownBy(() -> {
                            rows.write(root, 1);
                            rows.finish();
                        })
                        .isInstanceOf(OutOfOrder.class);
            }
        }
    }
}
