package io.sluice.server;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.stereotype.Component;

/// Refuses to open a port that others can reach while callers are not authenticated.
@Component
final class LoopbackOnly implements WebServerFactoryCustomizer<ConfigurableWebServerFactory> {

    private final Authentication authentication;
    private final ServerProperties server;

    LoopbackOnly(Authentication authentication, ServerProperties server) {
        this.authentication = authentication;
        this.server = server;
    }

    @Override
    public void customize(ConfigurableWebServerFactory factory) {
        check(authentication, server.getAddress());
    }

    /// @throws StartRefusedException when the service must not listen there
    static void check(Authentication authentication, @Nullable InetAddress address) {
        if (authentication.mode().isEmpty()) {
            throw new StartRefusedException("sluice.auth.mode is empty; it is none, keys, oidc, or keys,oidc");
        }
        if (authentication.isOff()) {
            if (authentication.mode().size() > 1) {
                throw new StartRefusedException("sluice.auth.mode=none cannot stand beside another mode");
            }
            requireLoopback(address);
        }
    }

    private static void requireLoopback(@Nullable InetAddress address) {
        if (address == null || !address.isLoopbackAddress()) {
            throw new StartRefusedException(
                    "server.address is "
                            + (address == null ? "every address" : address.getHostAddress())
                            + ", but sluice.auth.mode=none is allowed on a loopback address only: set server.address=127.0.0.1, or sluice.auth.mode=keys");
        }
    }
}
