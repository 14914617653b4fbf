package io.sluice.delta;

import io.sluice.delta.kernel.CheckpointUnreadableException;
import io.sluice.delta.kernel.CheckpointWriter;
import io.sluice.delta.kernel.KernelFailures;
import io.sluice.delta.kernel.LogTail;
import io.sluice.delta.log.LogCleanup;
import io.sluice.delta.log.LogListing;
import io.sluice.delta.log.LogReader;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import java.io.IOException;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/// Writes checkpoints and checksums, so that a table opens fast. Nothing depends on one: without it a reader replays
/// more of the log.
@Component
public class Checkpoints {

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final long DEFAULT_INTERVAL = 10;
    private static final long FILES_PER_COMMIT = 1_000;

    /// As many as fourteen commits a second add in an hour, after which more can go. Other tables' checkpoints
    /// wait for it.
    private static final int MOST_CLEANED_UP = 50_000;

    private final LogReader log;
    private final CheckpointWriter writer;
    private final LogCleanup cleanup;
    private final Clock clock;

    @Autowired
    public Checkpoints(
            Storages storages, @Value("${sluice.limits.idempotency-window:72h}") Duration idempotencyWindow) {
        this(storages, Clock.systemUTC(), idempotencyWindow);
    }

    /// With the window that requests are recognised in unless an operator says otherwise.
    public Checkpoints(Storages storages) {
        this(storages, Clock.systemUTC(), Duration.ofDays(3));
    }

    /// @param idempotencyWindow how long log entries are kept at least
    public Checkpoints(Storages storages, Clock clock, Duration idempotencyWindow) {
        this.log = new LogReader(storages);
        this.writer = new CheckpointWriter(storages, clock, UUID::randomUUID);
        this.clock = clock;
        this.cleanup = new LogCleanup(storages, clock, idempotencyWindow, MOST_CLEANED_UP);
    }

    /// Deletes log files that have expired by the table's properties `delta.enableExpiredLogCleanup` and
    /// `delta.logRetentionDuration`, many at most: what is left goes the next time. Lists the whole log: not for a
    /// request to wait for.
    ///
    /// @return files that were deleted
    /// @throws io.sluice.table.FailureException `storage-unavailable`
    /// @throws IOException when the store does not answer
    public int cleanUp(TableSnapshot snapshot) throws IOException {
        return cleanup.clean(snapshot);
    }

    /// Whether a commit of this version ends an interval: `delta.checkpointInterval` where the table has it, else
    /// 10 commits, and more on a table of many files, whose checkpoint costs more than reading some commits.
    public static boolean isDue(TableSnapshot snapshot) {
        return isDue(
                snapshot.version(),
                snapshot.metadata().configuration(),
                snapshot.files().size());
    }

    /// The same, where the version's snapshot is not at hand.
    ///
    /// @param files live data files, roughly
    public static boolean isDue(long version, Map<String, String> configuration, int files) {
        return version > 0 && version % interval(configuration, files) == 0;
    }

    /// Writes the checkpoint of this version, and its checksum, if there is none. Takes as long as reading the log
    /// does: not for a request to wait for.
    ///
    /// @param memory which `txn` actions somebody will ask for again
    /// @throws io.sluice.table.FailureException `storage-unavailable`, `table-corrupt`;
    ///     `unsupported-table-feature` where a feature may want something of a checkpoint that is not known here
    /// @throws IOException when the checkpoint could not be written
    public void write(TableSnapshot snapshot, TransactionMemory memory) throws IOException {
        Features.requireAlterable(snapshot);
        try {
            CheckpointWriter.Result result = writeUnlessThere(snapshot, forgotten(snapshot, memory));
            CheckpointWriter.Result checksum = writer.writeChecksum(snapshot.location(), snapshot.version());
            LOG.debug(
                    "Checkpoint of {} at version {}: {}, its checksum: {}",
                    snapshot.location(),
                    snapshot.version(),
                    result,
                    checksum);
        } catch (RuntimeException e) {
            throw KernelFailures.hidden(e)
                    .<RuntimeException>map(failure -> failure)
                    .orElseGet(() -> isAboutNoUri(e)
                            ? new Failure.TableCorrupt("the log names a file by what is no URI").asException(e)
                            : e);
        }
    }

    /// From the newest checkpoint before it that can be read and is followed by every commit.
    private CheckpointWriter.Result writeUnlessThere(TableSnapshot snapshot, Predicate<Action.SetTransaction> expired)
            throws IOException {
        Location table = snapshot.location();
        long version = snapshot.version();
        for (LogListing part : log.backFrom(table, version)) {
            for (LogListing.Checkpoint checkpoint : part.checkpointsUpTo(version)) {
                if (checkpoint.version() == version) {
                    return CheckpointWriter.Result.ALREADY_THERE;
                }
                if (!part.hasCommits(checkpoint.version() + 1, version)) {
                    break;
                }
                try {
                    return writer.write(
                            snapshot, tail(checkpoint.files(), part, checkpoint.version() + 1, version), expired);
                } catch (CheckpointUnreadableException e) {
                    LOG.warn("The checkpoint of version {} of {} cannot be read", checkpoint.version(), table, e);
                }
            }
            if (part.hasCommits(0, version)) {
                try {
                    return writer.write(snapshot, tail(List.of(), part, 0, version), expired);
                } catch (CheckpointUnreadableException impossible) {
                    throw new IllegalStateException(impossible);
                }
            }
        }
        throw new Failure.TableCorrupt("the log has a gap before version " + version).asException();
    }

    private static LogTail tail(List<FileEntry> checkpoint, LogListing listing, long first, long last) {
        return new LogTail(
                checkpoint,
                List.copyOf(listing.commits()
                        .subMap(first, true, last, true)
                        .descendingMap()
                        .values()));
    }

    private static boolean isAboutNoUri(Throwable failure) {
        return failure instanceof URISyntaxException || failure.getCause() != null && isAboutNoUri(failure.getCause());
    }

    private Predicate<Action.SetTransaction> forgotten(TableSnapshot snapshot, TransactionMemory memory) {
        Predicate<Action.SetTransaction> byProperty = expiredByProperty(snapshot);
        return transaction -> switch (memory.of(transaction)) {
            case KEPT -> false;
            case FORGOTTEN -> true;
            case AS_THE_TABLE_SAYS -> byProperty.test(transaction);
        };
    }

    /// `delta.setTransactionRetentionDuration`: ids that were last used before it may be forgotten.
    private Predicate<Action.SetTransaction> expiredByProperty(TableSnapshot snapshot) {
        String text = snapshot.metadata().configuration().get("delta.setTransactionRetentionDuration");
        Optional<Duration> retention = text == null ? Optional.empty() : Interval.parse(text);
        if (retention.isEmpty()) {
            return _ -> false;
        }
        long horizon = clock.instant().minus(retention.get()).toEpochMilli();
        return transaction -> transaction.lastUpdated().isPresent()
                && transaction.lastUpdated().getAsLong() < horizon;
    }

    /// The same when it is due; a failure is logged, since nothing is lost with it.
    public void writeIfDue(TableSnapshot snapshot, TransactionMemory memory) {
        if (!isDue(snapshot)) {
            return;
        }
        try {
            write(snapshot, memory);
        } catch (IOException | RuntimeException e) {
            LOG.warn("No checkpoint of {} at version {}", snapshot.location(), snapshot.version(), e);
        }
    }

    private static long interval(Map<String, String> configuration, int files) {
        long unset = DEFAULT_INTERVAL; // doubled, not stretched: so that a growing table passes no checkpoint by
        while (unset * FILES_PER_COMMIT < files) {
            unset *= 2;
        }
        String given = configuration.get("delta.checkpointInterval");
        if (given == null) {
            return unset;
        }
        try {
            long interval = Long.parseLong(given);
            return interval > 0 ? interval : unset;
        } catch (NumberFormatException e) {
            return unset;
        }
    }
}
