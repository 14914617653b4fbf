package io.sluice.compute.decode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/// A stream as a channel that reads as much at once as the stream gives; the JDK's asks for 8 KiB at a time.
final class StreamChannel implements ReadableByteChannel {

    private static final int BUFFER_BYTES = 128 << 10;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private boolean open = true;

    StreamChannel(InputStream in) {
        this.in = in;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int read = in.read(buffer, 0, Math.min(buffer.length, target.remaining()));
        if (read > 0) {
            target.put(buffer, 0, read);
        }
        return read;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        open = false;
        in.close();
    }
}
