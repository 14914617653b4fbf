package io.sluice.commit.entry;

import io.sluice.delta.TableSnapshot;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.Set;

/// Delta protocol, "In-Commit Timestamps": a commit's own time, greater than that of the commit before it.
final class InCommitTimestamps {

    private static final Set<String> FEATURES = Set.of("inCommitTimestamp", "inCommitTimestamp-preview");
    private static final String ENABLED = "delta.enableInCommitTimestamps";

    private InCommitTimestamps() {}

    /// The time of the commit that follows this snapshot, in milliseconds; none where the table does not have
    /// them.
    static OptionalLong next(TableSnapshot snapshot, Instant now) {
        boolean enabled = snapshot.protocol().writerFeatures().stream().anyMatch(FEATURES::contains)
                && "true".equalsIgnoreCase(snapshot.metadata().configuration().get(ENABLED));
        return enabled
                ? OptionalLong.of(
                        Math.max(now.toEpochMilli(), snapshot.timestamp().toEpochMilli() + 1))
                : OptionalLong.empty();
    }
}
