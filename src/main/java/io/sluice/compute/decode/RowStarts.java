package io.sluice.compute.decode;

import io.sluice.table.Failure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A body that ends with `too-large` where a row is too long: whoever reads rows from it says where they begin, since
/// the cells of a row are in memory before the row is whole.
final class RowStarts extends FilterInputStream {

    /// What a reader of text may have read of rows to come, at the beginning and at the end of one.
    private static final int AHEAD_BYTES = 128 << 10;

    private final DecodeLimits limits;
    private long sinceStart;

    RowStarts(InputStream body, DecodeLimits limits) {
        super(body);
        this.limits = limits;
    }

    /// What comes next belongs to another row than what came before.
    void nextRow() {
        sinceStart = 0;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = in.read(target, offset, Math.min(length, AHEAD_BYTES / 4));
        sinceStart += Math.max(0, read);
        if (sinceStart > (long) limits.rowBytes() + AHEAD_BYTES) {
            throw tooLong(limits);
        }
        return read;
    }

    static RuntimeException tooLong(DecodeLimits limits) {
        return new Failure.TooLarge("sluice.limits.row-bytes", limits.rowBytes(), "bytes").asException();
    }
}
