package io.sluice.commit.entry;

import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// Delta protocol, "In-Commit Timestamps": a commit's own time, greater than that of the commit before it.
final class InCommitTimestamps {

    private static final Set<String> FEATURES = Set.of("inCommitTimestamp", "inCommitTimestamp-preview");
    private static final String ENABLED = "delta.enableInCommitTimestamps";
    private static final String ENABLED_SINCE_VERSION = "delta.inCommitTimestampEnablementVersion";
    private static final String ENABLED_SINCE_MILLIS = "delta.inCommitTimestampEnablementTimestamp";

    private InCommitTimestamps() {}

    /// The time of the commit that follows this snapshot, in milliseconds; none where the table does not have
    /// them.
    ///
    /// @param definition as of that commit
    static OptionalLong next(TableSnapshot snapshot, Definition definition, Instant now) {
        return isEnabled(definition)
                ? OptionalLong.of(
                        Math.max(now.toEpochMilli(), snapshot.timestamp().toEpochMilli() + 1))
                : OptionalLong.empty();
    }

    /// Metadata that enables them on a table that is there says since when.
    static Action.Metadata sinceThen(TableSnapshot snapshot, Action.Metadata metadata, OptionalLong time) {
        if (time.isEmpty() || isEnabled(Definition.of(snapshot))) {
            return metadata;
        }
        Map<String, String> configuration = new LinkedHashMap<>(metadata.configuration());
        configuration.put(ENABLED_SINCE_VERSION, Long.toString(snapshot.version() + 1));
        configuration.put(ENABLED_SINCE_MILLIS, Long.toString(time.getAsLong()));
        return new Action.Metadata(
                metadata.id(),
                metadata.name(),
                metadata.description(),
                metadata.schema(),
                metadata.partitionColumns(),
                configuration,
                metadata.createdTime());
    }

    private static boolean isEnabled(Definition definition) {
        return definition.protocol().writerFeatures().stream().anyMatch(FEATURES::contains)
                && definition.isTrue(ENABLED);
    }
}
