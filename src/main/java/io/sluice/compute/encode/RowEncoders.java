package io.sluice.compute.encode;

import io.sluice.compute.RowFormat;
import io.sluice.table.Column;
import java.io.OutputStream;
import java.util.List;

/// The encoder of each format that is written batch by batch.
public final class RowEncoders {

    private RowEncoders() {}

    public static RowEncoder of(RowFormat format, List<Column> columns, OutputStream out) {
        return switch (format) {
            case JSON -> new JsonRows(columns, JsonRows.Frame.ARRAY, out);
            case NDJSON -> new JsonRows(columns, JsonRows.Frame.LINES, out);
            case CSV -> new CsvRows(columns, out);
            case ARROW_STREAM -> new ArrowRows(columns.size(), out);
            case PARQUET -> throw new IllegalArgumentException("Parquet is not written in batches");
        };
    }
}
