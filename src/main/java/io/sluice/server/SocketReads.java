package io.sluice.server;

import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/// Lets Tomcat read a body in larger pieces than its 8 KiB: each is a call into the kernel. A connection holds as much
/// memory while it is open.
@Component
final class SocketReads implements WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> {

    private static final int READ_BYTES = 32 << 10;

    @Override
    public void customize(ConfigurableTomcatWebServerFactory factory) {
        factory.addConnectorCustomizers(
                connector -> connector.setProperty("socket.appReadBufSize", Integer.toString(READ_BYTES)));
    }
}
