package io.sluice.compute;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Stops the clock of the work while the client takes its bytes.
final class UntimedOutput extends FilterOutputStream {

    private final WorkTime time;

    UntimedOutput(OutputStream out, WorkTime time) {
        super(out);
        this.time = time;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        time.pause();
        try {
            out.write(bytes, offset, length);
        } finally {
            time.resume();
        }
    }
}
