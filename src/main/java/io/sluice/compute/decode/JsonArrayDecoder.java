package io.sluice.compute.decode;

import io.sluice.table.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/// `application/json`: an array of objects, or one object.
final class JsonArrayDecoder {

    private final RowShape shape;
    private final DecodeLimits limits;
    private final Payload payload;
    private final JsonFactory factory;
    private RowAssembler assembler;
    private JsonRows rows;
    private long row;

    JsonArrayDecoder(RowShape shape, DecodeLimits limits, Payload payload) {
        this.shape = shape;
        this.limits = limits;
        this.payload = payload;
        this.factory = JsonText.factory(limits);
        this.assembler = new RowAssembler(shape);
        this.rows = new JsonRows(assembler);
    }

    void decode(InputStream body, RowSink sink) throws IOException {
        var bounded = new RowStarts(body, limits);
        try (var parser = factory.createParser(ObjectReadContext.empty(), bounded)) {
            switch (parser.nextToken()) {
                case START_OBJECT -> row(parser, sink);
                case START_ARRAY -> {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        bounded.nextRow();
                        row(parser, sink);
                    }
                }
                case null -> throw malformed("the body is empty; an array of objects or one object is wanted");
                default -> throw malformed("the body is neither an array of objects nor one object");
            }
            if (parser.nextToken() != null) {
                throw malformed("there is more after the end of the rows");
            }
            flush(sink);
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (JacksonException e) {
            var where = e.getLocation();
            throw new Failure.MalformedBody("the body is not JSON at line " + where.getLineNr() + ", column "
                            + where.getColumnNr() + ", row " + row)
                    .asException(e);
        }
    }

    private void row(JsonParser parser, RowSink sink) throws IOException {
        switch (payload) {
            case KEEP -> {
                var text = new ByteArrayOutputStream();
                try (var generator = factory.createGenerator(ObjectWriteContext.empty(), text)) {
                    generator.copyCurrentStructureExact(parser);
                }
                try (var again = factory.createParser(ObjectReadContext.empty(), text.toByteArray())) {
                    again.nextToken();
                    report(rows.read(again), sink, text.toString(StandardCharsets.UTF_8));
                }
            }
            case DROP -> report(rows.read(parser), sink, "");
        }
        row++;
        if (assembler.bytes() >= limits.batchBytes()) {
            flush(sink);
            assembler = new RowAssembler(shape);
            rows = new JsonRows(assembler);
        }
    }

    private void report(Optional<BadCellException> bad, RowSink sink, String text) {
        bad.ifPresent(e -> sink.bad(row, e.column(), e.reason(), text));
    }

    private void flush(RowSink sink) throws IOException {
        if (assembler.rows() > 0) {
            sink.rows(assembler.batch());
        }
    }

    private static RuntimeException malformed(String reason) {
        return new Failure.MalformedBody(reason).asException();
    }
}
