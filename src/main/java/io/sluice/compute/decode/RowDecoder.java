package io.sluice.compute.decode;

import io.sluice.compute.DuckDb;
import io.sluice.compute.RowFormat;
import io.sluice.compute.RuledRows;
import io.sluice.table.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// Reads bodies as rows of a table.
public final class RowDecoder {

    private final Parsers parsers;
    private final DuckDb duckDb;
    private final Path scratch;

    /// @param scratch a directory that DuckDB may read, where Parquet bodies wait
    public RowDecoder(Parsers parsers, DuckDb duckDb, Path scratch) {
        this.parsers = parsers;
        this.duckDb = duckDb;
        this.scratch = scratch;
    }

    /// Keeps a body that is read more than once; the caller closes it.
    public KeptBody keep(InputStream body) throws IOException {
        return KeptBody.of(body, scratch);
    }

    /// The columns of a body. Of JSON and CSV also those of the table that it lacks; whole numbers of JSON beyond
    /// a column's type make the column wider.
    ///
    /// @throws io.sluice.table.FailureException as [#decode]
    public Schema schema(RowFormat format, InputStream body, Schema table, DecodeLimits limits) throws IOException {
        return new BodySchema(duckDb, scratch, limits).of(format, body, table);
    }

    /// Reads the body to its end. Good rows and bad ones go to the target in the order of the body; a batch's rows
    /// that break a rule of the table are told before its good ones.
    ///
    /// @param body after its content encoding was taken off
    /// @throws io.sluice.table.FailureException `malformed-body` when the body is not of the format,
    ///     `schema-mismatch` when its columns cannot be the table's, `too-large`
    /// @throws IOException when the body could not be read
    public void decode(
            RowFormat format, InputStream body, RowShape shape, DecodeLimits limits, Payload payload, RowSink target)
            throws IOException {
        RowSink sink = shape.rules().isEmpty()
                ? target
                : new RuledRows(duckDb, shape.rules(), shape.partitionColumns(), payload, target);
        switch (format) {
            case JSON -> new JsonArrayDecoder(shape, limits, payload).decode(body, sink);
            case NDJSON -> new NdjsonDecoder(shape, limits, payload, parsers).decode(body, sink);
            case CSV -> new CsvDecoder(shape, limits, payload).decode(body, sink);
            case ARROW_STREAM -> new ArrowDecoder(duckDb.allocator(), shape, limits, payload).decode(body, sink);
            case PARQUET -> new ParquetDecoder(duckDb, scratch, shape, limits, payload).decode(body, sink);
        }
    }
}
