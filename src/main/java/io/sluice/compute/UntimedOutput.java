package io.sluice.compute;

import io.sluice.table.Failure;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;

/// Stops the clock of the work while the client takes its bytes, and counts them. As a channel it passes buffers on
/// whole, where the output below is one too.
final class UntimedOutput extends FilterOutputStream implements WritableByteChannel {

    private final WorkTime time;
    private final ByteLimit limit;
    private final WritableByteChannel channel;
    private long written;

    UntimedOutput(OutputStream out, WorkTime time, ByteLimit limit) {
        super(out);
        this.time = time;
        this.limit = limit;
        this.channel = out instanceof WritableByteChannel taking ? taking : Channels.newChannel(out);
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
        time.pause();
        try {
            out.write(bytes, offset, length);
        } finally {
            time.resume();
        }
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        count(length);
        time.pause();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } finally {
            time.resume();
        }
        return length;
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
