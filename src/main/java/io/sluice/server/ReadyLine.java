package io.sluice.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/// Ends the start with the address at which the service can be reached, with the port that was picked for
/// `server.port=0`.
@Component
final class ReadyLine {

    private static final Logger LOG = LoggerFactory.getLogger(ReadyLine.class);

    private final ServerProperties server;

    ReadyLine(ServerProperties server) {
        this.server = server;
    }

    @EventListener
    @Order(Ordered.LOWEST_PRECEDENCE)
    void ready(ApplicationReadyEvent event) {
        if (event.getApplicationContext() instanceof WebServerApplicationContext web && web.getWebServer() != null) {
            LOG.info(
                    "Sluice is ready at {}://{}:{}",
                    scheme(),
                    host(),
                    web.getWebServer().getPort());
        }
    }

    private String scheme() {
        return server.getSsl() != null && server.getSsl().isEnabled() ? "https" : "http";
    }

    private String host() {
        InetAddress address = server.getAddress();
        if (address == null) {
            return "localhost";
        }
        return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
    }
}
