package io.sluice.delta.log;

import io.sluice.storage.Location;
import java.util.Locale;
import java.util.OptionalLong;

/// The names in `_delta_log` (Delta protocol, "Delta Log Entries" and "Checkpoint Naming Scheme").
public final class LogFiles {

    private static final int DIGITS = 20;
    private static final String COMMIT = ".json";

    private LogFiles() {}

    public static Location directory(Location table) {
        return table.resolve("_delta_log");
    }

    public static Location commit(Location table, long version) {
        return table.resolve("_delta_log/" + prefix(version) + COMMIT);
    }

    public static Location checksum(Location table, long version) {
        return table.resolve("_delta_log/" + prefix(version) + ".crc");
    }

    static Location lastCheckpoint(Location table) {
        return table.resolve("_delta_log/_last_checkpoint");
    }

    /// The 20 digits with which the names of this version's files begin.
    static String prefix(long version) {
        return String.format(Locale.ROOT, "%020d", version);
    }

    /// Whether this is the name of a log compaction file (Delta protocol, "Log Compaction Files").
    static boolean isCompaction(String name) {
        return name.endsWith(".compacted.json");
    }

    /// The version of a commit's name.
    static OptionalLong commitVersion(String name) {
        return name.length() == DIGITS + COMMIT.length() && name.endsWith(COMMIT)
                ? version(name)
                : OptionalLong.empty();
    }

    /// The version in the first 20 characters, which must be digits.
    static OptionalLong version(String name) {
        if (name.length() <= DIGITS || name.charAt(DIGITS) != '.') {
            return OptionalLong.empty();
        }
        long version = 0;
        for (int i = 0; i < DIGITS; i++) {
            int digit = name.charAt(i) - '0';
            if (digit < 0 || digit > 9 || version > (Long.MAX_VALUE - digit) / 10) {
                return OptionalLong.empty();
            }
            version = version * 10 + digit;
        }
        return OptionalLong.of(version);
    }
}
