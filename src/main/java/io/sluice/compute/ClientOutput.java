package io.sluice.compute;

import io.sluice.table.Failure;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.function.LongSupplier;

/// What a client takes: counted, at a pace, and off the clock of the work. As a channel it passes buffers on whole,
/// where the output below is one too.
final class ClientOutput extends FilterOutputStream implements WritableByteChannel {

    private final WorkTime time;
    private final ByteLimit limit;
    private final Pace pace;
    private final LongSupplier nanoTime;
    private final WritableByteChannel channel;
    private long written;
    private long waitedNanos;
    private long takenBytes;

    /// @param limit over which it fails with `too-large`
    ClientOutput(Delivery delivery, ByteLimit limit) {
        this(delivery, limit, System::nanoTime);
    }

    ClientOutput(Delivery delivery, ByteLimit limit, LongSupplier nanoTime) {
        super(delivery.out());
        this.time = delivery.time();
        this.limit = limit;
        this.pace = delivery.pace();
        this.nanoTime = nanoTime;
        this.channel =
                delivery.out() instanceof WritableByteChannel taking ? taking : Channels.newChannel(delivery.out());
    }

    long written() {
        return written;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        count(length);
        long since = nanoTime.getAsLong();
        time.pause();
        try {
            out.write(bytes, offset, length);
        } finally {
            time.resume();
        }
        requirePace(length, nanoTime.getAsLong() - since);
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        count(length);
        long since = nanoTime.getAsLong();
        time.pause();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } finally {
            time.resume();
        }
        requirePace(length, nanoTime.getAsLong() - since);
        return length;
    }

    /// Only the time in which the client was waited for counts: that the rows are long in coming is not its fault.
    private void requirePace(int length, long waited) {
        takenBytes += length;
        waitedNanos += waited;
        if (waitedNanos < pace.grace().toNanos()) {
            return;
        }
        if (takenBytes * 1e9 / waitedNanos < pace.bytesPerSecond()) {
            throw new Failure.ReaderTooSlow(pace.bytesPerSecond(), pace.grace()).asException();
        }
        waitedNanos = 0;
        takenBytes = 0;
    }

    private void count(int length) {
        written += length;
        if (written > limit.bytes()) {
            throw new Failure.TooLarge(limit.property(), limit.bytes(), "bytes").asException();
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }
}
