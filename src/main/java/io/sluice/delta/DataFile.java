package io.sluice.delta;

import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A live data file: the `add` that brought it, where it lies, and its typed statistics, which are parsed when first
/// asked for.
public final class DataFile {

    private final Action.AddFile add;
    private final @Nullable TablePaths paths;
    private volatile @Nullable Location location;
    private volatile @Nullable FileStatistics statistics;

    public DataFile(Action.AddFile add, Location location) {
        this.add = add;
        this.location = location;
        this.paths = null;
    }

    DataFile(Action.AddFile add, TablePaths paths) {
        this.add = add;
        this.paths = paths;
    }

    public Action.AddFile add() {
        return add;
    }

    /// A file of the table at this location, whose path is resolved when it is first asked for.
    public static DataFile in(Location table, Action.AddFile add, Storages storages) {
        return new DataFile(add, new TablePaths(table, storages));
    }

    /// Where a path of the table's log leads.
    ///
    /// @throws io.sluice.table.FailureException `table-corrupt` when that is neither in the table nor at an
    ///     allowed location
    public static Location locate(Location table, String path, Storages storages) {
        return new TablePaths(table, storages).resolve(path);
    }

    /// Absolute, checked to lie below the table or an allowed location.
    ///
    /// @throws io.sluice.table.FailureException `table-corrupt` when the log names a file elsewhere
    public Location location() {
        Location known = location;
        if (known == null) {
            known = Objects.requireNonNull(paths).resolve(add.path());
            location = known;
        }
        return known;
    }

    /// What `add.path` and `remove.path` of one file have in common: relative paths are compared as they are
    /// written, absolute ones as locations.
    public static String pathKey(String path) {
        return FileKey.of(path, Optional.empty());
    }

    /// Typed statistics; empty ones where the log has none or they cannot be read.
    public FileStatistics statistics() {
        FileStatistics known = statistics;
        if (known == null) {
            known = add.stats().map(StatisticsJson::parse).orElse(FileStatistics.UNKNOWN);
            statistics = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return "DataFile[" + add.path() + "]";
    }
}
