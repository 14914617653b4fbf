package io.sluice.commit.log;

import io.sluice.storage.Location;

/// Where a version's log entry lies (Delta protocol, "Delta Log Entries").
public final class LogFile {

    private LogFile() {}

    public static Location of(Location table, long version) {
        return table.resolve("_delta_log/%020d.json".formatted(version));
    }
}
