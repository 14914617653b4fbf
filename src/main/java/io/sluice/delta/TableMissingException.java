package io.sluice.delta;

import io.sluice.storage.Location;

/// There is no Delta log at a location. The catalog, which knows the table's name, turns it into `table-not-found`.
public final class TableMissingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TableMissingException(Location location) {
        super("no Delta log at " + location);
    }
}
