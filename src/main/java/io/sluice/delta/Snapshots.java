package io.sluice.delta;

import io.sluice.delta.log.LogReader;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/// Tables at versions. Keeps the newest snapshot of each table and some old ones in memory; a newer version costs only
/// its own commits.
@Component
public class Snapshots {

    private final LogReader log;
    private final SnapshotLoader loader;
    private final VersionFinder finder;
    private final LongSupplier ticker;
    private final SnapshotCache cache = new SnapshotCache();
    private final Map<Location, LiveTable> tables = new ConcurrentHashMap<>();
    private final Set<Location> dropping = ConcurrentHashMap.newKeySet();

    @Autowired
    public Snapshots(Storages storages) {
        this(storages, Clock.systemUTC());
    }

    /// @param clock tells which moments lie in the future
    public Snapshots(Storages storages, Clock clock) {
        this(storages, clock, System::nanoTime);
    }

    /// @param ticker nanoseconds, as [System#nanoTime()] counts them
    public Snapshots(Storages storages, Clock clock, LongSupplier ticker) {
        this.log = new LogReader(storages);
        this.loader = new SnapshotLoader(storages, log);
        this.finder = new VersionFinder(log, clock);
        this.ticker = ticker;
    }

    /// The newest version, verified with one look at the store (is there an N+1?).
    ///
    /// @throws io.sluice.table.FailureException `table-corrupt`, `unsupported-table-feature`,
    ///     `storage-unavailable`; `not-found` as [TableMissingException] when there is no log
    public TableSnapshot latest(Location table) {
        return unlessDropped(table, () -> {
            LiveTable live = tables.computeIfAbsent(table, key -> new LiveTable(key, log, loader, cache, ticker));
            LoadedSnapshot snapshot = live.latest();
            cache.used(table, snapshot.files().size()).forEach(tables::remove);
            return snapshot;
        });
    }

    /// What is read of a log whose entries go one after the other while the table is dropped looks like damage.
    private <T> T unlessDropped(Location table, Supplier<T> read) {
        try {
            if (dropping.contains(table)) {
                throw new TableMissingException(table);
            }
            return read.get();
        } catch (TableMissingException e) {
            forget(table);
            throw e;
        } catch (FailureException e) {
            if (e.failure() instanceof Failure.TableCorrupt
                    && (dropping.contains(table) || log.list(table, 0).isEmpty())) {
                forget(table);
                throw new TableMissingException(table);
            }
            throw e;
        }
    }

    /// The newest version that is known, without a look at the store.
    public Optional<TableSnapshot> remembered(Location table) {
        return Optional.ofNullable(tables.get(table)).flatMap(LiveTable::remembered);
    }

    /// @throws io.sluice.table.FailureException also `version-not-found`
    public TableSnapshot at(Location table, AsOf asOf) {
        TableSnapshot latest = latest(table);
        long version = switch (asOf) {
            case AsOf.Latest _ -> latest.version();
            case AsOf.Version(long asked) -> asked;
            case AsOf.Moment(var instant) -> finder.at(latest, instant);
        };
        if (version == latest.version()) {
            return latest;
        }
        return cache.find(table, version).orElseGet(() -> unlessDropped(table, () -> load(latest, version)));
    }

    /// What can be said of versions without reading them.
    ///
    /// @throws io.sluice.table.FailureException `version-not-found` when the log does not let one of them be read
    public void requireReadable(TableSnapshot latest, List<Long> versions) {
        if (!versions.isEmpty()) {
            var unused = finder.requireReadable(latest, versions);
        }
    }

    /// The newest version committed before a moment; nothing when all that can be read are younger.
    ///
    /// @throws io.sluice.table.FailureException `version-not-found` for a moment in the future
    public Optional<Long> lastBefore(TableSnapshot latest, Instant moment) {
        finder.requirePast(latest, moment);
        return finder.find(latest, moment.minusNanos(1));
    }

    private LoadedSnapshot load(TableSnapshot latest, long version) {
        Location table = latest.location();
        Optional<TableReplay> near =
                version >= 0 && version < latest.version() ? loader.old(table, version) : Optional.empty();
        TableReplay replay =
                near.orElseGet(() -> loader.load(table, finder.requireReadable(latest, List.of(version)), version));
        LoadedSnapshot snapshot = replay.snapshot();
        cache.keep(snapshot);
        return snapshot;
    }

    /// Takes over what this process has committed, so that it need not be read back. Ignored unless `entry`
    /// follows the newest known version.
    ///
    /// @param file of the entry, as it was right after the commit
    public void committed(Location table, LogEntry entry, FileEntry file) {
        LiveTable live = tables.get(table);
        if (live != null) {
            live.committed(entry, file);
        }
    }

    /// Drops a table: from the first change on there is none, although some of it is still on the store.
    ///
    /// @param purge deletes its files
    public void drop(Location table, Runnable purge) {
        dropping.add(table);
        try {
            purge.run();
        } finally {
            forget(table);
            dropping.remove(table);
        }
    }

    /// Forgets a table that is no longer known by this place.
    public void forget(Location table) {
        tables.remove(table);
        cache.forget(table);
    }
}
