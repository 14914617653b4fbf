package io.sluice.storage;

import java.time.Instant;

/// A file or directory as a listing shows it.
///
/// @param sizeBytes 0 for a directory
/// @param modified by the store's clock, in milliseconds
public record FileEntry(Location location, long sizeBytes, Instant modified, Kind kind) {

    public enum Kind {
        FILE,
        DIRECTORY
    }

    public String name() {
        return location.name();
    }
}
