package io.sluice.server;

import java.nio.channels.SocketChannel;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketWrapperBase;

/// HTTP/1.1 with a time of its own for clients that take nothing; Tomcat waits as long for them as for those that send
/// nothing.
public final class ImpatientProtocol extends Http11NioProtocol {

    private final Endpoint endpoint;

    /// Made by Tomcat, by name.
    public ImpatientProtocol() {
        this(new Endpoint());
    }

    private ImpatientProtocol(Endpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    /// @param millis without a byte taken, after which writing fails
    public void setWriteTimeout(long millis) {
        endpoint.writeTimeoutMillis = millis;
    }

    private static final class Endpoint extends NioEndpoint {

        private volatile long writeTimeoutMillis = 60_000;

        @Override
        protected boolean setSocketOptions(SocketChannel socket) {
            boolean accepted = super.setSocketOptions(socket);
            SocketWrapperBase<?> connection = connections.get(socket);
            if (connection != null) {
                connection.setWriteTimeout(writeTimeoutMillis);
            }
            return accepted;
        }
    }
}
