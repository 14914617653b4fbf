package io.sluice.storage;

import io.sluice.table.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// What a store's refusal means to a client.
public final class StorageFailures {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    /// What a file that did not fit may have been: it is gone again when one asks.
    private static final long FULL_BELOW_BYTES = 16 << 20;

    private StorageFailures() {}

    /// Of a small file that the store did not take.
    public static Failure of(Storage storage) {
        return of(storage, 0);
    }

    /// Of a file that the store did not take.
    ///
    /// @param bytes that it may have had
    public static Failure of(Storage storage, long bytes) {
        try {
            return isFull(storage.stagingDirectory(), bytes)
                    ? new Failure.OutOfSpace("the storage of the table")
                    : new Failure.StorageUnavailable(RETRY_AFTER);
        } catch (IOException notEvenThat) {
            return new Failure.StorageUnavailable(RETRY_AFTER);
        }
    }

    /// Whether the file system of a directory has no room: it is asked, since the platform reports a full disk as
    /// an exception without a type of its own.
    ///
    /// @param bytes that did not fit, as far as is known
    public static boolean isFull(Path directory, long bytes) {
        try {
            return Files.getFileStore(directory).getUsableSpace() < Math.max(bytes, FULL_BELOW_BYTES);
        } catch (IOException notTold) {
            return false;
        }
    }
}
