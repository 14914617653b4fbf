package io.sluice.catalog;

import io.sluice.commit.TableCommits;
import io.sluice.delta.Snapshots;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/// Takes a name away: a registered table is forgotten and its files stay, a managed one is deleted.
final class TableDrop {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final Storages storages;
    private final Snapshots snapshots;
    private final TableCommits commits;
    private final Catalog catalog;

    TableDrop(Storages storages, Snapshots snapshots, TableCommits commits, Catalog catalog) {
        this.storages = storages;
        this.snapshots = snapshots;
        this.commits = commits;
        this.catalog = catalog;
    }

    /// What may become of a managed table's files.
    enum Files {
        KEEP,
        PURGE
    }

    /// @param onlyIfLatest version that must still be the latest one
    /// @throws io.sluice.table.FailureException `table-not-found`, `purge-required`, `stale-version`,
    ///     `storage-unavailable`
    void drop(TableName table, Files files, OptionalLong onlyIfLatest) {
        try {
            Optional<Location> registered = catalog.registrations().findNow(table);
            if (registered.isPresent()) {
                requireLatest(registered.get(), onlyIfLatest);
                catalog.registrations().remove(table);
                snapshots.forget(registered.get());
                return;
            }
            Location location = catalog.managed(table);
            if (storages.of(location)
                    .find(location.resolve(Catalog.LOG_DIRECTORY))
                    .isEmpty()) {
                throw new Failure.TableNotFound(table).asException();
            }
            if (files == Files.KEEP) {
                throw new Failure.PurgeRequired(table).asException();
            }
            commits.betweenCommits(location, () -> {
                requireLatest(location, onlyIfLatest);
                snapshots.drop(location, () -> purge(location));
            });
        } catch (IOException silent) {
            throw new Failure.StorageUnavailable(RETRY_AFTER).asException(silent);
        }
    }

    /// A table that cannot be read has no version to compare with, and can be dropped by who names none.
    private void requireLatest(Location table, OptionalLong onlyIfLatest) {
        if (onlyIfLatest.isPresent()) {
            long latest = snapshots.latest(table).version();
            if (latest != onlyIfLatest.getAsLong()) {
                throw new Failure.StaleVersion(onlyIfLatest.getAsLong(), latest).asException();
            }
        }
    }

    /// The log goes first, oldest entries first: whatever stops this in between, the newest version either has all
    /// that it needs or cannot be read, and an older one never passes for it.
    private void purge(Location table) {
        Storage storage = storages.of(table);
        Location log = table.resolve(Catalog.LOG_DIRECTORY);
        try {
            for (FileEntry entry : storage.list(log, "")) {
                if (entry.kind() == FileEntry.Kind.FILE) {
                    storage.delete(entry.location());
                }
            }
            storage.deleteTree(log);
            storage.deleteTree(table);
        } catch (IOException silent) {
            throw new Failure.StorageUnavailable(RETRY_AFTER).asException(silent);
        }
    }
}
