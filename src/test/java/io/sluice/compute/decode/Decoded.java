package io.sluice.compute.decode;

import io.sluice.compute.DuckDb;
import io.sluice.compute.RowBatch;
import io.sluice.compute.RowFormat;
import io.sluice.table.BadRow;
import io.sluice.table.Column;
import io.sluice.table.Schema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a decoder made of a body.
final class Decoded implements RowSink {

    static final DecodeLimits LIMITS = new DecodeLimits(1L << 30, 100, 64, 8 << 20, 16 << 20, 1 << 20, 256 << 20);
    private static final Parsers PARSERS = new Parsers(2);
    private static final Path SCRATCH = Path.of("target", "decoded").toAbsolutePath();
    static final DuckDb DUCK_DB =
            new DuckDb(new DuckDb.Settings(List.of(SCRATCH), SCRATCH.resolve("spill"), 256 << 20, 2, 2));

    final List<RowBatch> batches = new ArrayList<>();
    final List<BadRow> bad = new ArrayList<>();
    final List<String> payloads = new ArrayList<>();

    static Decoded of(RowFormat format, String body, Column... columns) {
        return of(format, body.getBytes(StandardCharsets.UTF_8), shape(columns), Payload.DROP);
    }

    static RowShape shape(Column... columns) {
        return new RowShape(new Schema(List.of(columns)), List.of(), Map.of());
    }

    static Decoded of(RowFormat format, byte[] body, RowShape shape, Payload payload) {
        var decoded = new Decoded();
        try {
            new RowDecoder(PARSERS, DUCK_DB, SCRATCH)
                    .decode(format, new ByteArrayInputStream(body), shape, LIMITS, payload, decoded);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return decoded;
    }

    @Override
    public void rows(RowBatch batch) {
        batches.add(batch);
    }

    @Override
    public void bad(long row, String column, String reason, String payload) {
        bad.add(new BadRow(row, column, reason));
        payloads.add(payload);
    }

    int rowCount() {
        return batches.stream().mapToInt(RowBatch::rows).sum();
    }

    /// All values of a column.
    List<Optional<Object>> column(int index) {
        var values = new ArrayList<Optional<Object>>();
        for (RowBatch batch : batches) {
            for (int row = 0; row < batch.rows(); row++) {
                values.add(batch.columns().get(index).find(row));
            }
        }
        return values;
    }
}
