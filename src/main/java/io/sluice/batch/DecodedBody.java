package io.sluice.batch;

import io.sluice.table.Failure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A body after decompression, within the limits on its size and on its ratio to the wire.
public final class DecodedBody extends FilterInputStream {

    /// Small bodies may repeat themselves as they like.
    private static final long FREE_BYTES = 1 << 20;

    private final WireBody wire;
    private final long maxBytes;
    private final int maxRatio;
    private long bytes;

    public DecodedBody(InputStream in, WireBody wire, long maxBytes, int maxRatio) {
        super(in);
        this.wire = wire;
        this.maxBytes = maxBytes;
        this.maxRatio = maxRatio;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = in.read(target, offset, length);
        if (read > 0) {
            bytes += read;
            if (bytes > maxBytes) {
                throw new Failure.TooLarge("sluice.limits.decoded-bytes", maxBytes, "bytes").asException();
            }
            if (bytes > FREE_BYTES && bytes / maxRatio > wire.bytes()) {
                throw new Failure.TooLarge("sluice.limits.compression-ratio", maxRatio, "decoded bytes per byte")
                        .asException();
            }
        }
        return read;
    }

    @Override
    public long skip(long count) throws IOException {
        return readNBytes((int) Math.min(count, 8192)).length;
    }

    /// Leaves it open: what follows after the rows belongs to the body, too, and is read after the decoder has
    /// closed its input.
    @Override
    public void close() {}

    /// Gives back what the decompressor holds.
    public void release() throws IOException {
        in.close();
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
