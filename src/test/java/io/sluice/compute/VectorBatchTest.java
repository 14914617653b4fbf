package io.sluice.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.compute.decode.DecodeLimits;
import io.sluice.compute.decode.Parsers;
import io.sluice.compute.decode.Payload;
import io.sluice.compute.decode.RowDecoder;
import io.sluice.compute.decode.RowShape;
import io.sluice.compute.decode.RowSink;
import io.sluice.table.BadRow;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Vectors that are taken whole, against the same vectors read row by row.
class VectorBatchTest {

    private static final int BATCHES = 3;
    private static final int ROWS = 300;

    private static final List<Column> COLUMNS = List.of(
            new Column("l", Primitive.LONG, false, Map.of()),
            new Column("widened", Primitive.LONG),
            new Column("d", Primitive.DOUBLE),
            new Column("b", Primitive.BOOLEAN),
            new Column("s", Primitive.STRING),
            new Column("bin", Primitive.BINARY),
            new Column("dec", new DataType.Decimal(5, 2)),
            new Column("wide", new DataType.Decimal(38, 2)),
            new Column("t", Primitive.TIMESTAMP),
            new Column("da", Primitive.DATE),
            new Column("p", Primitive.STRING),
            new Column("fixed", Primitive.INTEGER),
            new Column("absent", new DataType.Array(Primitive.STRING, true)));

    @TempDir
    Path directory;

    private DuckDb duckDb;
    private Parsers parsers;

    @BeforeEach
    void open() {
        duckDb = new DuckDb(new DuckDb.Settings(List.of(directory), directory.resolve("spill"), 256 << 20, 2, 2));
        parsers = new Parsers(2);
    }

    @AfterEach
    void close() {
        parsers.close();
        duckDb.close();
    }

    private enum Taking {
        VECTORS,
        ROWS
    }

    /// What a sink got, as rows of text.
    private record Taken(List<String> rows, List<BadRow> bad, int vectors) {}

    private Taken take(byte[] body, Taking taking) throws Exception {
        var bad = new ArrayList<BadRow>();
        int[] vectors = {0};
        var schema = new Schema(COLUMNS);
        var layout = FileLayout.of(schema, List.of(), FileLayout.FieldIds.NONE, Map.of(), List.of());
        try (var spool = new ParquetWriter(duckDb).spool(layout, directory, 128 << 20)) {
            var sink = new RowSink() {
                @Override
                public boolean takesVectors() {
                    return taking == Taking.VECTORS;
                }

                @Override
                public void vectors(VectorBatch batch) throws IOException {
                    vectors[0]++;
                    spool.add(batch);
                }

                @Override
                public void rows(RowBatch batch) throws IOException {
                    spool.add(batch);
                }

                @Override
                public void bad(long row, String column, String reason, String payload) {
                    bad.add(new BadRow(row, column, reason));
                }
            };
            var shape = new RowShape(schema, List.of("p", "fixed"), Map.of("fixed", Optional.of("7")));
            var limits = new DecodeLimits(1 << 30, 100, 64, 64, 1 << 20, 0, 64 << 20);
            new RowDecoder(parsers, duckDb, directory)
                    .decode(RowFormat.ARROW_STREAM, new ByteArrayInputStream(body), shape, limits, Payload.DROP, sink);
            var rows = new ArrayList<String>();
            for (WrittenFile file : spool.finish()) {
                rows.addAll(read(file.staged()));
            }
            // Two threads write: which batch comes first in the file is open.
            return new Taken(rows.stream().sorted().toList(), bad, vectors[0]);
        }
    }

    private List<String> read(Path file) throws Exception {
        return duckDb.call(DuckDb.Purpose.QUERY, connection -> {
            try (var statement = connection.createStatement();
                    var result = statement.executeQuery(
                            "SELECT CAST(entire AS VARCHAR) FROM read_parquet('" + file + "') entire")) {
                var rows = new ArrayList<String>();
                while (result.next()) {
                    rows.add(result.getString(1));
                }
                return rows;
            }
        });
    }

    /// Makes a batch of vectors without a bad cell; a test breaks it afterwards.
    private final class Vectors {

        private final Random random;
        private final BigIntVector l = new BigIntVector("l", duckDb.allocator());
        private final IntVector widened = new IntVector("widened", duckDb.allocator());
        private final Float8Vector d = new Float8Vector("d", duckDb.allocator());
        private final BitVector b = new BitVector("b", duckDb.allocator());
        private final VarCharVector s = new VarCharVector("s", duckDb.allocator());
        private final VarBinaryVector bin = new VarBinaryVector("bin", duckDb.allocator());
        private final DecimalVector dec = new DecimalVector("dec", duckDb.allocator(), 5, 2);
        private final DecimalVector wide = new DecimalVector("wide", duckDb.allocator(), 38, 2);
        private final TimeStampMicroTZVector t = new TimeStampMicroTZVector("t", duckDb.allocator(), "Europe/Berlin");
        private final DateDayVector da = new DateDayVector("da", duckDb.allocator());
        private final VarCharVector p = new VarCharVector("p", duckDb.allocator());

        Vectors(long seed) {
            random = new Random(seed);
        }

        List<FieldVector> all() {
            return List.of(l, widened, d, b, s, bin, dec, wide, t, da, p);
        }

        void fill() {
            all().forEach(FieldVector::reset);
            for (int i = 0; i < ROWS; i++) {
                l.setSafe(i, random.nextLong());
                if (random.nextInt(5) > 0) {
                    widened.setSafe(i, random.nextInt());
                    d.setSafe(i, random.nextBoolean() ? Double.NaN : random.nextGaussian());
                    b.setSafe(i, random.nextInt(2));
                    s.setSafe(i, "grün€𝄞".repeat(random.nextInt(4)).getBytes(StandardCharsets.UTF_8));
                }
                if (random.nextInt(5) > 0) {
                    byte[] bytes = new byte[random.nextInt(20)];
                    random.nextBytes(bytes);
                    bin.setSafe(i, bytes);
                    dec.setSafe(i, new BigDecimal(BigInteger.valueOf(random.nextInt(199_999) - 99_999), 2));
                    wide.setSafe(i, new BigDecimal(new BigInteger(126, random).negate(), 2));
                    t.setSafe(i, random.nextInt() * 1_000_001L);
                    da.setSafe(i, random.nextInt(100_000) - 50_000);
                    p.setSafe(i, Integer.toString(random.nextInt(9)).getBytes(StandardCharsets.US_ASCII));
                }
            }
            all().forEach(vector -> vector.setValueCount(ROWS));
        }
    }

    private interface Damage {
        void to(Vectors vectors);
    }

    /// Of three batches the second one is damaged.
    private byte[] body(long seed, Damage damage) throws IOException {
        var out = new ByteArrayOutputStream();
        var vectors = new Vectors(seed);
        try (var root = new VectorSchemaRoot(vectors.all());
                var writer = new ArrowStreamWriter(root, null, out)) {
            writer.start();
            for (int batch = 0; batch < BATCHES; batch++) {
                vectors.fill();
                if (batch == 1) {
                    damage.to(vectors);
                }
                root.setRowCount(ROWS);
                writer.writeBatch();
            }
            writer.end();
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whole_vectors_are_the_rows_that_reading_row_by_row_finds(long seed) throws Exception {
        byte[] body = body(seed, vectors -> {});

        Taken whole = take(body, Taking.VECTORS);

        assertThat(whole.bad()).isEmpty();
        assertThat(whole.vectors()).isEqualTo(BATCHES);
        assertThat(whole.rows()).hasSize(BATCHES * ROWS);
        assertSame(whole, take(body, Taking.ROWS));
    }

    private static void assertSame(Taken whole, Taken single) {
        for (int i = 0; i < whole.rows().size(); i++) {
            assertThat(whole.rows().get(i))
                    .as("row %d", i)
                    .isEqualTo(single.rows().get(i));
        }
    }

    private void assertFoundRowByRow(Damage damage, BadRow bad) throws Exception {
        byte[] body = body(4, damage);

        Taken whole = take(body, Taking.VECTORS);
        Taken single = take(body, Taking.ROWS);

        assertThat(whole.vectors()).isEqualTo(BATCHES - 1);
        assertThat(whole.bad()).containsExactly(bad).isEqualTo(single.bad());
        assertThat(whole.rows()).hasSize(BATCHES * ROWS - 1);
        assertSame(whole, single);
    }

    @Test
    void a_bad_cell_sends_its_batch_through_the_rows() throws Exception {
        assertFoundRowByRow(vectors -> vectors.l.setNull(5), new BadRow(305, "l", "is null and NOT NULL"));
        assertFoundRowByRow(
                vectors -> vectors.t.setSafe(6, Long.MAX_VALUE),
                new BadRow(306, "t", "is out of range: years 0001 to 9999"));
        assertFoundRowByRow(
                vectors -> vectors.da.setSafe(7, Integer.MIN_VALUE),
                new BadRow(307, "da", "is out of range: years 0001 to 9999"));
        assertFoundRowByRow(
                vectors -> vectors.dec.setBigEndianSafe(8, new byte[] {1, (byte) 0x86, (byte) 0xA0}),
                new BadRow(308, "dec", "does not fit its decimal type"));
        assertFoundRowByRow(
                vectors -> vectors.dec.setBigEndianSafe(8, new byte[] {(byte) 0xFE, 0x79, 0x60}),
                new BadRow(308, "dec", "does not fit its decimal type"));
    }

    @Test
    void text_that_is_not_utf8_or_too_long_sends_its_batch_through_the_rows() throws Exception {
        for (byte[] text : new byte[][] {
            {(byte) 0xC3}, {(byte) 0xC0, (byte) 0x80}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, {'a', (byte) 0xBF}, {(byte) 0xE2, (byte) 0x82, 'x'}
        }) {
            assertFoundRowByRow(vectors -> replaceLast(vectors.s, text), new BadRow(599, "s", "is not UTF-8"));
        }
        assertFoundRowByRow(
                vectors -> replaceLast(vectors.s, new byte[65]), new BadRow(599, "s", "has more than 64 bytes"));
        assertFoundRowByRow(
                vectors -> replaceLast(vectors.bin, new byte[65]), new BadRow(599, "bin", "has more than 64 bytes"));
    }

    private static void replaceLast(VarCharVector vector, byte[] text) {
        vector.setSafe(ROWS - 1, text);
        vector.setValueCount(ROWS);
    }

    private static void replaceLast(VarBinaryVector vector, byte[] bytes) {
        vector.setSafe(ROWS - 1, bytes);
        vector.setValueCount(ROWS);
    }

    @Test
    void an_empty_partition_value_sends_its_batch_through_the_rows() throws Exception {
        assertFoundRowByRow(
                vectors -> replaceLast(vectors.p, new byte[0]),
                new BadRow(599, "p", "is empty; Delta cannot tell an empty partition value from null"));
    }

    @Test
    void a_null_may_hide_anything() throws Exception {
        byte[] body = body(5, vectors -> {
            vectors.t.setSafe(9, Long.MAX_VALUE);
            vectors.t.setNull(9);
            vectors.t.getDataBuffer().setLong(72, Long.MAX_VALUE);
        });

        Taken whole = take(body, Taking.VECTORS);

        assertThat(whole.bad()).isEmpty();
        assertSame(whole, take(body, Taking.ROWS));
    }

    @Test
    void offsets_that_leave_their_data_are_not_believed() throws Exception {
        byte[] body = body(6, vectors -> vectors.s.getOffsetBuffer().setInt(4L * 10, 1 << 30));

        assertThatThrownBy(() -> take(body, Taking.VECTORS))
                .isInstanceOfSatisfying(
                        FailureException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.MalformedBody.class));
    }
}
