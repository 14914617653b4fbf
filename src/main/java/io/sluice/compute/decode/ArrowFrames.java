package io.sluice.compute.decode;

import io.sluice.table.Failure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/// An Arrow IPC stream whose frames are checked before Arrow sees them: a length that a frame names becomes memory, so
/// it is never larger than what the body may still hold (Arrow format, "Encapsulated message format").
final class ArrowFrames extends FilterInputStream {

    private static final int MAX_METADATA_BYTES = 4 << 20;
    private static final int CONTINUATION = 0xFFFFFFFF;

    private final long maxBytes;
    private ByteBuffer head = ByteBuffer.allocate(0);
    private long bodyLeft;
    private long total;
    private boolean ended;
    private Optional<IOException> broken = Optional.empty();

    ArrowFrames(InputStream in, long maxBytes) {
        super(in);
        this.maxBytes = maxBytes;
    }

    /// What went wrong with the connection, if it did.
    Optional<IOException> broken() {
        return broken;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!head.hasRemaining() && bodyLeft == 0 && !ended) {
            frame();
        }
        if (head.hasRemaining()) {
            int count = Math.min(length, head.remaining());
            head.get(target, offset, count);
            return count;
        }
        if (bodyLeft == 0) {
            return -1;
        }
        int count = fromBody(target, offset, (int) Math.min(length, bodyLeft));
        if (count < 0) {
            throw malformed("ends inside a record batch");
        }
        bodyLeft -= count;
        return count;
    }

    private int fromBody(byte[] target, int offset, int length) throws IOException {
        try {
            return in.read(target, offset, length);
        } catch (IOException e) {
            broken = Optional.of(e);
            throw e;
        }
    }

    private byte[] exactly(int count) throws IOException {
        byte[] bytes = new byte[count];
        int filled = 0;
        while (filled < count) {
            int read = fromBody(bytes, filled, count - filled);
            if (read < 0) {
                throw malformed("ends inside a message");
            }
            filled += read;
        }
        total += count;
        return bytes;
    }

    private void frame() throws IOException {
        byte[] first = new byte[4];
        int read = fromBody(first, 0, 1);
        if (read < 0) {
            ended = true;
            return;
        }
        System.arraycopy(exactly(3), 0, first, 1, 3);
        int prefix = littleEndian(first);
        byte[] second = prefix == CONTINUATION ? exactly(4) : new byte[0];
        int length = prefix == CONTINUATION ? littleEndian(second) : prefix;
        if (length == 0) {
            ended = true;
            if (fromBody(new byte[1], 0, 1) >= 0) {
                throw malformed("goes on after its end");
            }
            head = ByteBuffer.allocate(first.length + second.length)
                    .put(first)
                    .put(second)
                    .flip();
            return;
        }
        if (prefix != CONTINUATION && (length < 0 || length > MAX_METADATA_BYTES)) {
            throw malformed("does not begin a message where one is due");
        }
        if (length < 0 || length > MAX_METADATA_BYTES) {
            throw new Failure.TooLarge("the metadata of an Arrow message", MAX_METADATA_BYTES, "bytes").asException();
        }
        byte[] metadata = exactly(length);
        bodyLeft = bodyLength(metadata);
        total += bodyLeft;
        if (bodyLeft < 0 || total > maxBytes) {
            throw new Failure.TooLarge("sluice.limits.decoded-bytes", maxBytes, "bytes").asException();
        }
        head = ByteBuffer.allocate(first.length + second.length + length)
                .put(first)
                .put(second)
                .put(metadata)
                .flip();
    }

    private static int littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    private static long bodyLength(byte[] metadata) {
        try {
            Message message = Message.getRootAsMessage(ByteBuffer.wrap(metadata).order(ByteOrder.LITTLE_ENDIAN));
            if (isCompressed(message)) {
                throw malformed("has compressed buffers, which are not read;"
                        + " write it without compression, and say Content-Encoding: zstd to send it small");
            }
            return message.bodyLength();
        } catch (IndexOutOfBoundsException e) {
            throw malformed("has a message that cannot be read");
        }
    }

    private static boolean isCompressed(Message message) {
        return switch (message.headerType()) {
            case MessageHeader.RecordBatch ->
                message.header(new RecordBatch()) instanceof RecordBatch batch && batch.compression() != null;
            case MessageHeader.DictionaryBatch ->
                message.header(new DictionaryBatch()) instanceof DictionaryBatch batch
                        && batch.data() != null
                        && batch.data().compression() != null;
            default -> false;
        };
    }

    private static RuntimeException malformed(String reason) {
        return new Failure.MalformedBody("the Arrow stream " + reason).asException();
    }
}
