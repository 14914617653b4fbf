package io.sluice.commit.conflict;

import io.sluice.commit.log.LogFile;
import io.sluice.delta.LogEntry;
import io.sluice.delta.LogEntryCodec;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Storage;
import io.sluice.table.Failure;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The commits that were made after the one that an attempt was computed on.
public final class Winners {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private Winners() {}

    /// Judges the winners from the first to the last.
    ///
    /// @param after the last version that was judged before
    /// @param current the newest version
    /// @return the first verdict that is not [Verdict.Passes]
    /// @throws io.sluice.table.FailureException `table-corrupt`, `storage-unavailable`
    public static Verdict judge(Storage storage, Attempt ours, long after, TableSnapshot current) {
        for (long version = after + 1; version <= current.version(); version++) {
            Optional<LogEntry> winner = read(storage, current, version);
            // A winner that was cleaned up already cannot be judged: what it changed must be taken to collide.
            Verdict verdict = winner.map(entry -> ConflictRules.judge(ours, entry))
                    .orElse(new Verdict.Collides(new Failure.ConcurrentDeleteRead(version)));
            if (!(verdict instanceof Verdict.Passes)) {
                return verdict;
            }
        }
        return new Verdict.Passes();
    }

    private static Optional<LogEntry> read(Storage storage, TableSnapshot current, long version) {
        try {
            byte[] content = storage.read(LogFile.of(current.location(), version));
            return Optional.of(LogEntryCodec.decode(version, Instant.EPOCH, content));
        } catch (NoSuchFileException cleanedUp) {
            return Optional.empty();
        } catch (IOException silent) {
            throw new Failure.StorageUnavailable(RETRY_AFTER).asException(silent);
        }
    }
}
