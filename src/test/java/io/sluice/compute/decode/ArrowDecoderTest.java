package io.sluice.compute.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.compute.RowBatch;
import io.sluice.compute.RowFormat;
import io.sluice.table.BadRow;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.TimeStampNanoTZVector;
import org.apache.arrow.vector.TimeStampSecVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.junit.jupiter.api.Test;

class ArrowDecoderTest {

    private final BufferAllocator allocator = Decoded.DUCK_DB.allocator();

    private static final String ROWS = """
            {"l":1,"d":1.5,"s":"é","dec":"1.25","t":"2024-01-01T00:00:00.000001Z","n":"2024-01-01T00:00:00","da":"2024-01-01","b":true,"bin":"AQI=","a":[1,null],"m":{"k":"v"},"st":{"x":[{"y":1}]}}
            {"l":2}
            {"l":3,"a":[],"m":{},"st":{}}
            """;

    private static final Column[] COLUMNS = {
        new Column("l", Primitive.LONG, false, Map.of()),
        new Column("d", Primitive.DOUBLE),
        new Column("s", Primitive.STRING),
        new Column("dec", new DataType.Decimal(20, 2)),
        new Column("t", Primitive.TIMESTAMP),
        new Column("n", Primitive.TIMESTAMP_NTZ),
        new Column("da", Primitive.DATE),
        new Column("b", Primitive.BOOLEAN),
        new Column("bin", Primitive.BINARY),
        new Column("a", new DataType.Array(Primitive.INTEGER, true)),
        new Column("m", new DataType.Map(Primitive.STRING, Primitive.STRING, true)),
        new Column(
                "st",
                new DataType.Struct(List.of(new Column(
                        "x",
                        new DataType.Array(new DataType.Struct(List.of(new Column("y", Primitive.SHORT))), true)))))
    };

    private static byte[] stream(VectorSchemaRoot root, DictionaryProvider dictionaries) {
        var out = new ByteArrayOutputStream();
        try (var writer = new ArrowStreamWriter(root, dictionaries, out)) {
            writer.start();
            writer.writeBatch();
            writer.end();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static byte[] stream(FieldVector... vectors) {
        try (var root = new VectorSchemaRoot(List.of(vectors))) {
            root.setRowCount(vectors[0].getValueCount());
            return stream(root, new DictionaryProvider.MapDictionaryProvider());
        }
    }

    private byte[] everything() {
        var rows = Decoded.of(RowFormat.NDJSON, ROWS, COLUMNS).batches.getFirst();
        try (var root = rows.toArrow(allocator)) {
            return stream(root, new DictionaryProvider.MapDictionaryProvider());
        }
    }

    private static Decoded decode(byte[] body, Column... columns) {
        return Decoded.of(RowFormat.ARROW_STREAM, body, Decoded.shape(columns), Payload.DROP);
    }

    private static List<List<Optional<Object>>> values(List<RowBatch> batches, int columns) {
        var decoded = new Decoded();
        decoded.batches.addAll(batches);
        return java.util.stream.IntStream.range(0, columns)
                .mapToObj(decoded::column)
                .toList();
    }

    @Test
    void rows_of_the_tables_own_types_come_back_as_they_were() {
        var sent = Decoded.of(RowFormat.NDJSON, ROWS, COLUMNS);
        var decoded = decode(everything(), COLUMNS);
        assertThat(decoded.bad).isEmpty();
        assertThat(values(decoded.batches, COLUMNS.length)).isEqualTo(values(sent.batches, COLUMNS.length));
    }

    private UInt4Vector uint4(long... values) {
        var vector = new UInt4Vector("c", allocator);
        for (int i = 0; i < values.length; i++) {
            vector.setSafe(i, (int) values[i]);
        }
        vector.setValueCount(values.length);
        return vector;
    }

    @Test
    void integers_widen_without_loss_or_not_at_all() {
        assertThat(decode(stream(uint4(4_294_967_295L)), new Column("c", Primitive.LONG))
                        .column(0))
                .containsExactly(Optional.of(4_294_967_295L));
        assertThat(decode(stream(uint4(4_294_967_295L)), new Column("c", new DataType.Decimal(12, 2)))
                        .column(0))
                .containsExactly(Optional.of(new BigDecimal("4294967295.00")));
        assertThat(decode(stream(uint4(4_294_967_295L)), new Column("c", Primitive.DOUBLE))
                        .column(0))
                .containsExactly(Optional.of(4_294_967_295.0));
        assertMismatch(stream(uint4(1)), Primitive.INTEGER);
        assertMismatch(stream(uint4(1)), Primitive.FLOAT);
        assertMismatch(stream(uint4(1)), Primitive.STRING);
        assertMismatch(stream(uint4(1)), new DataType.Decimal(11, 2));
        var huge = new UInt8Vector("c", allocator);
        huge.setSafe(0, -1L);
        huge.setValueCount(1);
        byte[] body = stream(huge);
        assertMismatch(body, Primitive.LONG);
        assertThat(decode(body, new Column("c", new DataType.Decimal(20, 0))).column(0))
                .containsExactly(Optional.of(new BigDecimal("18446744073709551615")));
        var longs = new BigIntVector("c", allocator);
        longs.setSafe(0, 1);
        longs.setValueCount(1);
        byte[] longBody = stream(longs);
        assertMismatch(longBody, Primitive.INTEGER);
        assertMismatch(longBody, Primitive.DOUBLE);
    }

    private static void assertMismatch(byte[] body, DataType type) {
        assertThatThrownBy(() -> decode(body, new Column("c", type)))
                .as(type.toString())
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure()).isInstanceOf(Failure.SchemaMismatch.class));
    }

    @Test
    void timestamps_of_other_units_are_converted_exactly_or_bad() {
        var nanos = new TimeStampNanoTZVector("c", allocator, "Europe/Berlin");
        nanos.setSafe(0, 1_000L);
        nanos.setSafe(1, 1_001L);
        nanos.setNull(2);
        nanos.setValueCount(3);
        byte[] body = stream(nanos);
        var decoded = decode(body, new Column("c", Primitive.TIMESTAMP));
        assertThat(decoded.column(0)).containsExactly(Optional.of(1L), Optional.empty());
        assertThat(decoded.bad).containsExactly(new BadRow(1, "c", "is finer than a microsecond"));
        assertMismatch(body, Primitive.TIMESTAMP_NTZ);
        var seconds = new TimeStampSecVector("c", allocator);
        seconds.setSafe(0, -1L);
        seconds.setSafe(1, Long.MAX_VALUE);
        seconds.setSafe(2, Long.MIN_VALUE);
        seconds.setValueCount(3);
        var wall = decode(stream(seconds), new Column("c", Primitive.TIMESTAMP_NTZ));
        assertThat(wall.column(0)).containsExactly(Optional.of(-1_000_000L));
        assertThat(wall.bad).hasSize(2);
        var millis = new DateMilliVector("c", allocator);
        millis.setSafe(0, -86_400_000L);
        millis.setSafe(1, 1L);
        millis.setValueCount(2);
        var dates = decode(stream(millis), new Column("c", Primitive.DATE));
        assertThat(dates.column(0)).containsExactly(Optional.of(-1));
        assertThat(dates.bad).hasSize(1);
    }

    @Test
    void decimals_and_floats_widen() {
        var decimals = new DecimalVector("c", allocator, 10, 2);
        decimals.setSafe(0, new BigDecimal("-12345678.90"));
        decimals.setValueCount(1);
        byte[] body = stream(decimals);
        assertThat(decode(body, new Column("c", new DataType.Decimal(38, 20))).column(0))
                .containsExactly(Optional.of(new BigDecimal("-12345678.90000000000000000000")));
        assertMismatch(body, new DataType.Decimal(10, 1));
        assertMismatch(body, new DataType.Decimal(10, 3));
        var floats = new Float4Vector("c", allocator);
        floats.setSafe(0, Float.NaN);
        floats.setValueCount(1);
        assertThat(decode(stream(floats), new Column("c", Primitive.DOUBLE)).column(0))
                .containsExactly(Optional.of(Double.NaN));
    }

    @Test
    void every_form_of_text_is_read_and_must_be_utf_8() {
        var large = new LargeVarCharVector("c", allocator);
        large.setSafe(0, "é".getBytes(StandardCharsets.UTF_8));
        large.setSafe(1, new byte[] {(byte) 0xC3});
        large.setValueCount(2);
        var decoded = decode(stream(large), new Column("c", Primitive.STRING));
        assertThat(decoded.rowCount()).isEqualTo(1);
        assertThat(decoded.bad).containsExactly(new BadRow(1, "c", "is not UTF-8"));
        var views = new ViewVarCharVector("c", allocator);
        views.setSafe(0, "short".getBytes(StandardCharsets.UTF_8));
        views.setSafe(1, "longer than twelve bytes".getBytes(StandardCharsets.UTF_8));
        views.setValueCount(2);
        assertThat(decode(stream(views), new Column("c", Primitive.STRING)).column(0))
                .containsExactly(
                        Optional.of(ByteBuffer.wrap("short".getBytes(StandardCharsets.UTF_8))),
                        Optional.of(ByteBuffer.wrap("longer than twelve bytes".getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void dictionaries_are_decoded() {
        var words = new VarCharVector("words", allocator);
        words.setSafe(0, "a".getBytes(StandardCharsets.UTF_8));
        words.setSafe(1, "b".getBytes(StandardCharsets.UTF_8));
        words.setValueCount(2);
        var plain = new VarCharVector("c", allocator);
        plain.setSafe(0, "b".getBytes(StandardCharsets.UTF_8));
        plain.setNull(1);
        plain.setSafe(2, "a".getBytes(StandardCharsets.UTF_8));
        plain.setValueCount(3);
        var dictionary = new Dictionary(words, new DictionaryEncoding(1, false, null));
        try (words;
                plain;
                var encoded = (FieldVector) DictionaryEncoder.encode(plain, dictionary);
                var root = new VectorSchemaRoot(List.of(encoded))) {
            root.setRowCount(3);
            var provider = new DictionaryProvider.MapDictionaryProvider(dictionary);
            assertThat(decode(stream(root, provider), new Column("c", Primitive.STRING))
                            .column(0))
                    .containsExactly(
                            Optional.of(ByteBuffer.wrap(new byte[] {'b'})),
                            Optional.empty(),
                            Optional.of(ByteBuffer.wrap(new byte[] {'a'})));
        }
    }

    @Test
    void nulls_and_absent_columns_follow_the_table() {
        var ids = new IntVector("id", allocator);
        ids.setSafe(0, 1);
        ids.setNull(1);
        ids.setValueCount(2);
        var decoded = decode(
                stream(ids, new NullVector("c", 2)),
                new Column("id", Primitive.LONG, false, Map.of()),
                new Column("c", Primitive.STRING),
                new Column("absent", Primitive.DATE));
        assertThat(decoded.bad).containsExactly(new BadRow(1, "id", "is null and NOT NULL"));
        assertThat(decoded.column(1)).containsExactly(Optional.empty());
        assertThat(decoded.column(2)).containsExactly(Optional.empty());
    }

    @Test
    void an_unknown_column_is_a_schema_mismatch_that_shows_both_sides() {
        assertThatThrownBy(() -> decode(stream(uint4(1)), new Column("other", Primitive.LONG)))
                .isInstanceOfSatisfying(FailureException.class, e -> {
                    var mismatch = (Failure.SchemaMismatch) e.failure();
                    assertThat(mismatch.expected()).containsExactly("other long");
                    assertThat(mismatch.actual()).containsExactly("c Int(32, false)");
                });
    }

    @Test
    void a_frame_that_asks_for_more_than_it_may_is_refused_unread() {
        byte[] huge = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(-1)
                .putInt(Integer.MAX_VALUE)
                .array();
        assertThatThrownBy(() -> decode(huge, new Column("c", Primitive.LONG)))
                .isInstanceOfSatisfying(
                        FailureException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.TooLarge.class));
    }

    @Test
    void a_damaged_stream_is_a_malformed_body_or_rows_but_never_something_else() {
        byte[] whole = everything();
        var random = new Random(7);
        for (int round = 0; round < 3_000; round++) {
            byte[] damaged = round % 3 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            if (round % 3 > 0) {
                for (int i = 0; i < 1 + round % 5; i++) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                }
            }
            try {
                decode(damaged, COLUMNS);
            } catch (FailureException e) {
                assertThat(e.failure())
                        .isInstanceOfAny(
                                Failure.MalformedBody.class, Failure.TooLarge.class, Failure.SchemaMismatch.class);
            }
        }
        assertThat(allocator.getAllocatedMemory()).isZero();
    }

    /// Arrow's library here reads none, and says so as of a damaged stream.
    @Test
    void compressed_buffers_are_refused_by_name() {
        byte[] lz4 = Base64.getMimeDecoder().decode("""
                /////3gAAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAEAAAAUAAAAEAAUAAgABgAHAAwA
                AAAQABAAAAAAAAECEAAAABwAAAAEAAAAAAAAAAEAAABjAAAACAAMAAgABwAIAAAAAAAAAUAAAAD/////mAAAABQAAAAAAAAA
                DAAYAAYABQAIAAwADAAAAAADBAAcAAAAKAAAAAAAAAAAAAAADAAcABAABAAIAAwADAAAAEgAAAAcAAAAFAAAAAIAAAAAAAAA
                AAAAAAQABAAEAAAAAgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACUAAAAAAAAAAAAAAAEAAAACAAAAAAAAAAAAAAAAAAAA
                EAAAAAAAAAAEIk0YYECCDgAAACIBAAEAgAIAAAAAAAAAAAAAAAAAAP////8AAAAA
                """);

        assertThatThrownBy(() -> decode(lz4, new Column("c", Primitive.LONG)))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure().toString()).contains("compressed buffers"));
    }
}
