package io.sluice.compute.encode;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Rows as an Arrow IPC stream.
///
/// From the second batch on another thread writes, so that DuckDB makes the next batch while the client takes this
/// one. Batches wait in a short queue: when it is full, DuckDB waits for the client.
public final class ArrowRows implements RowEncoder {

    private static final int WAITING_BATCHES = 4;

    private final int columns;
    private final WriteChannel channel;
    private final BlockingQueue<ArrowRecordBatch> waiting = new ArrayBlockingQueue<>(WAITING_BATCHES);
    private @Nullable Thread writer;
    private boolean first = true;
    private volatile boolean ended;
    private volatile @Nullable Throwable failure;

    /// @param columns how many vectors of each root are written
    /// @param out takes whole vectors outside the heap where it is a [WritableByteChannel] too
    public ArrowRows(int columns, OutputStream out) {
        this.columns = columns;
        this.channel = new WriteChannel(out instanceof WritableByteChannel taking ? taking : Channels.newChannel(out));
    }

    @Override
    public void begin(VectorSchemaRoot root) throws IOException {
        Schema schema = new Schema(root.getSchema().getFields().subList(0, columns));
        MessageSerializer.serialize(channel, schema);
    }

    @Override
    public void write(VectorSchemaRoot root, int rows) throws IOException {
        ArrowRecordBatch batch = unload(root, rows);
        if (first) {
            first = false;
            write(batch);
            return;
        }
        if (writer == null) {
            writer = Thread.ofVirtual().name("arrow-writer").start(this::writeWaiting);
        }
        try {
            while (!waiting.offer(batch, 100, TimeUnit.MILLISECONDS)) {
                throwFailure(batch);
            }
        } catch (InterruptedException e) {
            batch.close();
            throw new InterruptedIOException();
        }
        throwFailure(null);
    }

    private void throwFailure(@Nullable ArrowRecordBatch unsent) throws IOException {
        Throwable known = failure;
        if (known == null) {
            return;
        }
        if (unsent != null) {
            unsent.close();
        }
        switch (known) {
            case IOException gone -> throw gone;
            case RuntimeException refused -> throw refused;
            case Error broken -> throw broken;
            default -> throw new IllegalStateException(known);
        }
    }

    private ArrowRecordBatch unload(VectorSchemaRoot root, int rows) {
        List<FieldVector> vectors = root.getFieldVectors().subList(0, columns);
        // The vectors stay their owner's: this root is only a view of them and is not closed.
        var view = new VectorSchemaRoot(root.getSchema().getFields().subList(0, columns), vectors, root.getRowCount());
        if (rows == root.getRowCount()) {
            return new VectorUnloader(view).getRecordBatch();
        }
        try (VectorSchemaRoot part = view.slice(0, rows)) {
            return new VectorUnloader(part).getRecordBatch();
        }
    }

    private void writeWaiting() {
        try {
            while (true) {
                // Asked first: a batch may come between a look in vain and this.
                boolean isComplete = ended;
                ArrowRecordBatch batch = waiting.poll(50, TimeUnit.MILLISECONDS);
                if (batch != null) {
                    write(batch);
                } else if (isComplete) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            failure = new InterruptedIOException();
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
    }

    private void write(ArrowRecordBatch batch) throws IOException {
        try (batch) {
            MessageSerializer.serialize(channel, batch);
        }
    }

    @Override
    public void finish() throws IOException {
        join();
        throwFailure(null);
        ArrowStreamWriter.writeEndOfStream(channel, IpcOption.DEFAULT);
    }

    private void join() throws IOException {
        ended = true;
        Thread running = writer;
        if (running == null) {
            return;
        }
        try {
            running.join();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    @Override
    public void close() {
        Thread running = writer;
        if (running != null && running.isAlive()) {
            running.interrupt();
            boolean interrupted = false;
            while (running.isAlive()) {
                try {
                    running.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        waiting.forEach(ArrowRecordBatch::close);
        waiting.clear();
    }
}
