package io.sluice.storage.s3;

import io.sluice.storage.Location;

/// Locations as keys of their buckets.
final class Keys {

    private Keys() {}

    static String key(Location location) {
        return location.path().substring(1);
    }

    /// What the keys of everything below a directory begin with.
    static String prefix(Location directory) {
        return key(directory).isEmpty() ? "" : key(directory) + "/";
    }
}
