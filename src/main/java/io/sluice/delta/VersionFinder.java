package io.sluice.delta;

import io.sluice.delta.log.LogListing;
import io.sluice.delta.log.LogReader;
import io.sluice.storage.FileEntry;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// Which versions can be read, and which one a moment means.
final class VersionFinder {

    private final LogReader log;
    private final Clock clock;

    VersionFinder(LogReader log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /// The listing of the log, when it lets these versions be read.
    ///
    /// @throws FailureException `version-not-found`
    LogListing requireReadable(TableSnapshot latest, List<Long> versions) {
        LogListing listing = log.list(latest.location(), 0);
        long earliest = listing.earliest(latest.version());
        for (long version : versions) {
            if (version < earliest || version > latest.version()) {
                throw notFound(Long.toString(version), listing, latest);
            }
        }
        return listing;
    }

    /// The newest version committed at or before a moment that is not in the future.
    ///
    /// @throws FailureException `version-not-found`
    long at(TableSnapshot latest, Instant moment) {
        return find(latest, moment)
                .orElseThrow(() -> notFound(moment.toString(), log.list(latest.location(), 0), latest));
    }

    /// The same, or nothing when all versions that can be read are younger.
    ///
    /// @throws FailureException `version-not-found` for a moment in the future
    Optional<Long> find(TableSnapshot latest, Instant moment) {
        Map<String, String> configuration = latest.metadata().configuration();
        boolean inCommit = CommitTime.isInCommit(latest.version(), configuration);
        if (inCommit && !moment.isBefore(latest.timestamp()) && !moment.isAfter(clock.instant())) {
            return Optional.of(latest.version());
        }
        requirePast(latest, moment);
        LogListing listing = log.list(latest.location(), 0);
        long earliest = listing.earliest(latest.version());
        NavigableMap<Long, FileEntry> commits = listing.commits().subMap(earliest, true, latest.version(), true);
        long inCommitFrom = latest.version() + 1;
        if (inCommit) {
            inCommitFrom = Math.max(earliest, CommitTime.since(configuration));
            Long found = byInCommitTime(latest, commits.tailMap(inCommitFrom, true), moment);
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.ofNullable(byFileTime(listing.commits().subMap(earliest, true, inCommitFrom, false), moment));
    }

    /// @throws FailureException `version-not-found` for a moment in the future
    void requirePast(TableSnapshot latest, Instant moment) {
        if (moment.isAfter(clock.instant())) {
            throw notFound(moment.toString(), log.list(latest.location(), 0), latest);
        }
    }

    /// Binary search: in-commit timestamps rise from version to version, and each costs a read.
    private @org.jspecify.annotations.Nullable Long byInCommitTime(
            TableSnapshot latest, NavigableMap<Long, FileEntry> commits, Instant moment) {
        if (commits.isEmpty()) {
            return null;
        }
        long low = commits.firstKey() - 1;
        long high = latest.version();
        while (low + 1 < high) {
            long middle = low + (high - low) / 2;
            FileEntry file = commits.get(middle);
            if (file == null) {
                throw new Failure.TableCorrupt("the log has a gap at version " + middle).asException();
            }
            Instant time =
                    CommitTime.of(log.commit(file, middle), latest.metadata().configuration());
            if (time.isAfter(moment)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return low < commits.firstKey() ? null : low;
    }

    /// File times, made to rise as Delta does: a commit that seems not younger than the one before counts one
    /// millisecond after it.
    private static @org.jspecify.annotations.Nullable Long byFileTime(
            NavigableMap<Long, FileEntry> commits, Instant moment) {
        Instant before = Instant.MIN;
        Long found = null;
        for (Map.Entry<Long, FileEntry> commit : new TreeMap<>(commits).entrySet()) {
            Instant time = commit.getValue().modified();
            if (!time.isAfter(before)) {
                time = before.plusMillis(1);
            }
            if (time.isAfter(moment)) {
                break;
            }
            found = commit.getKey();
            before = time;
        }
        return found;
    }

    private static FailureException notFound(String asked, LogListing listing, TableSnapshot latest) {
        return new Failure.VersionNotFound(asked, listing.earliest(latest.version()), latest.version()).asException();
    }
}
