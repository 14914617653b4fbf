package io.sluice.compute.decode;

import io.sluice.compute.RowBatch;
import io.sluice.table.Failure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Whole lines of an NDJSON body, one JSON value each, parsed on any thread.
final class NdjsonChunk {

    /// @param rows in the chunk, bad ones included
    /// @param bad with row numbers counted from the chunk's start
    record Parsed(RowBatch good, long rows, List<Bad> bad) {}

    record Bad(long row, String column, String reason, String payload) {}

    private final byte[] bytes;
    private final int end;
    private final long firstLine;
    private final Payload payload;
    private final List<Bad> bad = new ArrayList<>();
    private int lineEnd = -1;
    private long line;

    /// @param bytes lines from 0 to `end`; the last one may lack its newline
    /// @param firstLine number of the chunk's first line, counted from 1
    NdjsonChunk(byte[] bytes, int end, long firstLine, Payload payload) {
        this.bytes = bytes;
        this.end = end;
        this.firstLine = firstLine;
        this.line = firstLine - 1;
        this.payload = payload;
    }

    Parsed parse(RowShape shape, JsonFactory factory) {
        var assembler = new RowAssembler(shape);
        var rows = new JsonRows(assembler);
        long row = 0;
        try (var parser = factory.createParser(ObjectReadContext.empty(), bytes, 0, end)) {
            while (parser.nextToken() != null) {
                int start = (int) parser.currentTokenLocation().getByteOffset();
                if (start < lineEnd) {
                    throw malformed("has more than one value");
                }
                advance(start);
                var result = rows.read(parser);
                if (parser.currentLocation().getByteOffset() > lineEnd && !isScalar(parser)) {
                    throw malformed("ends inside a value");
                }
                if (result.isPresent()) {
                    var e = result.get();
                    bad.add(new Bad(row, e.column(), e.reason(), text(start)));
                }
                row++;
            }
        } catch (JacksonException e) {
            var where = e.getLocation();
            line = firstLine - 1 + where.getLineNr();
            throw new Failure.MalformedBody("line " + line + " is not JSON at column " + where.getColumnNr())
                    .asException(e);
        }
        return new Parsed(assembler.batch(), row, bad);
    }

    private static boolean isScalar(JsonParser parser) {
        return parser.currentToken() != JsonToken.END_OBJECT && parser.currentToken() != JsonToken.END_ARRAY;
    }

    /// Finds the line of this offset.
    private void advance(int start) {
        while (lineEnd <= start) {
            int at = lineEnd + 1;
            while (at < end && bytes[at] != '\n') {
                at++;
            }
            lineEnd = at;
            line++;
        }
    }

    private String text(int start) {
        return switch (payload) {
            case KEEP -> new String(bytes, start, lineEnd - start, StandardCharsets.UTF_8).strip();
            case DROP -> "";
        };
    }

    private RuntimeException malformed(String reason) {
        return new Failure.MalformedBody("line " + line + " " + reason + "; each line is one row").asException();
    }
}
