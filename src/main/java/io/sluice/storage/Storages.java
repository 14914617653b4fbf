package io.sluice.storage;

import org.springframework.stereotype.Component;

/// Chooses the storage that serves a location.
@Component
public class Storages {

    /// The storage for this location's scheme.
    ///
    /// @throws IllegalArgumentException for a scheme that is not served (`http`, `ftp`, `har`, …)
    public Storage of(Location location) {
        throw new UnsupportedOperationException();
    }

    /// Below which all managed tables lie (`sluice.root`).
    public Location root() {
        throw new UnsupportedOperationException();
    }

    /// Whether a table, or a file that a log names by an absolute path, may lie here: below the root or an allow-listed location
    /// (`sluice.allowed-locations`).
    public boolean isAllowed(Location location) {
        throw new UnsupportedOperationException();
    }
}
