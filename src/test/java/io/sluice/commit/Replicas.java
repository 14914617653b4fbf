package io.sluice.commit;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.sluice.commit.group.Surroundings;
import io.sluice.delta.Checkpoints;
import io.sluice.delta.Snapshots;
import io.sluice.storage.Storages;
import java.util.Optional;

/// The commit code as the application puts it together, in surroundings of a test's choice.
public final class Replicas {

    private Replicas() {}

    public static TableCommits commits(
            Storages storages, Snapshots snapshots, CommitSettings settings, Surroundings surroundings) {
        return new TableCommits(
                storages,
                snapshots,
                new Checkpoints(storages, surroundings.clock(), TestTables.WINDOW),
                settings,
                new CompositeMeterRegistry(),
                TestTables.WINDOW,
                "simulated",
                surroundings,
                _ -> Optional.empty());
    }
}
