package io.sluice.server;

import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/// Larger writes to sockets than Tomcat's 8 KiB: a long answer is mostly what its calls of the system cost. The
/// buffers lie outside the heap, one for each open connection.
@Component
final class SocketBuffers implements WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> {

    private static final int WRITE_BYTES = 64 << 10;

    @Override
    public void customize(ConfigurableTomcatWebServerFactory factory) {
        factory.addConnectorCustomizers(connector -> {
            connector.setProperty("socket.appWriteBufSize", Integer.toString(WRITE_BYTES));
            connector.setProperty("socket.directBuffer", "true");
        });
    }
}
