package io.sluice.compute.decode;

import io.sluice.compute.DuckDb;
import io.sluice.compute.RowFormat;
import io.sluice.table.Column;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.JacksonIOException;

/// The columns of a body, found before its rows are read.
final class BodySchema {

    private final DuckDb duckDb;
    private final Path scratch;
    private final DecodeLimits limits;

    BodySchema(DuckDb duckDb, Path scratch, DecodeLimits limits) {
        this.duckDb = duckDb;
        this.scratch = scratch;
        this.limits = limits;
    }

    /// What a body that cannot be read looks like does not matter: reading its rows will say so.
    Schema of(RowFormat format, InputStream body, Schema table) throws IOException {
        return switch (format) {
            case JSON, NDJSON -> json(body, table);
            case CSV -> csv(body, table);
            case ARROW_STREAM -> new ArrowDecoder(duckDb.allocator(), none(table), limits, Payload.DROP).schema(body);
            case PARQUET -> new ParquetDecoder(duckDb, scratch, none(table), limits, Payload.DROP).schema(body);
        };
    }

    private static RowShape none(Schema table) {
        return new RowShape(table, java.util.List.of(), java.util.Map.of());
    }

    private Schema json(InputStream body, Schema table) throws IOException {
        var schema = new JsonSchema(table);
        try (JsonParser parser = JsonText.factory(limits).createParser(ObjectReadContext.empty(), body)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.START_ARRAY) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        schema.row(parser);
                    }
                } else {
                    schema.row(parser);
                }
            }
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (JacksonException e) {
            throw new Failure.MalformedBody("the body is not JSON at line "
                            + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr())
                    .asException(e);
        }
        return schema.schema();
    }

    private Schema csv(InputStream body, Schema table) throws IOException {
        var records = new CsvRecords(body, limits.stringBytes());
        var columns = new ArrayList<>(table.columns());
        if (records.next()) {
            for (int i = 0; i < records.fields(); i++) {
                String name = records.string(i);
                String plain = i == 0 && name.startsWith("\uFEFF") ? name.substring(1) : name;
                if (RowShape.indexIgnoringCase(columns, plain) < 0) {
                    columns.add(new Column(plain, Primitive.STRING));
                }
            }
        }
        return new Schema(columns);
    }
}
