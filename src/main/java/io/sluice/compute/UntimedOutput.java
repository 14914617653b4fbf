package io.sluice.compute;

import io.sluice.table.Failure;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Stops the clock of the work while the client takes its bytes, and counts them.
final class UntimedOutput extends FilterOutputStream {

    private final WorkTime time;
    private final ByteLimit limit;
    private long written;

    UntimedOutput(OutputStream out, WorkTime time, ByteLimit limit) {
        super(out);
        this.time = time;
        this.limit = limit;
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
        written += length;
        if (written > limit.bytes()) {
            throw new Failure.TooLarge(limit.property(), limit.bytes(), "bytes").asException();
        }
        time.pause();
        try {
            out.write(bytes, offset, length);
        } finally {
            time.resume();
        }
    }
}
