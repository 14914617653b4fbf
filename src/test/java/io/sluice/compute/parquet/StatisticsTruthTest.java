package io.sluice.compute.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.compute.DuckDb;
import io.sluice.compute.FileLayout;
import io.sluice.compute.ParquetWriter;
import io.sluice.compute.RowBatch;
import io.sluice.compute.column.BytesCells;
import io.sluice.compute.column.Cells;
import io.sluice.compute.column.DecimalCells;
import io.sluice.compute.column.DoubleCells;
import io.sluice.compute.column.FloatCells;
import io.sluice.compute.column.IntCells;
import io.sluice.compute.column.LongCells;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Schema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every bound in the statistics of a file holds for every value in it, and is as tight as it says.
class StatisticsTruthTest {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(tools.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final Schema SCHEMA = new Schema(List.of(
            new Column("l", Primitive.LONG),
            new Column("i", Primitive.INTEGER),
            new Column("f", Primitive.FLOAT),
            new Column("d", Primitive.DOUBLE),
            new Column("dec", new DataType.Decimal(38, 10)),
            new Column("s", Primitive.STRING),
            new Column("da", Primitive.DATE),
            new Column("ts", Primitive.TIMESTAMP)));

    @TempDir
    Path directory;

    private DuckDb duckDb;

    @BeforeEach
    void open() {
        duckDb = new DuckDb(new DuckDb.Settings(List.of(directory), directory.resolve("spill"), 256 << 20, 2, 2));
    }

    @AfterEach
    void close() {
        duckDb.close();
    }

    private JsonNode stats(Schema schema, List<Cells> columns) throws Exception {
        var layout = FileLayout.of(schema, List.of(), FileLayout.FieldIds.NONE, Map.of(), List.of());
        var files = new ParquetWriter(duckDb).write(List.of(new RowBatch(schema, columns)), layout, directory);
        assertThat(files).hasSize(1);
        return JSON.readTree(files.getFirst().statsJson());
    }

    static Stream<Integer> seeds() {
        return IntStream.range(0, 40).boxed();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void bounds_hold_for_random_rows(int seed) throws Exception {
        var random = new Random(seed);
        int rows = 1 + random.nextInt(200);
        double nulls = seed % 4 == 0 ? 0 : seed % 7 == 0 ? 1 : 0.3;
        var cells = List.<Cells>of(
                new LongCells(),
                new IntCells(),
                new FloatCells(),
                new DoubleCells(),
                new DecimalCells(10),
                new BytesCells(),
                new IntCells(),
                new LongCells());
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < cells.size(); i++) {
                if (random.nextDouble() < nulls) {
                    cells.get(i).appendNull();
                } else {
                    append(cells.get(i), i, random, seed);
                }
            }
        }
        JsonNode stats = stats(SCHEMA, cells);
        assertThat(stats.path("numRecords").asInt()).isEqualTo(rows);
        for (int i = 0; i < cells.size(); i++) {
            check(stats, i, cells.get(i));
        }
    }

    private static void append(Cells cells, int column, Random random, int seed) {
        switch (column) {
            case 0 ->
                ((LongCells) cells)
                        .append(random.nextInt(9) == 0 ? Long.MAX_VALUE - random.nextInt(3) : random.nextLong());
            case 1 -> ((IntCells) cells).append(random.nextInt());
            case 2 ->
                ((FloatCells) cells)
                        .append(
                                seed % 5 == 1 && random.nextInt(20) == 0
                                        ? Float.NaN
                                        : zeros(random, random.nextFloat() - 0.5f));
            case 3 ->
                ((DoubleCells) cells)
                        .append(
                                seed % 5 == 2 && random.nextInt(20) == 0
                                        ? Double.NaN
                                        : seed % 5 == 3 && random.nextInt(20) == 0
                                                ? Double.NEGATIVE_INFINITY
                                                : Double.longBitsToDouble(random.nextLong() & 0xBFFFFFFFFFFFFFFFL));
            case 4 -> ((DecimalCells) cells).append(new BigInteger(120, random).negate());
            case 5 -> ((BytesCells) cells).append(text(random).getBytes(StandardCharsets.UTF_8));
            case 6 -> ((IntCells) cells).append(random.nextInt(3_600_000) - 719_162 + 100);
            default -> ((LongCells) cells).append((random.nextLong() % 62_000_000_000_000_000L));
        }
    }

    private static float zeros(Random random, float value) {
        return random.nextInt(10) == 0 ? (random.nextBoolean() ? -0.0f : 0.0f) : value;
    }

    private static final int[] POINTS = {
        'a', 'z', 0xE9, 0xD7FF, 0xE000, 0xFFFC, 0xFFFD, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF
    };

    /// Text whose length is around the cut, of code points that order differently in UTF-8 and UTF-16.
    private static String text(Random random) {
        var text = new StringBuilder();
        text.append("p".repeat(random.nextInt(3) * 15));
        int length = random.nextInt(5) == 0 ? 200 + random.nextInt(5000) : random.nextInt(40);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(POINTS[random.nextInt(POINTS.length)]);
        }
        return text.toString();
    }

    private static void check(JsonNode stats, int column, Cells cells) {
        String name = SCHEMA.columns().get(column).name();
        JsonNode min = stats.path("minValues").path(name);
        JsonNode max = stats.path("maxValues").path(name);
        long nullCount = IntStream.range(0, cells.size()).filter(cells::isNull).count();
        assertThat(stats.path("nullCount").path(name).asLong()).isEqualTo(nullCount);
        if (nullCount == cells.size()) {
            assertThat(min.isMissingNode() && max.isMissingNode()).isTrue();
            return;
        }
        switch (column) {
            case 0, 1, 4 -> {
                var values =
                        values(cells, row -> new BigDecimal(cells.boxed(row).toString()));
                assertThat(min.decimalValue()).isEqualByComparingTo(values.getFirst());
                assertThat(max.decimalValue()).isEqualByComparingTo(values.getLast());
            }
            case 2, 3 -> checkFloating(cells, min, max);
            case 5 -> checkText((BytesCells) cells, min, max);
            case 6 -> {
                var values = values(cells, row -> LocalDate.ofEpochDay((Integer) cells.boxed(row)));
                assertThat(min.asString()).isEqualTo(values.getFirst().toString());
                assertThat(max.asString()).isEqualTo(values.getLast().toString());
            }
            default -> {
                var values = values(cells, row -> (Long) cells.boxed(row));
                long low = Instant.parse(min.asString()).toEpochMilli() * 1000;
                long high = Instant.parse(max.asString()).toEpochMilli() * 1000;
                assertThat(low).isLessThanOrEqualTo(values.getFirst()).isGreaterThan(values.getFirst() - 1000);
                assertThat(high).isGreaterThanOrEqualTo(values.getLast()).isLessThan(values.getLast() + 1000);
            }
        }
    }

    private static <T extends Comparable<? super T>> List<T> values(Cells cells, IntFunction<T> value) {
        return IntStream.range(0, cells.size())
                .filter(row -> !cells.isNull(row))
                .mapToObj(value)
                .sorted()
                .toList();
    }

    private static void checkFloating(Cells cells, JsonNode min, JsonNode max) {
        var values = values(cells, row -> ((Number) cells.boxed(row)).doubleValue());
        if (values.stream().anyMatch(value -> value.isNaN())) {
            assertThat(min.isMissingNode() && max.isMissingNode()).isTrue();
            return;
        }
        if (values.getFirst().isInfinite()) {
            assertThat(min.isMissingNode()).isTrue();
        } else {
            assertThat(bound(cells, min)).isEqualTo(values.getFirst() + 0.0);
        }
        assertThat(bound(cells, max)).isEqualTo(values.getLast() + 0.0);
    }

    private static double bound(Cells cells, JsonNode bound) {
        String text = bound.decimalValue().toString();
        return (cells instanceof FloatCells ? Float.parseFloat(text) : Double.parseDouble(text)) + 0.0;
    }

    private static void checkText(BytesCells cells, JsonNode min, JsonNode max) {
        if (min.isMissingNode() || max.isMissingNode()) {
            assertThat(values(cells, cells::length).getLast()).isGreaterThan(255);
            return;
        }
        byte[] low = min.asString().getBytes(StandardCharsets.UTF_8);
        byte[] high = max.asString().getBytes(StandardCharsets.UTF_8);
        for (int row = 0; row < cells.size(); row++) {
            if (!cells.isNull(row)) {
                assertThat(Arrays.compareUnsigned(low, cells.value(row))).isLessThanOrEqualTo(0);
                assertThat(Arrays.compareUnsigned(high, cells.value(row))).isGreaterThanOrEqualTo(0);
            }
        }
        assertThat(min.asString().codePointCount(0, min.asString().length())).isLessThanOrEqualTo(32);
    }

    @Test
    void a_zero_bounds_both_zeros() {
        assertThat(Bounds.of(Primitive.DOUBLE, "0.0", Bounds.Side.MIN)).contains(-0.0);
        assertThat(Bounds.of(Primitive.DOUBLE, "-0.0", Bounds.Side.MAX)).contains(0.0);
    }

    @Test
    void only_the_first_columns_are_indexed_or_the_named_ones() throws Exception {
        var schema = new Schema(List.of(
                new Column("p", Primitive.STRING),
                new Column("a", Primitive.LONG),
                new Column(
                        "b",
                        new DataType.Struct(
                                List.of(new Column("x", Primitive.LONG), new Column("y.z", Primitive.LONG)))),
                new Column("c", Primitive.LONG)));
        assertThat(leaves(schema, Map.of("delta.dataSkippingNumIndexedCols", "2")))
                .containsExactly("a", "x");
        assertThat(leaves(schema, Map.of("delta.dataSkippingNumIndexedCols", "-1")))
                .containsExactly("a", "x", "y.z", "c");
        assertThat(leaves(schema, Map.of("delta.dataSkippingStatsColumns", "C, b.`y.z`")))
                .containsExactly("y.z", "c");
        assertThat(leaves(schema, Map.of("delta.dataSkippingStatsColumns", "b")))
                .containsExactly("x", "y.z");
        assertThat(StatisticsPlan.of(
                                schema,
                                List.of("p"),
                                Map.of("delta.dataSkippingNumIndexedCols", "0"),
                                List.of(List.of("c")))
                        .nodes())
                .hasSize(1);
    }

    private static List<String> leaves(Schema schema, Map<String, String> properties) {
        return leaves(StatisticsPlan.of(schema, List.of("P"), properties, List.of())
                        .nodes())
                .toList();
    }

    private static Stream<String> leaves(List<StatisticsPlan.Node> nodes) {
        return nodes.stream().flatMap(node -> switch (node) {
            case StatisticsPlan.Node.Leaf leaf -> Stream.of(leaf.name());
            case StatisticsPlan.Node.Group group -> leaves(group.children());
        });
    }
}
