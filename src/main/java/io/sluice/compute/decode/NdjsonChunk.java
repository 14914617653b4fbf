package io.sluice.compute.decode;

import io.sluice.compute.RowBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Whole lines of an NDJSON body, one JSON value each, parsed on any thread: plain lines by [FlatRows], others one by
/// one with a parser of their own. Where many lines are not plain, or one is broken, a single parser reads the rest.
final class NdjsonChunk {

    /// So many lines in a row that are not plain make the others unlikely to be.
    private static final int MAX_DECLINED = 16;

    /// @param rows in the chunk, bad ones included
    /// @param lines in the chunk
    /// @param bad with row numbers counted from the chunk's start
    record Parsed(RowBatch good, long rows, long lines, List<Bad> bad) {}

    record Bad(long row, String column, String reason, String payload) {}

    /// A line that breaks the body. The chunk does not know how many lines came before it.
    static final class BrokenLineException extends Exception {

        private static final long serialVersionUID = 1L;

        private final long line;

        /// @param line in the chunk, counted from 0
        BrokenLineException(long line, String reason) {
            super(reason, null, false, false);
            this.line = line;
        }

        long line() {
            return line;
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    private final byte[] bytes;
    private final int end;
    private final Payload payload;
    private final JsonFactory factory;
    private final RowAssembler assembler;
    private final JsonRows rows;
    private final List<Bad> bad = new ArrayList<>();
    private long row;
    private long line;

    /// @param bytes lines from 0 to `end`; the last one may lack its newline
    NdjsonChunk(byte[] bytes, int end, RowShape shape, Payload payload, JsonFactory factory) {
        this.bytes = bytes;
        this.end = end;
        this.payload = payload;
        this.factory = factory;
        this.assembler = new RowAssembler(shape);
        this.rows = new JsonRows(assembler);
    }

    Parsed parse() throws BrokenLineException {
        int at = FlatRows.suit(assembler.shape()) ? plainLines() : 0;
        if (at < end) {
            new Rest(at).read();
        }
        return new Parsed(assembler.batch(), row, line, bad);
    }

    /// @return where the lines begin that are to be read together
    private int plainLines() {
        var flat =
                new FlatRows(bytes, assembler, factory.streamReadConstraints().getMaxStringLength());
        int declined = 0;
        int at = 0;
        while (at < end && declined < MAX_DECLINED) {
            int next = flat.read(at, end);
            if (next >= 0) {
                declined = 0;
                row++;
            } else {
                declined++;
                next = afterLine(at);
                if (!isBlank(at, next) && !isOneRow(at, next)) {
                    return at;
                }
            }
            at = next;
            line++;
        }
        return at;
    }

    private int afterLine(int start) {
        int at = start;
        while (at < end && bytes[at] != '\n') {
            at++;
        }
        return Math.min(at + 1, end);
    }

    private boolean isBlank(int start, int after) {
        for (int i = start; i < after; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r' && bytes[i] != '\n') {
                return false;
            }
        }
        return true;
    }

    /// Reads the line as one value, or not at all.
    private boolean isOneRow(int start, int after) {
        if (!isOneValue(start, after)) {
            return false;
        }
        try (var parser = factory.createParser(ObjectReadContext.empty(), bytes, start, after - start)) {
            parser.nextToken();
            rows.read(parser).ifPresent(e -> bad(e, start, after));
            row++;
            return true;
        }
    }

    private boolean isOneValue(int start, int after) {
        try (var parser = factory.createParser(ObjectReadContext.empty(), bytes, start, after - start)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }

    private void bad(BadCellException e, int start, int after) {
        bad.add(new Bad(row, e.column(), e.reason(), text(start, after)));
    }

    private String text(int start, int after) {
        return switch (payload) {
            case KEEP -> new String(bytes, start, after - start, StandardCharsets.UTF_8).strip();
            case DROP -> "";
        };
    }

    /// Lines read by one parser, from a line's start to the end.
    private final class Rest {

        private final int from;
        private final long firstLine = line;
        private int lineEnd;

        Rest(int from) {
            this.from = from;
            this.lineEnd = from - 1;
            line--;
        }

        void read() throws BrokenLineException {
            try (var parser = factory.createParser(ObjectReadContext.empty(), bytes, from, end - from)) {
                while (parser.nextToken() != null) {
                    int start = from + (int) parser.currentTokenLocation().getByteOffset();
                    if (start < lineEnd) {
                        throw broken("has more than one value");
                    }
                    advance(start);
                    var result = rows.read(parser);
                    if (from + parser.currentLocation().getByteOffset() > lineEnd && !isScalar(parser)) {
                        throw broken("ends inside a value");
                    }
                    result.ifPresent(e -> bad(e, start, lineEnd));
                    row++;
                }
            } catch (JacksonException e) {
                var where = e.getLocation();
                throw new BrokenLineException(
                        firstLine + where.getLineNr() - 1, "is not JSON at column " + where.getColumnNr());
            }
            line = firstLine;
            for (int i = from; i < end; i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
        }

        private static boolean isScalar(JsonParser parser) {
            return parser.currentToken() != JsonToken.END_OBJECT && parser.currentToken() != JsonToken.END_ARRAY;
        }

        /// Finds the line of this offset.
        private void advance(int start) {
            while (lineEnd <= start && lineEnd < end) {
                lineEnd++;
                while (lineEnd < end && bytes[lineEnd] != '\n') {
                    lineEnd++;
                }
                line++;
            }
        }

        private BrokenLineException broken(String reason) {
            return new BrokenLineException(line, reason + "; each line is one row");
        }
    }
}
