package io.sluice.batch;

import io.sluice.table.Failure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// A body as it comes over the wire: counted, limited in size and time, and digested while it is read.
public final class WireBody extends FilterInputStream {

    private final long maxBytes;
    private final Clock clock;
    private final Duration maxTime;
    private final Instant deadline;
    private final MessageDigest digest;
    private final Admission.Ticket ticket;
    private long bytes;

    /// @param digest updated with every byte
    public WireBody(
            InputStream in,
            long maxBytes,
            Duration maxTime,
            Clock clock,
            MessageDigest digest,
            Admission.Ticket ticket) {
        super(in);
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.maxTime = maxTime;
        this.deadline = clock.instant().plus(maxTime);
        this.digest = digest;
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
        int read;
        try {
            read = in.read(target, offset, length);
        } catch (SocketTimeoutException e) {
            throw new Failure.RequestTooSlow(maxTime).asException(e);
        }
        if (read > 0) {
            bytes += read;
            if (bytes > maxBytes) {
                throw new Failure.TooLarge("sluice.limits.body-bytes", maxBytes, "bytes").asException();
            }
            ticket.grow(bytes);
            digest.update(target, offset, read);
        }
        if (clock.instant().isAfter(deadline)) {
            throw new Failure.RequestTooSlow(maxTime).asException();
        }
        return read;
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
