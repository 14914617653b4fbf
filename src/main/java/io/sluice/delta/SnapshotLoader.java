package io.sluice.delta;

import io.sluice.delta.kernel.CheckpointReader;
import io.sluice.delta.kernel.CheckpointUnreadableException;
import io.sluice.delta.log.LogListing;
import io.sluice.delta.log.LogReader;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Builds a version from the log: the newest usable checkpoint before it (read by Kernel), then every commit after
/// that (read by us, so that an empty or truncated one is noticed). A damaged checkpoint gives way to an older one as
/// long as the log reaches back.
final class SnapshotLoader {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotLoader.class);

    private final LogReader log;
    private final CheckpointReader checkpoints;
    private final Storages storages;

    SnapshotLoader(Storages storages, LogReader log) {
        this.storages = storages;
        this.log = log;
        this.checkpoints = new CheckpointReader(storages);
    }

    /// The newest version.
    TableReplay latest(Location table) {
        OptionalLong hint = log.lastCheckpoint(table);
        if (hint.isPresent()) {
            LogListing tail = log.list(table, hint.getAsLong());
            if (!tail.checkpointsUpTo(Long.MAX_VALUE).isEmpty()) {
                TableReplay replay = fromCheckpoint(table, tail, tail.latest());
                if (replay != null) {
                    return replay;
                }
            }
        }
        LogListing all = log.list(table, 0);
        if (all.isEmpty()) {
            throw new TableMissingException(table);
        }
        // Of two entries that come while a listing is made it may show the later one alone; one that begins after that
        // shows both.
        long latest = all.latest();
        return find(table, all, latest).orElseGet(() -> load(table, log.list(table, 0), latest));
    }

    /// A version that follows a checkpoint or the whole log: what comes after it is not listed, nor what is far
    /// before that checkpoint. Empty where that is not enough, which says nothing of the version.
    Optional<TableReplay> old(Location table, long version) {
        for (LogListing part : log.backFrom(table, version)) {
            Optional<TableReplay> found = find(table, part, version);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// A version that the listing of the whole log shows to be readable.
    TableReplay load(Location table, LogListing listing, long version) {
        return find(table, listing, version)
                .orElseThrow(() -> new Failure.TableCorrupt("the log has a gap: version " + version
                                + " needs log entries or a checkpoint that are missing or damaged")
                        .asException());
    }

    /// Empty where what is listed is not enough.
    private Optional<TableReplay> find(Location table, LogListing listing, long version) {
        TableReplay replay = fromCheckpoint(table, listing, version);
        if (replay != null) {
            return Optional.of(replay);
        }
        return listing.hasCommits(0, version)
                ? Optional.of(replay(new TableReplay(table, new TablePaths(table, storages)), listing, version))
                : Optional.empty();
    }

    private @org.jspecify.annotations.Nullable TableReplay fromCheckpoint(
            Location table, LogListing listing, long version) {
        for (LogListing.Checkpoint checkpoint : listing.checkpointsUpTo(version)) {
            if (!listing.hasCommits(checkpoint.version() + 1, version)) {
                return null;
            }
            TableReplay replay = new TableReplay(table, new TablePaths(table, storages));
            try {
                checkpoints.read(table, checkpoint.files(), replay::fromCheckpoint);
            } catch (CheckpointUnreadableException e) {
                LOG.warn("The checkpoint of version {} of {} cannot be read", checkpoint.version(), table, e);
                continue;
            }
            if (!replay.hasProtocolAndMetadata()) {
                LOG.warn("The checkpoint of version {} of {} has no protocol or metadata", checkpoint.version(), table);
                continue;
            }
            Instant written = checkpoint.files().getFirst().modified();
            replay.checkpointed(checkpoint.version(), written);
            FileEntry commit = listing.commits().get(checkpoint.version());
            if (commit != null && checkpoint.version() == version) {
                replay.timeOf(log.commit(commit, version));
            }
            return replay(replay, listing, version);
        }
        return null;
    }

    /// Commits one by one, or many at once where a log compaction file has them (Delta protocol, "Log Compaction
    /// Files"); the last one always by itself, since it has the version's time.
    private TableReplay replay(TableReplay replay, LogListing listing, long version) {
        while (replay.version() < version) {
            long next = replay.version() + 1;
            Optional<LogEntry> compacted =
                    listing.compactionFrom(next, version).flatMap(file -> compacted(replay.location(), file));
            if (compacted.isPresent()) {
                replay.compacted(compacted.get());
            } else {
                FileEntry commit = Objects.requireNonNull(listing.commits().get(next));
                replay.commit(log.commit(commit, next));
            }
        }
        return replay;
    }

    /// Empty when the file is damaged: the commits are there.
    private Optional<LogEntry> compacted(Location table, LogListing.Compaction compaction) {
        try {
            return Optional.of(log.commit(compaction.file(), compaction.last()));
        } catch (FailureException damaged) {
            if (damaged.failure() instanceof Failure.TableCorrupt) {
                LOG.warn(
                        "The compaction of versions {} to {} of {} cannot be read",
                        compaction.first(),
                        compaction.last(),
                        table,
                        damaged);
                return Optional.empty();
            }
            throw damaged;
        }
    }
}
