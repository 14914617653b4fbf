package io.sluice.delta.feed;

import io.sluice.delta.Action;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableSnapshot;
import io.sluice.delta.log.LogListing;
import io.sluice.delta.log.LogReader;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.springframework.stereotype.Component;

/// Finds the files that tell a table's changes.
@Component
public class ChangeFeed {

    private static final String ENABLED = "delta.enableChangeDataFeed";
    private static final int READERS = 16;

    private final Storages storages;
    private final Snapshots snapshots;
    private final LogReader log;

    public ChangeFeed(Storages storages, Snapshots snapshots) {
        this.storages = storages;
        this.snapshots = snapshots;
        this.log = new LogReader(storages);
    }

    /// The changes of all versions from one on, in the columns of the last one.
    ///
    /// @param last the range's last version
    /// @throws FailureException `version-not-found` when a version is not, or no longer, in the log;
    ///     `change-feed-not-enabled` when one was committed without the feed; `schema-mismatch` when one had
    ///     columns that the last one has not
    /// @throws io.sluice.delta.TableMissingException when the table is dropped meanwhile
    public Feed since(long first, TableSnapshot last) {
        List<FeedFile> files = first > last.version() ? List.of() : changes(first, last);
        return new Feed(FeedTable.of(last, files), files);
    }

    /// All rows of one version as inserted with it, then the changes of the versions after it.
    ///
    /// @throws FailureException as [#since]
    public Feed beginningWith(TableSnapshot start, TableSnapshot last) {
        FeedSchemas.requireReadable(start.metadata(), start.version(), last.metadata());
        List<FeedFile> files = new ArrayList<>(CommitChanges.everything(start, storages));
        if (start.version() < last.version()) {
            files.addAll(changes(start.version() + 1, last));
        }
        return new Feed(FeedTable.of(last, files), files);
    }

    /// @throws FailureException `change-feed-not-enabled` when the table keeps no feed at this version
    public void requireEnabled(TableSnapshot table) {
        requireEnabled(table.metadata(), table.version());
    }

    private List<FeedFile> changes(long first, TableSnapshot last) {
        List<CommitChanges> commits = read(first, last);
        requireEnabled(metadataOf(commits.getFirst(), commits, last), first);
        for (CommitChanges commit : commits) {
            commit.metadata().ifPresent(metadata -> requireEnabled(metadata, commit.version()));
        }
        requireReadable(commits, last);
        return commits.stream().flatMap(commit -> commit.files().stream()).toList();
    }

    /// That each definition of the range can be told in the next one, and so in the last.
    private void requireReadable(List<CommitChanges> commits, TableSnapshot last) {
        CommitChanges first = commits.getFirst();
        Action.Metadata current = metadataOf(first, commits, last);
        if (first.metadata().isPresent()) {
            before(first, last).ifPresent(old -> FeedSchemas.requireNothingBack(old, first.version(), current));
        }
        Action.Metadata earlier = current;
        for (CommitChanges commit : commits.subList(1, commits.size())) {
            if (commit.metadata().isPresent()) {
                Action.Metadata later = commit.metadata().get();
                FeedSchemas.requireReadable(earlier, commit.version() - 1, later);
                FeedSchemas.requireNothingBack(earlier, commit.version(), later);
                earlier = later;
            }
        }
    }

    /// The definition that a commit replaced, where the log still tells it.
    private Optional<Action.Metadata> before(CommitChanges commit, TableSnapshot last) {
        if (commit.version() == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(snapshots
                    .at(last.location(), new AsOf.Version(commit.version() - 1))
                    .metadata());
        } catch (FailureException e) {
            if (e.failure() instanceof Failure.VersionNotFound) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// The table's definition as of a commit; read from the log only where the range does not tell it.
    private Action.Metadata metadataOf(CommitChanges commit, List<CommitChanges> commits, TableSnapshot last) {
        if (commit.metadata().isPresent()) {
            return commit.metadata().get();
        }
        return commits.stream().allMatch(other -> other.metadata().isEmpty())
                ? last.metadata()
                : snapshots
                        .at(last.location(), new AsOf.Version(commit.version()))
                        .metadata();
    }

    private static void requireEnabled(Action.Metadata metadata, long version) {
        if (!Boolean.parseBoolean(metadata.configuration().getOrDefault(ENABLED, "false"))) {
            throw new Failure.ChangeFeedNotEnabled(version).asException();
        }
    }

    private List<CommitChanges> read(long first, TableSnapshot last) {
        LogListing listing = log.list(last.location(), first);
        if (!listing.hasCommits(first, last.version())) {
            throw notFound(first, last);
        }
        NavigableMap<Long, FileEntry> commits = listing.commits().subMap(first, true, last.version(), true);
        List<Map.Entry<Long, FileEntry>> wanted = List.copyOf(commits.entrySet());
        int readers = Math.min(READERS, wanted.size());
        if (readers == 1) {
            return read(wanted, 0, 1, last);
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var reads = new ArrayList<Future<List<CommitChanges>>>();
            for (int reader = 0; reader < readers; reader++) {
                int offset = reader;
                reads.add(threads.submit(() -> read(wanted, offset, readers, last)));
            }
            var all = new ArrayList<CommitChanges>();
            for (Future<List<CommitChanges>> read : reads) {
                all.addAll(await(read));
            }
            all.sort(Comparator.comparingLong(CommitChanges::version));
            return all;
        }
    }

    /// What one of several readers reads: many entries each, since to begin a read costs more than a local one
    /// takes.
    private List<CommitChanges> read(
            List<Map.Entry<Long, FileEntry>> commits, int offset, int step, TableSnapshot last) {
        var read = new ArrayList<CommitChanges>();
        for (int at = offset; at < commits.size(); at += step) {
            read.add(read(commits.get(at), last));
        }
        return read;
    }

    private CommitChanges read(Map.Entry<Long, FileEntry> commit, TableSnapshot last) {
        return log.find(commit.getValue(), commit.getKey())
                .map(entry -> CommitChanges.of(entry, last, storages))
                .orElseThrow(() -> notFound(commit.getKey(), last));
    }

    private static <T> T await(Future<T> read) {
        try {
            return read.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// That the changes of a version are not, or no longer, in the log.
    public FailureException notFound(long first, TableSnapshot last) {
        Location table = last.location();
        long earliest = log.list(table, 0).firstOfRunTo(last.version());
        return new Failure.VersionNotFound(Long.toString(first), earliest, last.version()).asException();
    }

    /// What the first version committed at or after a moment is; one more than the latest where there is none yet.
    ///
    /// @throws FailureException `version-not-found` for a moment in the future
    public long firstSince(TableSnapshot latest, Instant moment) {
        Optional<Long> before = snapshots.lastBefore(latest, moment);
        return before.isPresent()
                ? before.get() + 1
                : log.list(latest.location(), 0).earliest(latest.version());
    }
}
