package io.sluice.storage.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// This process's own directory for files that are not stored yet, made when first asked for.
///
/// A file lock beside it says that its process lives. What dead processes left behind is removed after a while.
public final class StagingDirectory implements AutoCloseable {

    private static final String LOCK = ".lock";

    /// Closing any channel of a file gives up this process's lock on it (POSIX), so its own lock files are never
    /// looked at.
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path parent;
    private final Path own;
    private final Duration kept;
    private final Clock clock;
    private final ReentrantLock guard = new ReentrantLock();
    private @Nullable FileChannel lock;

    /// @param parent shared with other processes
    /// @param process names the directory
    /// @param kept how long the directory of a dead process is left alone
    public StagingDirectory(Path parent, UUID process, Duration kept, Clock clock) {
        this.parent = parent.toAbsolutePath().normalize();
        this.own = this.parent.resolve(process.toString());
        this.kept = kept;
        this.clock = clock;
    }

    public Path path() throws IOException {
        guard.lock();
        try {
            if (lock == null) {
                Files.createDirectories(parent);
                removeStale();
                OWN.add(own);
                lock = FileChannel.open(lockOf(own), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                lock.lock();
            }
            return Files.createDirectories(own);
        } finally {
            guard.unlock();
        }
    }

    /// Removes the directory; the next [#path()] makes it again.
    @Override
    public void close() throws IOException {
        guard.lock();
        try {
            if (lock != null) {
                Trees.delete(own);
                Files.deleteIfExists(lockOf(own));
                lock.close();
                lock = null;
                OWN.remove(own);
            }
        } finally {
            guard.unlock();
        }
    }

    private void removeStale() throws IOException {
        Instant limit = clock.instant().minus(kept);
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(parent, Files::isDirectory)) {
            for (Path directory : directories) {
                if (!OWN.contains(directory) && isOlder(directory, limit)) {
                    removeIfDead(directory);
                }
            }
        }
    }

    private static boolean isOlder(Path directory, Instant limit) throws IOException {
        try {
            return Files.getLastModifiedTime(directory).toInstant().isBefore(limit);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static void removeIfDead(Path directory) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(lockOf(directory), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.tryLock()) {
            if (held != null) {
                Trees.delete(directory);
                Files.deleteIfExists(lockOf(directory));
            }
        }
    }

    private static Path lockOf(Path directory) {
        return directory.resolveSibling(directory.getFileName() + LOCK);
    }
}
