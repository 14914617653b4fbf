package io.sluice.commit.group;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/// What an operator sees of commits.
public final class CommitMetrics {

    private final Counter commits;
    private final Counter lostRaces;
    private final Counter unknown;
    private final DistributionSummary groupSize;
    private final Timer latency;

    public CommitMetrics(MeterRegistry registry) {
        commits = Counter.builder("sluice.commits")
                .description("Log entries written by this process")
                .register(registry);
        lostRaces = Counter.builder("sluice.commit.retries")
                .description("Versions that another writer took first")
                .register(registry);
        unknown = Counter.builder("sluice.commit.unknown")
                .description("Groups whose outcome the store did not tell in time")
                .register(registry);
        groupSize = DistributionSummary.builder("sluice.commit.group.requests")
                .description("Requests that share a commit")
                .register(registry);
        latency = Timer.builder("sluice.commit.latency")
                .description("From the beginning of a group to its entry in the log")
                .publishPercentileHistogram()
                .register(registry);
    }

    public void committed(int requests, Duration took) {
        commits.increment();
        groupSize.record(requests);
        latency.record(took);
    }

    public void lostRace() {
        lostRaces.increment();
    }

    public void unknown() {
        unknown.increment();
    }
}
