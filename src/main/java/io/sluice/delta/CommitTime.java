package io.sluice.delta;

import io.sluice.table.Failure;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;

/// When a version was committed (Delta protocol, "In-Commit Timestamps").
final class CommitTime {

    static final String ENABLED = "delta.enableInCommitTimestamps";
    static final String ENABLED_SINCE_VERSION = "delta.inCommitTimestampEnablementVersion";
    static final String ENABLED_SINCE_MILLIS = "delta.inCommitTimestampEnablementTimestamp";

    private CommitTime() {}

    /// The in-commit timestamp where this version must have one, else the log file's modification time.
    ///
    /// @param configuration of the table at the entry's version
    static Instant of(LogEntry entry, Map<String, String> configuration) {
        if (!isInCommit(entry.version(), configuration)) {
            return entry.fileModified();
        }
        OptionalLong millis =
                entry.commitInfo().map(Action.CommitInfo::inCommitTimestamp).orElse(OptionalLong.empty());
        if (millis.isEmpty()) {
            throw new Failure.TableCorrupt(
                            "the log entry of version " + entry.version() + " has no in-commit timestamp")
                    .asException();
        }
        return Instant.ofEpochMilli(millis.getAsLong());
    }

    /// Whether this version's entry holds its time, as the configuration of this or a later version tells.
    static boolean isInCommit(long version, Map<String, String> configuration) {
        return Boolean.parseBoolean(configuration.getOrDefault(ENABLED, "false")) && version >= since(configuration);
    }

    /// The first version with in-commit timestamps; 0 where they were there from the start.
    static long since(Map<String, String> configuration) {
        try {
            return Long.parseLong(configuration.getOrDefault(ENABLED_SINCE_VERSION, "0"));
        } catch (NumberFormatException e) {
            throw new Failure.TableCorrupt("the property " + ENABLED_SINCE_VERSION + " is not a number").asException(e);
        }
    }
}
