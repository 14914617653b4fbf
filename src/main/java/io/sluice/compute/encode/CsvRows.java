package io.sluice.compute.encode;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Rows as CSV with a header (RFC 4180). Null is an empty field, an empty text is `""`; nested values are JSON text.
public final class CsvRows implements RowEncoder {

    private static final int FLUSH_BYTES = 64 << 10;

    private final List<Column> columns;
    private final OutputStream out;
    private final ByteText text = new ByteText(FLUSH_BYTES + (8 << 10));

    public CsvRows(List<Column> columns, OutputStream out) {
        this.columns = columns;
        this.out = out;
    }

    @Override
    public void begin(VectorSchemaRoot root) {
        for (int i = 0; i < columns.size(); i++) {
            if (i > 0) {
                text.put(',');
            }
            int start = text.length();
            text.put(columns.get(i).name().getBytes(StandardCharsets.UTF_8));
            text.csvQuoteFrom(start);
        }
        end();
    }

    private void end() {
        text.put('\r');
        text.put('\n');
    }

    @Override
    public void write(VectorSchemaRoot root, int rows) throws IOException {
        var values = new ValueWriter[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = field(columns.get(i).type(), root.getVector(i));
        }
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < values.length; i++) {
                if (i > 0) {
                    text.put(',');
                }
                values[i].write(row, text);
            }
            end();
            if (text.length() >= FLUSH_BYTES) {
                text.drainTo(out);
            }
        }
        text.drainTo(out);
    }

    private static ValueWriter field(DataType type, FieldVector vector) {
        ValueWriter present = switch (type) {
            case DataType.Primitive primitive ->
                switch (primitive) {
                    // An empty binary value is an empty text here, which only its quotes tell from null.
                    case STRING, VARIANT, BINARY -> quotedWhereNeeded(JsonValues.plain(primitive, vector));
                    default -> JsonValues.plain(primitive, vector);
                };
            case DataType.Decimal _ -> JsonValues.decimal((DecimalVector) vector);
            case DataType.Array _, DataType.Map _, DataType.Struct _ -> quotedWhereNeeded(JsonValues.of(type, vector));
        };
        return (index, out) -> {
            if (!vector.isNull(index)) {
                present.write(index, out);
            }
        };
    }

    private static ValueWriter quotedWhereNeeded(ValueWriter bare) {
        return (index, out) -> {
            int start = out.length();
            bare.write(index, out);
            out.csvQuoteFrom(start);
        };
    }

    @Override
    public void finish() throws IOException {
        text.drainTo(out);
    }
}
