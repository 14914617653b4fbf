package io.sluice.storage;

import java.time.Duration;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/// The health component `storage`: up once [StorageProbe] has proved that the root is safe for commits. A store that
/// was not available is asked again when health is asked for, at most every ten seconds.
@Component("storage")
class StorageHealthIndicator implements HealthIndicator {

    private static final Duration BETWEEN_PROBES = Duration.ofSeconds(10);

    private final RootProbe root;

    @Autowired
    StorageHealthIndicator(RootSafety safety) {
        this(safety.mainRoot());
    }

    StorageHealthIndicator(RootProbe root) {
        this.root = root;
    }

    @Override
    public Health health() {
        return switch (root.result(BETWEEN_PROBES)) {
            case StorageProbe.Safe() -> Health.up().build();
            case StorageProbe.Running() -> down("The probe is running.");
            case StorageProbe.Unsafe(String reason) -> down(reason);
            case StorageProbe.Unavailable(String reason, Throwable ignored) -> down(reason);
        };
    }

    private static Health down(String reason) {
        return Health.outOfService().withDetail("reason", reason).build();
    }
}
