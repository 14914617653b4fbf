package io.sluice.delta.kernel;

import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.PositionOutputStream;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import io.sluice.storage.Storage;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A checkpoint or checksum that Kernel writes; it reaches its place in [#publish()].
final class StorageOutputFile implements OutputFile {

    private final Storage storage;
    private final Location location;
    private final String path;
    private @Nullable Path staged;
    private byte @Nullable [] content;
    private boolean overwrite;

    StorageOutputFile(Storage storage, Location location, String path) {
        this.storage = storage;
        this.location = location;
        this.path = path;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public PositionOutputStream create(boolean atomicWrite) throws IOException {
        Path file = Files.createTempFile(storage.stagingDirectory(), "checkpoint", ".parquet");
        staged = file;
        return new CountingOutput(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
    }

    @Override
    public void writeAtomically(CloseableIterator<String> data, boolean overwrite) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        try (data) {
            while (data.hasNext()) {
                lines.writeBytes(data.next().getBytes(StandardCharsets.UTF_8));
                lines.write('\n');
            }
        }
        this.content = lines.toByteArray();
        this.overwrite = overwrite;
    }

    boolean isOf(Location other) {
        return location.equals(other);
    }

    /// As if it were at its place: Kernel asks for what it has just written.
    FileStatus status() throws IOException {
        Path file = staged;
        byte[] bytes = content;
        long size = file != null ? Files.size(file) : bytes == null ? 0 : bytes.length;
        return FileStatus.of(path, size, 0);
    }

    void publish() throws IOException {
        Path file = staged;
        if (file != null) {
            if (storage.find(location).isPresent()) {
                throw new FileAlreadyExistsException(path);
            }
            storage.store(file, location);
            staged = null;
        }
        byte[] bytes = content;
        if (bytes == null) {
            return;
        }
        if (overwrite) {
            storage.put(location, bytes);
            return;
        }
        switch (storage.putIfAbsent(location, bytes)) {
            case PutOutcome.Created _ -> {}
            case PutOutcome.AlreadyExists _ -> throw new FileAlreadyExistsException(path);
            case PutOutcome.Undecided(Exception cause) -> throw new IOException(cause);
            case PutOutcome.Refused(Exception cause) -> throw new IOException(cause);
        }
    }

    void discard() throws IOException {
        Path file = staged;
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }

    private static final class CountingOutput extends PositionOutputStream {

        private final OutputStream out;
        private long position;

        CountingOutput(OutputStream out) {
            this.out = out;
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
            position++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            position += length;
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
