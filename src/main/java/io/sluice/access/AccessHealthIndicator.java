package io.sluice.access;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/// The health component `access`: up, since what was in force stays so, with the reason why a new file of keys and
/// grants is not.
@Component("access")
class AccessHealthIndicator implements HealthIndicator {

    private final Authenticator authenticator;

    AccessHealthIndicator(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    @Override
    public Health health() {
        Health.Builder up = Health.up();
        authenticator.fault().ifPresent(reason -> up.withDetail("reason", reason));
        return up.build();
    }
}
