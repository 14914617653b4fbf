package io.sluice.compute.decode;

import io.sluice.compute.DuckDbError;
import io.sluice.compute.RowBatch;
import io.sluice.compute.VectorBatch;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import java.io.IOException;
import java.io.InputStream;
import org.apache.arrow.memory.AllocationOutcomeDetails;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageChannelReader;

/// `application/vnd.apache.arrow.stream`.
final class ArrowDecoder {

    /// How many bodies the memory for Arrow has room for at least.
    private static final int BODIES = 2;

    private final BufferAllocator allocator;
    private final RowShape shape;
    private final DecodeLimits limits;
    private final Payload payload;

    ArrowDecoder(BufferAllocator allocator, RowShape shape, DecodeLimits limits, Payload payload) {
        this.allocator = allocator;
        this.shape = shape;
        this.limits = limits;
        this.payload = payload;
    }

    private interface Reading<T> {
        T from(ArrowStreamReader reader, BufferAllocator child) throws IOException;
    }

    /// The columns of the stream.
    Schema schema(InputStream body) throws IOException {
        return read(body, new Delivery(new Nowhere()), (reader, child) -> {
            var root = reader.getVectorSchemaRoot();
            // Dictionaries stand before the first batch.
            reader.loadNextBatch();
            return ArrowSchema.of(root.getFieldVectors(), reader.getDictionaryVectors());
        });
    }

    void decode(InputStream body, RowSink sink) throws IOException {
        var delivered = new Delivery(sink);
        Schema unused = read(body, delivered, (reader, child) -> {
            new ArrowRows(shape, child, limits, payload).read(VectorBatches.of(reader), delivered);
            return shape.schema();
        });
    }

    private <T> T read(InputStream body, Delivery delivered, Reading<T> reading) throws IOException {
        var frames = new ArrowFrames(body, limits.decodedBytes());
        long bytes = Math.min(limits.arrowBytes(), allocator.getLimit() / BODIES);
        try (var child = allocator.newChildAllocator("arrow-body", 0, bytes);
                var bodies = new BodyBuffers(child);
                var reader = new ArrowStreamReader(
                        new MessageChannelReader(new ReadChannel(new StreamChannel(frames)), bodies.allocator()),
                        child)) {
            return reading.from(reader, child);
        } catch (FailureException e) {
            throw e;
        } catch (OutOfMemoryException e) {
            throw refusal(e, bytes);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            if (delivered.failed) {
                throw e;
            }
            if (frames.broken().isPresent()) {
                throw frames.broken().get();
            }
            throw new Failure.MalformedBody("the body is not an Arrow IPC stream that can be read").asException(e);
        }
    }

    /// A body that needs more than it may ever have is too large; another one comes at a bad time.
    private FailureException refusal(OutOfMemoryException e, long bytes) {
        boolean isItsOwn = e.getOutcomeDetails()
                .map(AllocationOutcomeDetails::getFailedAllocator)
                .filter(failed -> !failed.equals(allocator))
                .isPresent();
        return isItsOwn
                ? new Failure.TooLarge("sluice.limits.arrow-bytes", bytes, "bytes").asException(e)
                : DuckDbError.outOfMemory(e).orElseThrow();
    }

    /// Takes nothing.
    private record Nowhere() implements RowSink {

        @Override
        public void rows(RowBatch batch) {}

        @Override
        public void bad(long row, String column, String reason, String payload) {}
    }

    /// Tells what the sink throws from what Arrow throws.
    private static final class Delivery implements RowSink {

        private final RowSink sink;
        private boolean failed;

        Delivery(RowSink sink) {
            this.sink = sink;
        }

        @Override
        public void rows(RowBatch batch) throws IOException {
            failed = true;
            sink.rows(batch);
            failed = false;
        }

        @Override
        public boolean takesVectors() {
            return sink.takesVectors();
        }

        @Override
        public void vectors(VectorBatch batch) throws IOException {
            failed = true;
            sink.vectors(batch);
            failed = false;
        }

        @Override
        public void bad(long row, String column, String reason, String payload) {
            sink.bad(row, column, reason, payload);
        }
    }
}
