package io.sluice.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;

/// Takes what is left of a body when its request was answered before it had come, so that the client reads the answer
/// and not a broken connection. Tomcat does that by bytes alone, and a sender of one byte a second keeps a thread and
/// its memory for weeks; here it also has a time, after which the connection is closed.
final class RestOfBody implements Adapter {

    private final Adapter requests;
    private final IntSupplier mostBytes;
    private final LongSupplier longestNanos;

    /// @param mostBytes of a rest that is taken; below 0: all
    RestOfBody(Adapter requests, IntSupplier mostBytes, LongSupplier longestNanos) {
        this.requests = requests;
        this.mostBytes = mostBytes;
        this.longestNanos = longestNanos;
    }

    @Override
    public void service(Request request, Response response) throws Exception {
        requests.service(request, response);
        // A client that waits for "100 Continue" and did not get it sends nothing more.
        if (!request.hasExpectation() && !isTaken(request)) {
            request.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        }
    }

    /// Whether the body has come to its end within the bounds.
    private boolean isTaken(Request request) {
        var taken = new Taken();
        long begunNanos = System.nanoTime();
        try {
            while (request.doRead(taken) >= 0) {
                boolean isTooLong = mostBytes.getAsInt() >= 0 && taken.bytes > mostBytes.getAsInt();
                if (isTooLong || System.nanoTime() - begunNanos > longestNanos.getAsLong()) {
                    return false;
                }
            }
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    private static final class Taken implements ApplicationBufferHandler {

        private ByteBuffer buffer = ByteBuffer.allocate(0);
        private long bytes;

        @Override
        public void setByteBuffer(ByteBuffer read) {
            buffer = read;
            bytes += read.remaining();
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return buffer;
        }

        @Override
        public void expand(int size) {}
    }

    @Override
    public boolean prepare(Request request, Response response) throws Exception {
        return requests.prepare(request, response);
    }

    @Override
    public boolean asyncDispatch(Request request, Response response, SocketEvent status) throws Exception {
        return requests.asyncDispatch(request, response, status);
    }

    @Override
    public void log(Request request, Response response, long nanos) {
        requests.log(request, response, nanos);
    }

    @Override
    public void checkRecycled(Request request, Response response) {
        requests.checkRecycled(request, response);
    }

    @Override
    public String getDomain() {
        return requests.getDomain();
    }
}
