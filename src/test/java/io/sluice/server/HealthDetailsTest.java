package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Principal;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.core.env.Environment;
import org.springframework.mock.env.MockEnvironment;

/// Who is told why the service is not ready.
class HealthDetailsTest {

    /// A group that tells those who are authenticated, as the settings say.
    private static final HealthEndpointGroup GROUP = new HealthEndpointGroup() {
        @Override
        public boolean isMember(String name) {
            return true;
        }

        @Override
        public boolean showComponents(SecurityContext caller) {
            return caller.getPrincipal() != null;
        }

        @Override
        public boolean showDetails(SecurityContext caller) {
            return caller.getPrincipal() != null;
        }

        @Override
        public StatusAggregator getStatusAggregator() {
            return StatusAggregator.getDefault();
        }

        @Override
        public HttpCodeStatusMapper getHttpCodeStatusMapper() {
            return HttpCodeStatusMapper.getDefault();
        }

        @Override
        public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
            return null;
        }
    };

    private record Caller(@Nullable Principal principal) implements SecurityContext {

        @Override
        public @Nullable Principal getPrincipal() {
            return principal;
        }

        @Override
        public boolean isUserInRole(String role) {
            return false;
        }
    }

    private static final SecurityContext STRANGER = new Caller(null);
    private static final SecurityContext KNOWN = new Caller(() -> "somebody");

    private static boolean tells(SecurityContext caller, String group, String... settings) {
        var environment = new MockEnvironment();
        for (String setting : settings) {
            String[] parts = setting.split("=");
            environment.setProperty(parts[0], parts[1]);
        }
        HealthEndpointGroups groups = new HealthDetails((Environment) environment)
                .postProcessHealthEndpointGroups(
                        HealthEndpointGroups.of(GROUP, Map.of("readiness", GROUP, "liveness", GROUP)));
        HealthEndpointGroup found = Objects.requireNonNull(groups.get(group));
        assertThat(found.showComponents(caller)).isEqualTo(found.showDetails(caller));
        return found.showDetails(caller);
    }

    @Test
    void strangers_are_told_nothing_where_callers_are_authenticated() {
        assertThat(tells(STRANGER, "readiness", "sluice.auth.mode=keys")).isFalse();
        assertThat(tells(KNOWN, "readiness", "sluice.auth.mode=keys")).isTrue();
    }

    @Test
    void who_reaches_the_management_port_is_an_operator() {
        assertThat(tells(STRANGER, "readiness", "sluice.auth.mode=keys", "management.server.port=8081"))
                .isTrue();
        assertThat(tells(STRANGER, "readiness", "sluice.auth.mode=keys", "management.server.port=8080"))
                .isFalse();
    }

    @Test
    void who_is_on_the_machine_is_an_operator_where_nobody_is_authenticated() {
        assertThat(tells(STRANGER, "readiness")).isTrue();
        assertThat(tells(STRANGER, "liveness")).isFalse();
    }
}
