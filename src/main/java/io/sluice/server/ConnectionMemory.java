package io.sluice.server;

import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/// Bounds what connections hold of the heap. So many as an eighth of it has room for may come with heads as long as
/// `server.max-http-request-header-size`; while there are more, heads must be short. And there are no more connections
/// than half of the heap holds with short heads, whatever `server.tomcat.max-connections` says.
@Component
final class ConnectionMemory implements WebServerFactoryCustomizer<TomcatWebServerFactory>, Ordered {

    private static final int SHORT_HEAD_BYTES = 16 << 10;

    /// Reckoned for what a request that is being read holds beside its head: buffers, a thread, and the request.
    private static final int REQUEST_BYTES = 72 << 10;

    /// Of what stands around the chunks of a body and means nothing here; each byte may take as long as
    /// `server.tomcat.connection-timeout`.
    private static final int CHUNK_EXTRAS_BYTES = 128;

    private final long longHeadBytes;
    private final int longHeads;

    ConnectionMemory(
            @Value("${server.max-http-request-header-size:256KB}") DataSize longHead,
            @Value("${sluice.limits.long-heads:0}") int longHeads) {
        this.longHeadBytes = longHead.toBytes();
        this.longHeads = longHeads;
    }

    @Override
    public void customize(TomcatWebServerFactory factory) {
        long heap = Runtime.getRuntime().maxMemory();
        long roomy = longHeads > 0 ? longHeads : Math.max(1, heap / 8 / (longHeadBytes + REQUEST_BYTES));
        long most = heap / 2 / (SHORT_HEAD_BYTES + REQUEST_BYTES);
        factory.addConnectorCustomizers(connector -> {
            connector.setProperty("crowd", Long.toString(Math.min(roomy, Integer.MAX_VALUE)));
            connector.setProperty("crowdedHeadSize", Integer.toString(SHORT_HEAD_BYTES));
            connector.setProperty("maxExtensionSize", Integer.toString(CHUNK_EXTRAS_BYTES));
            connector.setProperty("maxTrailerSize", Integer.toString(CHUNK_EXTRAS_BYTES));
            if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http
                    && (http.getMaxConnections() < 0 || http.getMaxConnections() > most)) {
                http.setMaxConnections((int) Math.min(most, Integer.MAX_VALUE));
            }
        });
    }

    /// After the setting of `server.tomcat.max-connections`, and after the protocol is chosen.
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }
}
