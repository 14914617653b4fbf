package io.sluice.api;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/// The body of an answer. Nothing is sent until a buffer is full or the answer is finished: so what fails early is
/// still a problem, and a small answer has a `Content-Length`.
///
/// Buffers outside the heap pass on their way to the socket without a copy in the heap.
public final class AnswerOutput extends OutputStream implements WritableByteChannel {

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int ZSTD_LEVEL = 1;
    private static final int LEAST_COMPRESSED_BYTES = 2 << 10;

    public enum Coding {
        IDENTITY,
        GZIP,
        ZSTD
    }

    private final HttpServletResponse response;
    private final Coding coding;
    private byte[] buffer = new byte[8 << 10];
    private int length;
    private long total;
    private @Nullable OutputStream sink;

    /// Made on the thread that serves the request.
    public AnswerOutput(HttpServletResponse response, Coding coding) {
        this.response = response;
        this.coding = coding;
        Served.bytes(this::begunBytes);
    }

    /// Whether a part of the body is on its way, so that the answer cannot become another one.
    public boolean hasBegun() {
        return sink != null;
    }

    /// What an answer that broke off has cost counts, too; what became a problem was never sent.
    private long begunBytes() {
        return hasBegun() ? total : 0;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        total += count;
        OutputStream begun = sink;
        if (begun != null) {
            begun.write(bytes, offset, count);
            return;
        }
        if (length + count > BUFFER_BYTES) {
            begun = begin(coding);
            begun.write(buffer, 0, length);
            begun.write(bytes, offset, count);
            length = 0;
            return;
        }
        if (length + count > buffer.length) {
            buffer = java.util.Arrays.copyOf(buffer, Math.max(2 * buffer.length, length + count));
        }
        System.arraycopy(bytes, offset, buffer, length, count);
        length += count;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        OutputStream begun = sink;
        if (begun == null && length + count > BUFFER_BYTES) {
            begun = begin(coding);
            begun.write(buffer, 0, length);
            length = 0;
        }
        if (begun instanceof ServletOutputStream direct) {
            direct.write(bytes);
            total += count;
        } else {
            byte[] copy = new byte[count];
            bytes.get(copy);
            write(copy, 0, count);
        }
        return count;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    private OutputStream begin(Coding used) throws IOException {
        OutputStream out = response.getOutputStream();
        switch (used) {
            case IDENTITY -> {}
            case GZIP -> {
                response.setHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
                out = new FastGzip(out);
            }
            case ZSTD -> {
                response.setHeader(HttpHeaders.CONTENT_ENCODING, "zstd");
                out = new ZstdOutputStreamNoFinalizer(out, ZSTD_LEVEL);
            }
        }
        sink = out;
        return out;
    }

    /// Sends what was written so far; the body goes on.
    public void send() throws IOException {
        OutputStream begun = sink;
        if (begun == null) {
            begun = begin(coding);
            begun.write(buffer, 0, length);
            length = 0;
        }
        begun.flush();
        response.flushBuffer();
    }

    /// Sends what is left and ends the body.
    public void finish() throws IOException {
        OutputStream begun = sink;
        if (begun == null) {
            Coding used = length < LEAST_COMPRESSED_BYTES ? Coding.IDENTITY : coding;
            if (used == Coding.IDENTITY) {
                response.setContentLength(length);
            }
            begun = begin(used);
            begun.write(buffer, 0, length);
        }
        switch (begun) {
            case GZIPOutputStream gzip -> gzip.finish();
            case ZstdOutputStreamNoFinalizer zstd -> zstd.close();
            default -> {}
        }
        response.flushBuffer();
    }

    /// For a network that is the bottleneck a little compression is nearly all of it.
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 32 << 10);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
