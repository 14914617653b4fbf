package io.sluice.batch;

import io.sluice.api.Served;
import io.sluice.table.Failure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// A body as it comes over the wire: counted, limited in size and time.
public final class WireBody extends FilterInputStream {

    /// What a body may be and how slowly it may come.
    ///
    /// @param bytes at most
    /// @param time in which it must have arrived
    /// @param bytesPerSecond that a sender keeps up, over any ten seconds in which the service waited for it; 0:
    ///     as slow as it likes
    public record Bounds(long bytes, Duration time, long bytesPerSecond) {}

    private static final long WINDOW_NANOS = 10_000_000_000L;

    private final Bounds bounds;
    private final Clock clock;
    private final Instant deadline;
    private final Admission.Ticket ticket;
    private long bytes;
    private long waitedNanos;
    private long windowBytes;

    public WireBody(InputStream in, Bounds bounds, Clock clock, Admission.Ticket ticket) {
        super(in);
        this.bounds = bounds;
        this.clock = clock;
        this.deadline = clock.instant().plus(bounds.time());
        this.ticket = ticket;
    }

    /// Bytes read so far.
    public long bytes() {
        return bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Instant asked = clock.instant();
        int read;
        try {
            read = in.read(target, offset, length);
        } catch (SocketTimeoutException e) {
            throw new Failure.RequestTooSlow(bounds.time()).asException(e);
        }
        Instant came = clock.instant();
        if (read > 0) {
            bytes += read;
            if (bytes > bounds.bytes()) {
                throw new Failure.TooLarge("sluice.limits.body-bytes", bounds.bytes(), "bytes").asException();
            }
            ticket.grow(bytes);
            Served.brought(read);
            requirePace(read, Duration.between(asked, came));
        }
        if (came.isAfter(deadline)) {
            throw new Failure.RequestTooSlow(bounds.time()).asException();
        }
        return read;
    }

    /// Only the time in which the service waited counts: that it was busy itself is not the sender's fault.
    private void requirePace(int read, Duration waited) {
        windowBytes += read;
        waitedNanos += waited.toNanos();
        if (waitedNanos < WINDOW_NANOS) {
            return;
        }
        if (windowBytes * 1e9 / waitedNanos < bounds.bytesPerSecond()) {
            throw new Failure.BodyDribbles(bounds.bytesPerSecond()).asException();
        }
        waitedNanos = 0;
        windowBytes = 0;
    }

    @Override
    public long skip(long count) throws IOException {
        return readNBytes((int) Math.min(count, 8192)).length;
    }

    /// Leaves the connection open: a decoder that closes its input must not keep the rest of the body from being
    /// read.
    @Override
    public void close() {}

    @Override
    public boolean markSupported() {
        return false;
    }
}
