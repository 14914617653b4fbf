package io.sluice.api;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.sluice.table.Failure;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// Takes `Content-Encoding` off a body.
public enum ContentCoding {
    IDENTITY,
    GZIP,
    ZSTD;

    private static final List<String> SUPPORTED = List.of("Content-Encoding: gzip", "Content-Encoding: zstd");
    private static final int BUFFER_BYTES = 64 << 10;
    /// RFC 8878, section 3.1.1.1.2: what every decoder should take; more would let a small body ask for much
    /// memory.
    private static final int MAX_WINDOW_LOG = 23;

    /// @throws io.sluice.table.FailureException `unsupported-media-type` for a coding that is not read
    public static ContentCoding of(@Nullable String header) {
        return switch (header == null ? "" : header.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> IDENTITY;
            case "gzip", "x-gzip" -> GZIP;
            case "zstd" -> ZSTD;
            default ->
                throw new Failure.UnsupportedMediaType("Content-Encoding: " + shown(String.valueOf(header)), SUPPORTED)
                        .asException();
        };
    }

    private static String shown(String header) {
        return header.substring(0, Math.min(64, header.length()));
    }

    /// The decoded body.
    ///
    /// @throws io.sluice.table.FailureException `malformed-body` when the body is not in this coding; also from
    ///     reading it
    public InputStream open(InputStream body) throws IOException {
        try {
            return switch (this) {
                case IDENTITY -> body;
                case GZIP -> new Decoding(new WholeGzip(new Counted(body)), this);
                case ZSTD -> {
                    var zstd = new ZstdInputStreamNoFinalizer(body);
                    zstd.setLongMax(MAX_WINDOW_LOG);
                    yield new Decoding(zstd, this);
                }
            };
        } catch (ZipException | EOFException e) {
            throw broken(e);
        }
    }

    private RuntimeException broken(IOException cause) {
        return new Failure.MalformedBody("the body is not complete and valid " + name().toLowerCase(Locale.ROOT))
                .asException(cause);
    }

    /// Members one after the other (RFC 1952, section 2.2), and nothing else: the JDK's stream takes what is no
    /// member for the end, and a body that breaks off before the next one too.
    private static final class WholeGzip extends GZIPInputStream {

        /// A member's checksum and length, which the inflater leaves.
        private static final int TRAILER_BYTES = 8;

        private final Counted body;
        private long given;

        WholeGzip(Counted body) throws IOException {
            super(body, BUFFER_BYTES);
            this.body = body;
        }

        @Override
        protected void fill() throws IOException {
            super.fill();
            given = body.count;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            if (read < 0 && body.brokeOff.isPresent()) {
                throw body.brokeOff.get();
            }
            if (read < 0 && inf.getRemaining() + body.count - given > TRAILER_BYTES) {
                throw new ZipException("there is more after the last member");
            }
            return read;
        }
    }

    private static final class Counted extends FilterInputStream {

        private long count;
        private Optional<IOException> brokeOff = Optional.empty();

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                int read = in.read(target, offset, length);
                count += Math.max(0, read);
                return read;
            } catch (IOException e) {
                brokeOff = Optional.of(e);
                throw e;
            }
        }
    }

    /// Tells a body that is broken from one that did not arrive.
    private static final class Decoding extends FilterInputStream {

        private final ContentCoding coding;

        Decoding(InputStream in, ContentCoding coding) {
            super(in);
            this.coding = coding;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return in.read(target, offset, length);
            } catch (ZipException | EOFException | ZstdIOException e) {
                throw coding.broken(e);
            }
        }
    }
}
