package io.sluice.compute.decode;

import io.sluice.compute.DuckDb;
import io.sluice.compute.RowFormat;
import io.sluice.compute.RuledRows;
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
