package io.sluice.server;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/// Who is told why the service is not ready: operators, which are those who reach the management port where it has one
/// of its own, those on the machine where nobody is authenticated, and callers who are. Strangers are told whether it
/// is.
@Component
final class HealthDetails implements HealthEndpointGroupsPostProcessor {

    private static final String READINESS = "readiness";

    private final boolean reachedByOperatorsOnly;

    HealthDetails(Environment settings) {
        String port = settings.getProperty("server.port", "8080");
        boolean hasOwnPort =
                !settings.getProperty("management.server.port", port).equals(port);
        boolean isOnLoopback = settings.getProperty("sluice.auth.mode", "none").equals("none");
        this.reachedByOperatorsOnly = hasOwnPort || isOnLoopback;
    }

    @Override
    public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
        return new Groups(groups, reachedByOperatorsOnly);
    }

    private record Groups(HealthEndpointGroups groups, boolean reachedByOperatorsOnly) implements HealthEndpointGroups {

        @Override
        public HealthEndpointGroup getPrimary() {
            return groups.getPrimary();
        }

        @Override
        public Set<String> getNames() {
            return groups.getNames();
        }

        @Override
        public @Nullable HealthEndpointGroup get(String name) {
            HealthEndpointGroup group = groups.get(name);
            return group != null && name.equals(READINESS) && reachedByOperatorsOnly ? new Open(group) : group;
        }

        @Override
        public @Nullable HealthEndpointGroup get(AdditionalHealthEndpointPath path) {
            return groups.get(path);
        }
    }

    /// Tells everybody.
    private record Open(HealthEndpointGroup group) implements HealthEndpointGroup {

        @Override
        public boolean isMember(String name) {
            return group.isMember(name);
        }

        @Override
        public boolean showComponents(SecurityContext caller) {
            return true;
        }

        @Override
        public boolean showDetails(SecurityContext caller) {
            return true;
        }

        @Override
        public StatusAggregator getStatusAggregator() {
            return group.getStatusAggregator();
        }

        @Override
        public HttpCodeStatusMapper getHttpCodeStatusMapper() {
            return group.getHttpCodeStatusMapper();
        }

        @Override
        public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
            return group.getAdditionalPath();
        }
    }
}
