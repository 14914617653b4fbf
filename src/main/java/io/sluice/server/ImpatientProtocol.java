package io.sluice.server;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketWrapperBase;

/// HTTP/1.1 with times of its own for clients that take nothing, for whom Tomcat waits as long as for those that send
/// nothing, and for those whose request's head, or body after the answer, never ends, for whom it waits for ever: each
/// byte begins its time anew.
///
/// Tomcat gives each connection that says something memory for the longest head that may come. Here only so many have
/// it at a time: in a crowd heads must be short, or thousands of connections on which little comes would take all of
/// the heap.
public final class ImpatientProtocol extends Http11NioProtocol {

    private final Endpoint endpoint;
    private final ThreadLocal<Boolean> makesSmall = ThreadLocal.withInitial(() -> false);
    private final ThreadLocal<Boolean> isLastSmall = ThreadLocal.withInitial(() -> false);
    private volatile long headTimeoutMillis = 30_000;
    private volatile int crowd = Integer.MAX_VALUE;
    private volatile int crowdedHeadBytes = Integer.MAX_VALUE;

    /// Made by Tomcat, by name.
    public ImpatientProtocol() {
        this(new Endpoint());
    }

    @Override
    public void setAdapter(Adapter requests) {
        super.setAdapter(new RestOfBody(
                requests, this::getMaxSwallowSize, () -> TimeUnit.MILLISECONDS.toNanos(headTimeoutMillis)));
    }

    /// @param millis from the first byte of a request's line to the end of its headers, and from an answer to the
    ///     end of the body
    public void setHeadTimeout(long millis) {
        headTimeoutMillis = millis;
    }

    /// @param connections from which on heads must be short
    public void setCrowd(int connections) {
        crowd = connections;
    }

    /// @param bytes of a short head
    public void setCrowdedHeadSize(int bytes) {
        crowdedHeadBytes = bytes;
    }

    /// Of the processor that this thread makes.
    @Override
    public int getMaxHttpRequestHeaderSize() {
        int bytes = super.getMaxHttpRequestHeaderSize();
        return makesSmall.get() ? Math.min(crowdedHeadBytes, bytes) : bytes;
    }

    @Override
    protected Processor createProcessor() {
        boolean isSmall = endpoint.getConnectionCount() >= crowd;
        makesSmall.set(isSmall);
        try {
            return new HeadTimer(this, isSmall);
        } finally {
            makesSmall.set(false);
        }
    }

    /// How many recycled processors are kept: of those for short heads none, or they would refuse long ones when
    /// the crowd has gone.
    @Override
    public int getProcessorCache() {
        return isLastSmall.get() ? 0 : super.getProcessorCache();
    }

    /// Ends a connection whose head takes too long.
    private static final class HeadTimer extends Http11Processor {

        private final ImpatientProtocol protocol;
        private final boolean isSmall;
        private boolean isInHead;
        private long begunNanos;

        HeadTimer(ImpatientProtocol protocol, boolean isSmall) {
            super(protocol, protocol.getAdapter());
            this.protocol = protocol;
            this.isSmall = isSmall;
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

        /// Asked by Tomcat when it has recycled this, before it asks how many it may keep.
        @Override
        public boolean isUpgrade() {
            protocol.isLastSmall.set(isSmall);
            return super.isUpgrade();
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
