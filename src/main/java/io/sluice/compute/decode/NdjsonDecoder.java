package io.sluice.compute.decode;

import io.sluice.table.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import tools.jackson.core.json.JsonFactory;

/// `application/x-ndjson`: the body is cut at newlines into chunks which are parsed side by side and handed on in
/// order.
final class NdjsonDecoder {

    private static final int CHUNK_BYTES = 1 << 20;
    private static final int FIRST_READ_BYTES = 8 << 10;
    private static final int BUFFER_BYTES = CHUNK_BYTES + FIRST_READ_BYTES;

    private final RowShape shape;
    private final Payload payload;
    private final Parsers parsers;
    private final JsonFactory factory;
    private final DecodeLimits limits;
    private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();
    private final ArrayDeque<byte[]> spare = new ArrayDeque<>();
    private long nextRow;
    private long nextLine = 1;

    /// @param buffer that holds the chunk; it is free when the chunk is parsed
    private record InFlight(byte[] buffer, Future<NdjsonChunk.Parsed> parsed) {}

    NdjsonDecoder(RowShape shape, DecodeLimits limits, Payload payload, Parsers parsers) {
        this.shape = shape;
        this.payload = payload;
        this.parsers = parsers;
        this.factory = JsonText.factory(limits);
        this.limits = limits;
    }

    void decode(InputStream body, RowSink sink) throws IOException {
        try {
            byte[] buffer = new byte[FIRST_READ_BYTES];
            int filled = 0;
            // Up to here there is no newline: a long line is not searched again with each part of it that comes.
            int searched = 0;
            boolean first = true;
            while (true) {
                if (filled == buffer.length) {
                    buffer = Arrays.copyOf(buffer, grown(buffer.length));
                }
                int read = body.read(buffer, filled, buffer.length - filled);
                if (read < 0) {
                    break;
                }
                filled += read;
                if (filled < CHUNK_BYTES) {
                    continue;
                }
                int cut = lastNewline(buffer, searched, filled);
                if (cut > 0) {
                    byte[] rest = bufferOf(filled - cut);
                    System.arraycopy(buffer, cut, rest, 0, filled - cut);
                    submit(buffer, cut, sink);
                    filled -= cut;
                    buffer = rest;
                    first = false;
                }
                searched = filled;
            }
            if (first) {
                emit(parsed(chunk(buffer, filled)), sink);
            } else if (filled > 0) {
                submit(buffer, filled, sink);
            }
            while (!inFlight.isEmpty()) {
                emitFirst(sink);
            }
        } finally {
            inFlight.forEach(chunk -> chunk.parsed().cancel(true));
        }
    }

    /// One of those that are free, or another: a body is read through a few buffers, however long it is.
    private byte[] bufferOf(int least) {
        byte[] free = spare.poll();
        return free != null && free.length > least ? free : new byte[Math.max(BUFFER_BYTES, least + FIRST_READ_BYTES)];
    }

    private int grown(int length) {
        int longest = Math.max(BUFFER_BYTES, limits.rowBytes());
        if (length >= longest) {
            throw RowStarts.tooLong(limits);
        }
        return length < CHUNK_BYTES ? Math.min(length * 8, BUFFER_BYTES) : (int) Math.min(2L * length, longest);
    }

    /// The offset after the last newline; 0 where there is none.
    private static int lastNewline(byte[] buffer, int from, int filled) {
        int at = filled;
        while (at > from && buffer[at - 1] != '\n') {
            at--;
        }
        return at > from ? at : 0;
    }

    private void submit(byte[] buffer, int end, RowSink sink) throws IOException {
        var chunk = chunk(buffer, end);
        inFlight.add(new InFlight(buffer, parsers.submit(chunk::parse)));
        while (inFlight.size() > parsers.chunksInFlight()) {
            emitFirst(sink);
        }
    }

    private void emitFirst(RowSink sink) throws IOException {
        InFlight chunk = inFlight.remove();
        NdjsonChunk.Parsed parsed = await(chunk.parsed());
        if (chunk.buffer().length == BUFFER_BYTES) {
            spare.add(chunk.buffer());
        }
        emit(parsed, sink);
    }

    private NdjsonChunk chunk(byte[] buffer, int end) {
        return new NdjsonChunk(buffer, end, shape, payload, factory);
    }

    private NdjsonChunk.Parsed parsed(NdjsonChunk chunk) {
        try {
            return chunk.parse();
        } catch (NdjsonChunk.BrokenLineException e) {
            throw malformed(e);
        }
    }

    /// Chunks come back in their order, so the lines before this one are known.
    private RuntimeException malformed(NdjsonChunk.BrokenLineException e) {
        return new Failure.MalformedBody("line " + (nextLine + e.line()) + " " + e.reason()).asException(e);
    }

    private NdjsonChunk.Parsed await(Future<NdjsonChunk.Parsed> future) throws IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NdjsonChunk.BrokenLineException broken) {
                throw malformed(broken);
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private void emit(NdjsonChunk.Parsed parsed, RowSink sink) throws IOException {
        parsed.bad().forEach(bad -> sink.bad(nextRow + bad.row(), bad.column(), bad.reason(), bad.payload()));
        nextRow += parsed.rows();
        nextLine += parsed.lines();
        if (parsed.good().rows() > 0) {
            sink.rows(parsed.good());
        }
    }
}
