package io.sluice.commit.group;

import io.sluice.storage.Storage;
import io.sluice.table.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;

/// What a store's refusal means to a client.
public final class StorageFailures {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    /// A file system with less than this cannot take the smallest data file with its directory entry.
    private static final long FULL_BELOW_BYTES = 1 << 20;

    private StorageFailures() {}

    /// Asks the file system how much room it has: the platform reports a full disk as an exception without a type
    /// of its own.
    public static Failure of(Storage storage) {
        try {
            if (Files.getFileStore(storage.stagingDirectory()).getUsableSpace() < FULL_BELOW_BYTES) {
                return new Failure.OutOfSpace("the storage of the table");
            }
        } catch (IOException notTold) {
            return new Failure.StorageUnavailable(RETRY_AFTER);
        }
        return new Failure.StorageUnavailable(RETRY_AFTER);
    }
}
