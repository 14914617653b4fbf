package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackOnlyTest {

    private static final Authentication NONE = authentication(Authentication.Mode.NONE);

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "::1"})
    void without_authentication_loopback_is_allowed(String address) {
        assertThatCode(() -> LoopbackOnly.check(NONE, InetAddress.ofLiteral(address)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.168.1.7", "::"})
    void without_authentication_any_other_address_is_refused_by_name(String address) {
        assertThatThrownBy(() -> LoopbackOnly.check(NONE, InetAddress.ofLiteral(address)))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContainingAll("server.address", "sluice.auth.mode=none")
                .hasMessageNotContaining("\n");
    }

    @Test
    void an_empty_address_means_every_address_and_is_refused() {
        assertThatThrownBy(() -> LoopbackOnly.check(NONE, null)).isInstanceOf(StartRefusedException.class);
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void with_authentication_any_address_is_allowed(Authentication.Mode mode) {
        assertThatCode(() -> LoopbackOnly.check(authentication(mode), InetAddress.ofLiteral("0.0.0.0")))
                .doesNotThrowAnyException();
    }

    @Test
    void none_beside_another_mode_is_refused_by_name() {
        var both = authentication(Authentication.Mode.NONE, Authentication.Mode.KEYS);

        assertThatThrownBy(() -> LoopbackOnly.check(both, InetAddress.getLoopbackAddress()))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("sluice.auth.mode");
    }

    private static Authentication authentication(Authentication.Mode... modes) {
        return new Authentication(List.of(modes), "", Duration.ofSeconds(5));
    }
}
