package io.sluice.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Schema;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScanReaderTest {

    @TempDir
    Path directory;

    private DuckDb duckDb;

    @BeforeEach
    void open() {
        duckDb = new DuckDb(new DuckDb.Settings(List.of(directory), directory.resolve("spill"), 512L << 20, 2, 4));
    }

    @AfterEach
    void close() {
        duckDb.close();
    }

    private Path parquet(String name, String select) throws Exception {
        Path file = directory.resolve(name);
        return duckDb.call(DuckDb.Purpose.INGEST, connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute("COPY (" + select + ") TO " + DuckDb.literal(file.toString()) + " (FORMAT parquet)");
            }
            return file;
        });
    }

    private static Scan.File file(Path path) {
        return new Scan.File(path, Map.of(), Optional.empty());
    }

    private String json(Question question) throws Exception {
        var out = new ByteArrayOutputStream();
        reader().write(question, delivery(RowFormat.JSON, out));
        return out.toString(StandardCharsets.UTF_8);
    }

    private ScanReader reader() {
        return new ScanReader(duckDb, directory.resolve("scratch"));
    }

    private static Delivery delivery(RowFormat format, OutputStream out) {
        return new Delivery(format, out, new WorkTime(Duration.ofSeconds(30)), new ByteLimit("limit", Long.MAX_VALUE));
    }

    private static Question page(Question question, long limit) {
        return new Question(
                question.scan(),
                question.columns(),
                question.filters(),
                question.orderBy(),
                OptionalLong.of(limit),
                question.start());
    }

    @Test
    void rows_of_several_files_come_in_the_order_of_the_files() throws Exception {
        var schema = new Schema(List.of(new Column("id", Primitive.LONG), new Column("name", Primitive.STRING)));
        var scan = new Scan(
                schema,
                List.of(),
                Scan.Binding.PHYSICAL_NAME,
                List.of(
                        file(parquet("b.parquet", "SELECT 1::BIGINT id, 'a\"\\\n' AS name")),
                        file(parquet("a.parquet", "SELECT 2 AS id"))));

        assertThat(json(Question.everything(scan)))
                .isEqualTo("[{\"id\":1,\"name\":\"a\\\"\\\\\\n\"},{\"id\":2,\"name\":null}]");
    }

    @Test
    void no_files_are_no_rows() throws Exception {
        var schema = new Schema(List.of(new Column("id", Primitive.LONG)));
        var scan = new Scan(schema, List.of(), Scan.Binding.PHYSICAL_NAME, List.of());

        assertThat(json(Question.everything(scan))).isEqualTo("[]");
    }

    @Test
    void pages_follow_each_other_without_gap_or_overlap() throws Exception {
        var schema = new Schema(List.of(new Column("id", Primitive.LONG)));
        var scan = new Scan(
                schema,
                List.of(),
                Scan.Binding.PHYSICAL_NAME,
                List.of(
                        file(parquet("a.parquet", "SELECT range AS id FROM range(5)")),
                        new Scan.File(
                                parquet("b.parquet", "SELECT range + 5 AS id FROM range(5)"),
                                Map.of(),
                                Optional.of(new long[] {1, 3})),
                        file(parquet("c.parquet", "SELECT range + 10 AS id FROM range(3)"))));

        var question = page(Question.everything(scan), 4);
        var all = new StringBuilder();
        while (true) {
            var out = new ByteArrayOutputStream();
            Answer answer = reader().write(question, delivery(RowFormat.JSON, out));
            all.append(out.toString(StandardCharsets.UTF_8).replace("},{", "},\n{"))
                    .append('\n');
            if (answer.next().isEmpty()) {
                break;
            }
            question = new Question(scan, question.columns(), List.of(), List.of(), question.limit(), answer.next());
        }

        assertThat(all.toString().lines().map(line -> line.replaceAll("\\D", "")))
                .containsExactly("0", "1", "2", "3", "4", "10", "11", "12", "5", "7", "9");
    }

    @Test
    void whole_tables_are_sorted_in_little_memory_whatever_is_deleted() throws Exception {
        duckDb.close();
        duckDb = new DuckDb(new DuckDb.Settings(List.of(directory), directory.resolve("spill"), 48L << 20, 2, 4));
        var schema = new Schema(List.of(new Column("id", Primitive.LONG), new Column("name", Primitive.STRING)));
        long[] deleted = java.util.stream.LongStream.range(0, 2_000).toArray();
        var scan = new Scan(
                schema,
                List.of(),
                Scan.Binding.PHYSICAL_NAME,
                List.of(
                        file(parquet("a.parquet", "SELECT range AS id, md5(id::VARCHAR) AS name FROM range(1500000)")),
                        new Scan.File(
                                parquet(
                                        "b.parquet",
                                        "SELECT 1500000 + range AS id, md5(id::VARCHAR) AS name FROM range(1500000)"),
                                Map.of(),
                                Optional.of(deleted))));
        var byName = new Question.Order(List.of("name"), Question.Direction.ASCENDING);
        var columns = Question.everything(scan).columns();
        var question = new Question(scan, columns, List.of(), List.of(byName), OptionalLong.empty(), Optional.empty());

        var answer = reader().write(question, delivery(RowFormat.NDJSON, OutputStream.nullOutputStream()));

        assertThat(answer.rows()).isEqualTo(3_000_000 - deleted.length);
    }

    @Test
    void many_deleted_rows_are_joined_away() throws Exception {
        var schema = new Schema(List.of(new Column("id", Primitive.LONG)));
        long[] deleted = java.util.stream.LongStream.range(0, 10_000)
                .filter(row -> row % 100 != 7)
                .toArray();
        var scan = new Scan(
                schema,
                List.of(),
                Scan.Binding.PHYSICAL_NAME,
                List.of(new Scan.File(
                        parquet("a.parquet", "SELECT range AS id FROM range(10000)"), Map.of(), Optional.of(deleted))));

        assertThat(reader().count(Question.everything(scan), new WorkTime(Duration.ofSeconds(30))))
                .isEqualTo(100);
        assertThat(json(page(Question.everything(scan), 2))).isEqualTo("[{\"id\":7},{\"id\":107}]");
    }

    /// Files of every kind, one after the other: ids count on over all rows that are wanted.
    private Scan feed(int rounds, int rows) throws Exception {
        var schema = new Schema(List.of(new Column("id", Primitive.LONG), new Column("kind", Primitive.STRING)));
        String twice = "SELECT range * 2 AS id, 'own' AS kind FROM range(" + rows + ")";
        Path file = parquet("all.parquet", twice);
        long[] some = java.util.stream.LongStream.range(0, rows / 2).toArray();
        var files = new java.util.ArrayList<Scan.File>();
        for (int i = 0; i < rounds; i++) {
            Map<String, String> kind = Map.of("kind", "given" + i);
            files.add(new Scan.File(file, kind, Optional.empty()));
            files.add(new Scan.File(file, kind, Optional.of(some)));
            files.add(new Scan.File(file, "some", kind, Optional.empty(), Optional.of(some), Set.of()));
            files.add(new Scan.File(file, "own", kind, Optional.empty(), Optional.empty(), Set.of("kind")));
        }
        return new Scan(schema, List.of("kind"), Scan.Binding.PHYSICAL_NAME, files, Scan.Ordering.AS_GIVEN);
    }

    private static List<String> expected(int rounds, int rows) {
        var lines = new java.util.ArrayList<String>();
        for (int i = 0; i < rounds; i++) {
            String kind = "\"kind\":\"given" + i + "\"}";
            String own = "\"kind\":\"own\"}";
            for (int part = 0; part < 4; part++) {
                for (int row = part == 1 ? rows / 2 : 0; row < (part == 2 ? rows / 2 : rows); row++) {
                    lines.add("{\"id\":" + 2 * row + "," + (part == 3 ? own : kind));
                }
            }
        }
        return lines;
    }

    /// Few and many deleted rows, few and many changes from one kind of file to another.
    @ParameterizedTest
    @CsvSource({"1, 10", "3, 10", "2, 2000", "20, 10", "20, 500"})
    void files_of_every_kind_come_as_given_whole_and_in_pages(int rounds, int rows) throws Exception {
        Scan scan = feed(rounds, rows);
        List<String> expected = expected(rounds, rows);
        var out = new ByteArrayOutputStream();
        reader().write(Question.everything(scan), delivery(RowFormat.NDJSON, out));
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).containsExactlyElementsOf(expected);

        var question = page(Question.everything(scan), expected.size() / 4 + 1);
        var paged = new java.util.ArrayList<String>();
        while (true) {
            var page = new ByteArrayOutputStream();
            Answer answer = reader().write(question, delivery(RowFormat.JSON, page));
            String text = page.toString(StandardCharsets.UTF_8);
            paged.addAll(List.of(
                    text.substring(1, text.length() - 1).replace("},{", "}\n{").split("\n")));
            if (answer.next().isEmpty()) {
                break;
            }
            question = new Question(scan, question.columns(), List.of(), List.of(), question.limit(), answer.next());
        }
        assertThat(paged).containsExactlyElementsOf(expected);
    }

    @Test
    void partition_values_stand_in_their_column() throws Exception {
        var schema = new Schema(List.of(
                new Column("day", Primitive.DATE),
                new Column("id", Primitive.INTEGER),
                new Column("d", new DataType.Decimal(5, 2))));
        var one = new java.util.HashMap<String, String>(Map.of("day", "2024-02-29", "d", "1.5"));
        var other = new java.util.HashMap<String, String>(Map.of("day", "", "d", "-0.25"));
        var scan = new Scan(
                schema,
                List.of("day", "d"),
                Scan.Binding.PHYSICAL_NAME,
                List.of(
                        new Scan.File(
                                parquet("a.parquet", "SELECT 1 AS id"), java.util.Map.copyOf(one), Optional.empty()),
                        new Scan.File(
                                parquet("b.parquet", "SELECT 2 AS id"),
                                java.util.Map.copyOf(other),
                                Optional.empty())));

        assertThat(json(Question.everything(scan)))
                .isEqualTo(
                        "[{\"day\":\"2024-02-29\",\"id\":1,\"d\":\"1.50\"},{\"day\":null,\"id\":2,\"d\":\"-0.25\"}]");
    }
}
