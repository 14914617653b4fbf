package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.storage.Storages;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.JsonValues;
import io.sluice.table.Predicate;
import io.sluice.table.Predicate.Operator;
import io.sluice.table.Schema;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilePruningTest {

    private static final List<String> NAMES = List.of("p", "n", "d", "s", "t", "x", "day");

    @TempDir
    Path root;

    private Storages storages;
    private Snapshots snapshots;

    @BeforeEach
    void open() {
        storages = PackTables.storages(root);
        snapshots = new Snapshots(storages);
    }

    private HandMadeTable table() {
        Schema schema = new Schema(List.of(
                new Column("p", DataType.Primitive.TIMESTAMP),
                new Column("n", DataType.Primitive.LONG),
                new Column("d", new DataType.Decimal(20, 2)),
                new Column("s", DataType.Primitive.STRING),
                new Column("t", DataType.Primitive.TIMESTAMP),
                new Column("x", DataType.Primitive.DOUBLE),
                new Column("day", DataType.Primitive.DATE)));
        return HandMadeTable.create(
                storages, "t", new TableSpec(schema, List.of("p"), List.of(), Map.of(), Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void no_file_with_a_matching_row_is_left_out(long seed) {
        Random random = new Random(seed);
        HandMadeTable table = table();
        Map<String, List<Object[]>> rows = new HashMap<>();
        for (int commit = 0; commit < 5; commit++) {
            List<Action> adds = new ArrayList<>();
            for (String path : List.copyOf(rows.keySet())) {
                adds.addAll(changed(path, rows, random));
            }
            for (int i = 0; i < 20; i++) {
                String path = "c" + commit + "-" + i + ".parquet";
                List<Object[]> content = content(random);
                rows.put(path, content);
                adds.add(add(path, content, random));
            }
            table.commit(adds);
            TableSnapshot snapshot = snapshots.latest(table.location());
            int left = 0;
            for (int i = 0; i < 200; i++) {
                Predicate predicate = predicate(random, 2);
                List<DataFile> kept = FilePruning.mayMatch(snapshot, predicate);
                left += snapshot.files().size() - kept.size();
                List<String> matching = rows.entrySet().stream()
                        .filter(file -> file.getValue().stream().anyMatch(row -> matches(predicate, row)))
                        .map(Map.Entry::getKey)
                        .toList();
                assertThat(kept.stream().map(file -> file.add().path()))
                        .as("%s", predicate)
                        .containsAll(matching);
            }
            assertThat(left).isPositive();
        }
    }

    /// One file in four goes, or has other rows from now on: in its place, or behind all others.
    private static List<Action> changed(String path, Map<String, List<Object[]>> rows, Random random) {
        Action gone = HandMadeTable.remove(path, Optional.empty());
        return switch (random.nextInt(12)) {
            case 0 -> {
                rows.remove(path);
                yield List.of(gone);
            }
            case 1 -> {
                rows.put(path, content(random));
                yield List.of(add(path, rows.get(path), random));
            }
            case 2 -> {
                rows.put(path, content(random));
                yield List.of(gone, add(path, rows.get(path), random));
            }
            default -> List.of();
        };
    }

    private static List<Object[]> content(Random random) {
        Object partition = random.nextInt(6) == 0 ? null : value("p", random);
        int base = random.nextInt(40);
        boolean noNumbers = random.nextInt(8) == 0;
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            Object[] row = new Object[NAMES.size()];
            row[0] = partition;
            for (int column = 1; column < row.length; column++) {
                row[column] = random.nextInt(6) == 0 ? null : value(NAMES.get(column), random);
            }
            row[1] = noNumbers ? null : Long.valueOf(base + random.nextInt(5));
            rows.add(row);
        }
        return rows;
    }

    private static Object value(String column, Random random) {
        return switch (column) {
            case "p" -> Instant.parse("2026-01-01T00:00:00Z").plus(random.nextInt(5), ChronoUnit.HOURS);
            case "n" -> (long) random.nextInt(45);
            case "d" -> new BigDecimal(random.nextInt(100) + ".25").add(new BigDecimal("123456789012345678"));
            case "s" ->
                "common-prefix-of-thirty-two-chars".substring(0, 20 + random.nextInt(13))
                        + (char) ('a' + random.nextInt(4))
                        + (random.nextBoolean() ? "😀" : "\uffee");
            case "t" -> Instant.parse("2026-01-01T00:00:00Z").plus(random.nextInt(5_000), ChronoUnit.MICROS);
            case "x" -> random.nextInt(5) == 0 ? Double.NaN : random.nextInt(10) / 2.0 - 1;
            case "day" -> LocalDate.of(2026, 1, 1).plusDays(random.nextInt(30));
            default -> throw new IllegalArgumentException(column);
        };
    }

    /// Statistics as a writer would make them: strings cut at 32 characters, timestamps at milliseconds, NaN left
    /// out, some missing.
    private static Action.AddFile add(String path, List<Object[]> rows, Random random) {
        Map<String, Object> min = new LinkedHashMap<>();
        Map<String, Object> max = new LinkedHashMap<>();
        Map<String, Object> nulls = new LinkedHashMap<>();
        for (int column = 1; column < NAMES.size(); column++) {
            int at = column;
            List<Object> values = rows.stream()
                    .map(row -> row[at])
                    .filter(Objects::nonNull)
                    .filter(value -> !Double.valueOf(Double.NaN).equals(value))
                    .sorted((left, right) -> order(left, right))
                    .toList();
            if (random.nextInt(10) == 0) {
                continue;
            }
            nulls.put(
                    NAMES.get(at), rows.stream().filter(row -> row[at] == null).count());
            if (!values.isEmpty()) {
                min.put(NAMES.get(at), json(values.getFirst()));
                max.put(NAMES.get(at), json(values.getLast()));
            }
        }
        Map<String, Object> stats = new LinkedHashMap<>();
        stats.put("numRecords", rows.size());
        stats.put("minValues", min);
        stats.put("maxValues", max);
        stats.put("nullCount", nulls);
        Map<String, @Nullable String> partition = new HashMap<>();
        Object value = rows.getFirst()[0];
        partition.put("p", value == null ? null : random.nextBoolean() ? value.toString() : blank((Instant) value));
        Action.AddFile add = HandMadeTable.add(path, JsonValues.write(stats));
        return new Action.AddFile(
                path,
                partition,
                1,
                1,
                true,
                random.nextInt(15) == 0 ? Optional.empty() : add.stats(),
                Map.of(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty());
    }

    private static String blank(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC).toLocalDate() + " "
                + instant.atOffset(ZoneOffset.UTC).toLocalTime() + ":00";
    }

    private static Object json(Object value) {
        return switch (value) {
            case String text ->
                text.codePointCount(0, text.length()) <= 32 ? text : text.substring(0, text.offsetByCodePoints(0, 32));
            case Instant instant -> instant.truncatedTo(ChronoUnit.MILLIS).toString();
            case LocalDate date -> date.toString();
            case BigDecimal decimal -> decimal.doubleValue(); // as delta-rs does
            default -> value;
        };
    }

    private static int order(Object left, Object right) {
        return switch (left) {
            case Long number -> number.compareTo((Long) right);
            case Double number -> Double.compare(number, (Double) right);
            case BigDecimal number -> number.compareTo((BigDecimal) right);
            case Instant instant -> instant.compareTo((Instant) right);
            case LocalDate date -> date.compareTo((LocalDate) right);
            case String text ->
                Arrays.compareUnsigned(
                        text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        ((String) right).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            default -> throw new IllegalArgumentException();
        };
    }

    private static Predicate predicate(Random random, int depth) {
        String column = NAMES.get(random.nextInt(NAMES.size()));
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> new Predicate.IsNull(List.of(column));
            case 1 -> new Predicate.IsNotNull(List.of(column));
            case 2 -> new Predicate.In(List.of(column), List.of(value(column, random), value(column, random)));
            case 6 -> new Predicate.And(List.of(predicate(random, depth - 1), predicate(random, depth - 1)));
            case 7 -> new Predicate.Or(List.of(predicate(random, depth - 1), predicate(random, depth - 1)));
            default ->
                new Predicate.Comparison(
                        List.of(column),
                        Operator.values()[random.nextInt(Operator.values().length)],
                        value(column, random));
        };
    }

    private static boolean matches(Predicate predicate, Object[] row) {
        return switch (predicate) {
            case Predicate.And(var parts) -> parts.stream().allMatch(part -> matches(part, row));
            case Predicate.Or(var parts) -> parts.stream().anyMatch(part -> matches(part, row));
            case Predicate.Anything _ -> true;
            case Predicate.Nothing _ -> false;
            case Predicate.IsNull(var column) -> row[NAMES.indexOf(column.getFirst())] == null;
            case Predicate.IsNotNull(var column) -> row[NAMES.indexOf(column.getFirst())] != null;
            case Predicate.In(var column, var values) ->
                values.stream()
                        .anyMatch(value -> matches(new Predicate.Comparison(column, Operator.EQUAL, value), row));
            case Predicate.Comparison(var column, var operator, var constant) -> {
                Object value = row[NAMES.indexOf(column.getFirst())];
                if (value == null) {
                    yield false;
                }
                int order = order(value, constant);
                yield switch (operator) {
                    case EQUAL, NOT_DISTINCT -> order == 0;
                    case LESS -> order < 0;
                    case LESS_OR_EQUAL -> order <= 0;
                    case GREATER -> order > 0;
                    case GREATER_OR_EQUAL -> order >= 0;
                    case NOT_EQUAL -> order != 0;
                };
            }
        };
    }

    @Test
    void an_empty_partition_value_is_null() {
        HandMadeTable table = HandMadeTable.create(
                storages,
                "e",
                new TableSpec(
                        new Schema(List.of(
                                new Column("k", DataType.Primitive.STRING), new Column("id", DataType.Primitive.LONG))),
                        List.of("k"),
                        List.of(),
                        Map.of(),
                        Optional.empty()));
        Action.AddFile plain = HandMadeTable.add("a.parquet");
        table.commit(new Action.AddFile(
                "a.parquet",
                Map.of("k", ""),
                1,
                1,
                true,
                plain.stats(),
                Map.of(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty()));
        TableSnapshot snapshot = snapshots.latest(table.location());

        assertThat(FilePruning.mayMatch(snapshot, new Predicate.IsNull(List.of("K"))))
                .hasSize(1);
        assertThat(FilePruning.mayMatch(snapshot, new Predicate.Comparison(List.of("k"), Operator.EQUAL, "")))
                .isEmpty();
    }

    @Test
    void a_look_up_over_many_files_finds_the_one() {
        HandMadeTable table = HandMadeTable.create(storages, "many");
        List<Action> adds = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            adds.add(HandMadeTable.add(
                    "part-" + i + ".parquet",
                    "{\"numRecords\":10,\"minValues\":{\"id\":" + i * 10 + "},\"maxValues\":{\"id\":" + (i * 10 + 9)
                            + "},\"nullCount\":{\"id\":0}}"));
        }
        table.commit(adds);
        TableSnapshot snapshot = snapshots.latest(table.location());
        Predicate lookUp = new Predicate.Comparison(List.of("id"), Operator.EQUAL, 77_777L);

        assertThat(FilePruning.mayMatch(snapshot, lookUp).stream()
                        .map(file -> file.add().path()))
                .containsExactly("part-7777.parquet");
    }
}
