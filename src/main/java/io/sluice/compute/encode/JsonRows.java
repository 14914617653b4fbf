package io.sluice.compute.encode;

import io.sluice.table.Column;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Rows as JSON objects: an array of them, or one on each line (NDJSON).
public final class JsonRows implements RowEncoder {

    private static final int FLUSH_BYTES = 64 << 10;

    /// What stands around and between the objects.
    public enum Frame {
        ARRAY,
        LINES
    }

    private final List<Column> columns;
    private final byte[][] names;
    private final Frame frame;
    private final OutputStream out;
    private final ByteText text = new ByteText(FLUSH_BYTES + (8 << 10));
    private boolean first = true;

    public JsonRows(List<Column> columns, Frame frame, OutputStream out) {
        this.columns = columns;
        this.names =
                columns.stream().map(column -> JsonValues.member(column.name())).toArray(byte[][]::new);
        this.frame = frame;
        this.out = out;
    }

    @Override
    public void begin(VectorSchemaRoot root) {
        // The frame comes with the first row.
    }

    @Override
    public void write(VectorSchemaRoot root, int rows) throws IOException {
        var values = new ValueWriter[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = JsonValues.of(columns.get(i).type(), root.getVector(i));
        }
        ValueWriter row = JsonValues.object(names, values);
        for (int i = 0; i < rows; i++) {
            begin();
            row.write(i, text);
            if (frame == Frame.LINES) {
                text.put('\n');
            }
            if (text.length() >= FLUSH_BYTES) {
                text.drainTo(out);
            }
        }
        text.drainTo(out);
    }

    private void begin() {
        if (frame == Frame.ARRAY) {
            text.put(first ? '[' : ',');
        }
        first = false;
    }

    @Override
    public void finish() throws IOException {
        if (frame == Frame.ARRAY) {
            if (first) {
                text.put('[');
            }
            text.put(']');
        }
        text.drainTo(out);
    }
}
