package io.sluice.delta;

import io.sluice.storage.Location;

/// A live data file: the `add` that brought it, where it lies, and its typed statistics, which are parsed when first asked for.
public final class DataFile {

    private final Action.AddFile add;
    private final Location location;

    public DataFile(Action.AddFile add, Location location) {
        this.add = add;
        this.location = location;
    }

    public Action.AddFile add() {
        return add;
    }

    /// Absolute, checked to lie below the table or an allowed location.
    public Location location() {
        return location;
    }

    /// Typed statistics; empty ones where the log has none or they cannot be read.
    public FileStatistics statistics() {
        throw new UnsupportedOperationException();
    }
}
