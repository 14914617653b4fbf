package io.sluice.compute.decode;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/// A body that is read more than once: a small one in memory, a large one in a file that goes when this is closed.
public final class KeptBody implements AutoCloseable {

    private static final int IN_MEMORY_BYTES = 1 << 20;

    private final byte[] head;
    private final Optional<Path> file;

    private KeptBody(byte[] head, Optional<Path> file) {
        this.head = head;
        this.file = file;
    }

    /// Reads the body to its end.
    ///
    /// @param directory where a large one waits
    static KeptBody of(InputStream body, Path directory) throws IOException {
        byte[] head = body.readNBytes(IN_MEMORY_BYTES);
        if (head.length < IN_MEMORY_BYTES) {
            return new KeptBody(head, Optional.empty());
        }
        Path file = Files.createDirectories(directory).resolve("kept-" + UUID.randomUUID());
        try (var out = Files.newOutputStream(file)) {
            out.write(head);
            body.transferTo(out);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
        return new KeptBody(new byte[0], Optional.of(file));
    }

    /// The body from its beginning.
    public InputStream open() throws IOException {
        return file.isPresent() ? Files.newInputStream(file.get()) : new ByteArrayInputStream(head);
    }

    @Override
    public void close() throws IOException {
        if (file.isPresent()) {
            Files.deleteIfExists(file.get());
        }
    }
}
