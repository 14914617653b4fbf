package io.sluice.compute.encode;

import io.sluice.compute.RowFormat;
import io.sluice.table.Column;
import java.io.OutputStream;
import java.util.List;

/// The encoder of each format.
public final class RowEncoders {

    private RowEncoders() {}

    public static RowEncoder of(RowFormat format, List<Column> columns, OutputStream out) {
        return switch (format) {
            case JSON -> new JsonRows(columns, JsonRows.Frame.ARRAY, out);
            case NDJSON -> new JsonRows(columns, JsonRows.Frame.LINES, out);
            case CSV -> throw new UnsupportedOperationException();
            case ARROW_STREAM -> throw new UnsupportedOperationException();
            case PARQUET -> throw new UnsupportedOperationException();
        };
    }
}
