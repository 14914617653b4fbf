package io.sluice.delta.log;

import io.sluice.delta.Action;
import io.sluice.delta.Interval;
import io.sluice.delta.TableSnapshot;
import io.sluice.delta.kernel.CheckpointReader;
import io.sluice.delta.kernel.CheckpointUnreadableException;
import io.sluice.delta.kernel.SidecarReader;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.Storages;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes log entries and checkpoints that nobody can ask for any more (Delta protocol, "Metadata Cleanup").
///
/// What stays begins with a checkpoint that was read to its end: the newest one that is not newer than the newest
/// commit of the day on which the retention ends. So every version that was young enough can still be read.
public final class LogCleanup {

    private static final Logger LOG = LoggerFactory.getLogger(LogCleanup.class);
    private static final Duration DEFAULT_RETENTION = Duration.ofDays(30);
    private static final Duration SIDECAR_AGE = Duration.ofDays(1);
    private static final String SIDECARS = "_sidecars";

    private final Storages storages;
    private final CheckpointReader checkpoints;
    private final SidecarReader sidecars;
    private final Clock clock;
    private final Duration atLeast;
    private final int mostFiles;

    /// @param atLeast how long entries are kept whatever the table says: as long as requests are recognised by
    ///     them
    /// @param mostFiles that are deleted at a time, and of sidecars as many again; the next time goes on
    public LogCleanup(Storages storages, Clock clock, Duration atLeast, int mostFiles) {
        this.storages = storages;
        this.checkpoints = new CheckpointReader(storages);
        this.sidecars = new SidecarReader(storages);
        this.clock = clock;
        this.atLeast = atLeast;
        this.mostFiles = mostFiles;
    }

    /// @return files that were deleted
    /// @throws IOException when the store does not answer; the next time goes on
    public int clean(TableSnapshot table) throws IOException {
        Map<String, String> configuration = table.metadata().configuration();
        Optional<Duration> retention = Interval.of(configuration, "delta.logRetentionDuration", DEFAULT_RETENTION);
        if (retention.isEmpty() || "false".equalsIgnoreCase(configuration.get("delta.enableExpiredLogCleanup"))) {
            return 0;
        }
        Duration kept = retention.get().compareTo(atLeast) < 0 ? atLeast : retention.get();
        Instant cutoff = clock.instant().minus(kept).truncatedTo(ChronoUnit.DAYS);
        Storage storage = storages.of(table.location());
        List<FileEntry> files = storage.list(LogFiles.directory(table.location()), "");
        LogListing listing = new LogListing(files);
        OptionalLong first = firstKept(table, listing, cutoff);
        long protectedBefore = protectedBefore(table);
        if (first.isEmpty() || first.getAsLong() < protectedBefore) {
            return 0;
        }
        int most = protectedBefore > 0 ? Integer.MAX_VALUE : mostFiles;
        int deleted = deleteBefore(storage, files, first.getAsLong(), most);
        if (deleted > 0) {
            deleted += deleteSidecars(storage, table.location());
            LOG.info("{} log files of {} before version {} are deleted", deleted, table.location(), first.getAsLong());
        }
        return deleted;
    }

    /// The version of the checkpoint from which on everything stays; none when nothing has expired.
    private OptionalLong firstKept(TableSnapshot table, LogListing listing, Instant cutoff) {
        long expired = -1;
        Instant before = Instant.MIN;
        for (Map.Entry<Long, FileEntry> commit : listing.commits().entrySet()) {
            // As everywhere in Delta: a commit that seems older than the one before counts as younger.
            Instant time = commit.getValue().modified();
            before = time.isAfter(before) ? time : before.plusMillis(1);
            if (before.isAfter(cutoff)) {
                break;
            }
            expired = commit.getKey();
        }
        for (LogListing.Checkpoint checkpoint : listing.checkpointsUpTo(Math.min(expired, table.version()))) {
            if (listing.hasCommits(checkpoint.version(), table.version()) && isWhole(table, checkpoint)) {
                return OptionalLong.of(checkpoint.version());
            }
        }
        return OptionalLong.empty();
    }

    private boolean isWhole(TableSnapshot table, LogListing.Checkpoint checkpoint) {
        try {
            boolean[] found = new boolean[2];
            checkpoints.read(table.location(), checkpoint.files(), action -> {
                found[0] |= action instanceof Action.Protocol;
                found[1] |= action instanceof Action.Metadata;
            });
            return found[0] && found[1];
        } catch (CheckpointUnreadableException damaged) {
            LOG.warn(
                    "The checkpoint of version {} of {} cannot be read",
                    checkpoint.version(),
                    table.location(),
                    damaged);
            return false;
        }
    }

    /// Checkpoints before this version go all at once or not at all (Delta protocol, "Checkpoint Protection").
    private static long protectedBefore(TableSnapshot table) {
        if (!table.protocol().writerFeatures().contains("checkpointProtection")) {
            return 0;
        }
        String version = table.metadata().configuration().get("delta.requireCheckpointProtectionBeforeVersion");
        try {
            return version == null ? 0 : Long.parseLong(version);
        } catch (NumberFormatException unknown) {
            return Long.MAX_VALUE;
        }
    }

    /// Commits go before checkpoints, old ones before young ones: wherever this stops, what is kept can be read.
    private static int deleteBefore(Storage storage, List<FileEntry> files, long first, int most) throws IOException {
        List<Location> commits = new ArrayList<>();
        List<Location> others = new ArrayList<>();
        for (FileEntry file : files) {
            OptionalLong version = LogFiles.version(file.name());
            boolean isOld = version.isPresent()
                    && (version.getAsLong() < first
                            || version.getAsLong() == first && LogFiles.isCompaction(file.name()));
            if (isOld && file.kind() == FileEntry.Kind.FILE) {
                boolean isCommit = LogFiles.commitVersion(file.name()).isPresent();
                (isCommit ? commits : others).add(file.location());
            }
        }
        int deleted = deleteFirst(storage, commits, most);
        return deleted + deleteFirst(storage, others, most - deleted);
    }

    /// Many with one request where the store can do that.
    private static int deleteFirst(Storage storage, List<Location> files, int most) throws IOException {
        List<Location> first = files.subList(0, Math.min(most, files.size()));
        storage.deleteAll(first);
        return first.size();
    }

    /// Sidecars that no checkpoint which is left names.
    private int deleteSidecars(Storage storage, Location table) throws IOException {
        Location directory = LogFiles.directory(table).resolve(SIDECARS);
        List<FileEntry> found = storage.list(directory, "");
        if (found.isEmpty()) {
            return 0;
        }
        Instant young = clock.instant().truncatedTo(ChronoUnit.DAYS).minus(SIDECAR_AGE);
        LogListing listing = new LogListing(storage.list(LogFiles.directory(table), ""));
        Set<String> named;
        try {
            named = sidecars.named(
                    table,
                    listing.checkpointsUpTo(Long.MAX_VALUE).stream()
                            .flatMap(checkpoint -> checkpoint.files().stream())
                            .toList());
        } catch (CheckpointUnreadableException damaged) {
            LOG.info("The sidecars of {} stay: a checkpoint cannot be read", table, damaged);
            return 0;
        }
        List<Location> unnamed = found.stream()
                .filter(sidecar -> sidecar.kind() == FileEntry.Kind.FILE
                        && sidecar.modified().isBefore(young)
                        && !named.contains(sidecar.name()))
                .map(FileEntry::location)
                .toList();
        return deleteFirst(storage, unnamed, mostFiles);
    }
}
