package io.sluice.compute;

import io.sluice.table.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rows of one large body between decoder and file: they leave the heap at once, and from some size on they are
/// written while the body still comes. A sender that pauses ends a file, so that it holds none of the threads that
/// write.
public final class RowSpool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RowSpool.class);

    /// What makes a file worth its beginning. More where every partition has files of its own.
    private static final long BEGIN_BYTES = 32L << 20;

    private static final long BEGIN_PARTITIONED_BYTES = 96L << 20;

    /// What may wait beyond that; then the decoder waits.
    private static final long AHEAD_BYTES = 32L << 20;

    /// Of all Arrow memory, what either of the two may take: some bodies come at the same time, and vectors take
    /// up to twice what they hold.
    private static final int PARTS = 8;

    private static final long PAUSE_MILLIS = 250;

    private final ParquetWriter writer;
    private final FileLayout layout;
    private final Path directory;
    private final BufferAllocator allocator;
    private final long beginBytes;
    private final long aheadBytes;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<VectorSchemaRoot> ready = new ArrayDeque<>();
    private final List<WrittenFile> written = new ArrayList<>();
    private Optional<VectorSchemaRoot> underWay = Optional.empty();
    private Optional<Throwable> failed = Optional.empty();
    private long readyBytes;
    private boolean writing;
    private boolean ended;
    private boolean givenUp;

    RowSpool(ParquetWriter writer, BufferAllocator parent, FileLayout layout, Path directory, long maxBytes) {
        this.writer = writer;
        this.layout = layout;
        this.directory = directory;
        this.allocator = parent.newChildAllocator("rows", 0, maxBytes);
        long part = parent.getLimit() / PARTS;
        this.beginBytes = Math.min(part, layout.partitionColumns().isEmpty() ? BEGIN_BYTES : BEGIN_PARTITIONED_BYTES);
        this.aheadBytes = Math.min(part, AHEAD_BYTES);
    }

    /// May block until earlier rows are written.
    ///
    /// @throws io.sluice.table.FailureException `overloaded` when the process has no memory for more rows now
    /// @throws IOException when earlier rows could not be written
    public void add(RowBatch batch) throws IOException {
        try {
            add(batch.toArrow(allocator));
        } catch (OutOfMemoryException e) {
            throw new Failure.Overloaded("sluice.memory", Duration.ofSeconds(2)).asException(e);
        }
    }

    /// Takes the vectors over; otherwise as [#add(RowBatch)].
    public void add(VectorBatch batch) throws IOException {
        add(batch.moveTo(allocator));
    }

    private void add(VectorSchemaRoot batch) throws IOException {
        lock.lock();
        try {
            ready.add(batch);
            readyBytes += bytes(batch);
            if (!writing && failed.isEmpty() && readyBytes >= beginBytes) {
                begin();
            }
            changed.signalAll();
            while (writing && readyBytes >= beginBytes + aheadBytes) {
                changed.awaitUninterruptibly();
            }
            throwFailure();
        } finally {
            lock.unlock();
        }
    }

    private static long bytes(VectorSchemaRoot batch) {
        return batch.getFieldVectors().stream()
                .mapToLong(FieldVector::getBufferSize)
                .sum();
    }

    /// Ends the body and gives its files, below the directory; they are the caller's now.
    ///
    /// @throws IOException when rows could not be written
    public List<WrittenFile> finish() throws IOException {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
            if (!writing && failed.isEmpty() && !ready.isEmpty()) {
                begin();
            }
            awaitEnd();
            throwFailure();
            var files = List.copyOf(written);
            written.clear();
            return files;
        } finally {
            lock.unlock();
        }
    }

    private void awaitEnd() {
        while (writing) {
            changed.awaitUninterruptibly();
        }
    }

    private void throwFailure() throws IOException {
        if (failed.isPresent()) {
            switch (failed.get()) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Throwable e -> throw new IOException("the rows were not written", e);
            }
        }
    }

    private void begin() {
        writing = true;
        Thread.ofVirtual().name("spool").start(this::write);
    }

    /// File by file until nothing is left that is worth one.
    private void write() {
        try {
            do {
                List<WrittenFile> files = writer.writeStream(this::next, allocator, layout, directory);
                lock.lock();
                try {
                    written.addAll(files);
                } finally {
                    lock.unlock();
                }
            } while (goesOn());
        } catch (IOException | RuntimeException | Error e) {
            lock.lock();
            try {
                failed = Optional.of(e);
                writing = false;
                release();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean goesOn() {
        lock.lock();
        try {
            releaseUnderWay();
            writing = !ready.isEmpty() && (ended || readyBytes >= beginBytes);
            changed.signalAll();
            return writing;
        } finally {
            lock.unlock();
        }
    }

    /// The next batch of the file, on a thread of DuckDB; empty ends the file.
    private Optional<VectorSchemaRoot> next() throws IOException {
        lock.lock();
        try {
            releaseUnderWay();
            long nanos = TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
            while (ready.isEmpty() && !ended && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            if (givenUp) {
                throw new IOException("the rows are not wanted any more");
            }
            underWay = Optional.ofNullable(ready.poll());
            underWay.ifPresent(batch -> readyBytes -= bytes(batch));
            changed.signalAll();
            return underWay;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            lock.unlock();
        }
    }

    private void releaseUnderWay() {
        underWay.ifPresent(VectorSchemaRoot::close);
        underWay = Optional.empty();
    }

    private void release() {
        releaseUnderWay();
        ready.forEach(VectorSchemaRoot::close);
        ready.clear();
        readyBytes = 0;
    }

    /// Stops the writing and deletes what [#finish] did not give away.
    @Override
    public void close() {
        lock.lock();
        try {
            givenUp = true;
            ended = true;
            changed.signalAll();
            awaitEnd();
            release();
            written.forEach(this::delete);
            written.clear();
        } finally {
            lock.unlock();
        }
        allocator.close();
    }

    private void delete(WrittenFile file) {
        Path staged = directory.resolve(directory.relativize(file.staged()).getName(0));
        if (!Files.exists(staged)) {
            return;
        }
        try (var files = Files.walk(staged)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            LOG.info("{} is left in the staging directory", staged, e);
        }
    }
}
