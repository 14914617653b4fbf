package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackOnlyTest {

    private static final Authentication NONE = new Authentication(List.of(Authentication.Mode.NONE));

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
    @ValueSource(strings = {"KEYS", "OIDC"})
    void modes_that_are_not_there_yet_are_refused_by_name(String mode) {
        var authentication = new Authentication(List.of(Authentication.Mode.valueOf(mode)));

        assertThatThrownBy(() -> LoopbackOnly.check(authentication, InetAddress.getLoopbackAddress()))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("sluice.auth.mode");
    }
}
