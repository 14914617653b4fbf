package io.sluice.server;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;

/// Takes what is left of a body when its request was answered before it had come, so that the client reads the answer
/// and not a broken connection. Tomcat does that only where the connection goes on, and by bytes alone, so that a
/// sender of one byte a second keeps a thread and its memory for weeks; here it also has a time, after which the
/// connection is closed.
final class RestOfBody implements Adapter {

    private static final int TOO_MANY_REQUESTS = 429;

    /// For those who come again when there is room, the time is short.
    private static final long OVERLOADED_NANOS = 1_000_000_000L;

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
        int status = response.getStatus();
        boolean isGood = status >= 200 && status < 300;
        // A client that waits for "100 Continue", and is told that it failed, sends nothing more; Tomcat ends it.
        boolean isOver = request.hasExpectation() && !isGood || !isOpen(request);
        if (!isOver && !isTaken(request, status)) {
            request.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        }
    }

    private static boolean isOpen(Request request) {
        var open = new AtomicBoolean();
        request.action(ActionCode.IS_IO_ALLOWED, open);
        return open.get();
    }

    /// Whether the body has come to its end within the bounds.
    private boolean isTaken(Request request, int status) {
        long nanos = switch (status) {
            case HttpServletResponse.SC_REQUEST_TIMEOUT -> 0;
            case HttpServletResponse.SC_SERVICE_UNAVAILABLE, TOO_MANY_REQUESTS ->
                Math.min(OVERLOADED_NANOS, longestNanos.getAsLong());
            default -> longestNanos.getAsLong();
        };
        var taken = new Taken();
        long begunNanos = System.nanoTime();
        long bytes = 0;
        try {
            for (int read = request.doRead(taken); read >= 0; read = request.doRead(taken)) {
                bytes += read;
                boolean isTooLong = mostBytes.getAsInt() >= 0 && bytes > mostBytes.getAsInt();
                if (isTooLong || System.nanoTime() - begunNanos > nanos) {
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

        @Override
        public void setByteBuffer(ByteBuffer read) {
            buffer = read;
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
