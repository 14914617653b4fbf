package io.sluice.storage.cache;

import io.sluice.storage.Location;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Semaphore;

/// Copies ranges of remote files to the same place of local ones; goes on where an answer broke off.
public final class BlockFetcher {

    private static final int BUFFER_BYTES = 64 * 1024;

    /// Where bytes come from.
    @FunctionalInterface
    public interface Source {
        InputStream open(Location file, long offset, long length) throws IOException;
    }

    private final Source source;
    private final Semaphore permits;
    private final int attempts;

    /// @param parallelFetches requests at a time
    /// @param attempts at one range
    public BlockFetcher(Source source, int parallelFetches, int attempts) {
        this.source = source;
        this.permits = new Semaphore(parallelFetches);
        this.attempts = attempts;
    }

    void fetch(Location from, Path to, long offset, long length) throws IOException {
        try {
            permits.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        try (FileChannel channel = FileChannel.open(to, StandardOpenOption.WRITE)) {
            long end = offset + length;
            channel.position(offset);
            for (int attempt = 1; channel.position() < end; attempt++) {
                copy(from, channel, end, attempt);
            }
        } finally {
            permits.release();
        }
    }

    private void copy(Location from, FileChannel channel, long end, int attempt) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = source.open(from, channel.position(), end - channel.position())) {
            while (channel.position() < end) {
                int read = read(in, buffer, end - channel.position());
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            if (attempt >= attempts || !channel.isOpen()) {
                throw e;
            }
        }
    }

    private static int read(InputStream in, byte[] buffer, long most) throws IOException {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, most));
        if (read < 0) {
            throw new EOFException("The file is shorter than the log says.");
        }
        return read;
    }
}
