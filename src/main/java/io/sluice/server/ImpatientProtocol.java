package io.sluice.server;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketWrapperBase;

/// HTTP/1.1 with times of its own for clients that take nothing, for whom Tomcat waits as long as for those that send
/// nothing, and for those whose request's head never ends, for whom it waits for ever: each byte begins its time anew.
public final class ImpatientProtocol extends Http11NioProtocol {

    private final Endpoint endpoint;
    private volatile long headTimeoutMillis = 30_000;

    /// Made by Tomcat, by name.
    public ImpatientProtocol() {
        this(new Endpoint());
    }

    /// @param millis from the first byte of a request's line to the end of its headers
    public void setHeadTimeout(long millis) {
        headTimeoutMillis = millis;
    }

    @Override
    protected Processor createProcessor() {
        return new HeadTimer(this);
    }

    /// Ends a connection whose head takes too long.
    private static final class HeadTimer extends Http11Processor {

        private final ImpatientProtocol protocol;
        private boolean isInHead;
        private long begunNanos;

        HeadTimer(ImpatientProtocol protocol) {
            super(protocol, protocol.getAdapter());
            this.protocol = protocol;
        }

        @Override
        public SocketState service(SocketWrapperBase<?> connection) throws IOException {
            if (!isInHead) {
                begunNanos = System.nanoTime();
            }
            SocketState state = super.service(connection);
            isInHead = state == SocketState.LONG && !isAsync();
            if (isInHead && isLate()) {
                isInHead = false;
                return SocketState.CLOSED;
            }
            return state;
        }

        private boolean isLate() {
            return System.nanoTime() - begunNanos > TimeUnit.MILLISECONDS.toNanos(protocol.headTimeoutMillis);
        }
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
