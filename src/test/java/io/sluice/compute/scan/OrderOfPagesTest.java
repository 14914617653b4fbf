package io.sluice.compute.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.compute.Answer;
import io.sluice.compute.ByteLimit;
import io.sluice.compute.Delivery;
import io.sluice.compute.DuckDb;
import io.sluice.compute.Filter;
import io.sluice.compute.FilterLimits;
import io.sluice.compute.Question;
import io.sluice.compute.Question.AnswerColumn;
import io.sluice.compute.Question.Position;
import io.sluice.compute.RowFormat;
import io.sluice.compute.Scan;
import io.sluice.compute.ScanReader;
import io.sluice.compute.WorkTime;
import io.sluice.table.Column;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Schema;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pages without `orderBy` stand on the order of files and rows: a row that comes out of turn is one that a page
/// skips. `-Dsluice.pages.rounds` chooses how often each is read.
class OrderOfPagesTest {

    private static final int ROUNDS = Integer.getInteger("sluice.pages.rounds", 3);
    private static final int FILES = 40;
    private static final int ROWS_OF_A_FILE = 2_000;

    private static final Schema SCHEMA = new Schema(List.of(
            new Column("id", Primitive.LONG),
            new Column("k", Primitive.LONG),
            new Column("d", Primitive.DOUBLE),
            new Column("name", Primitive.STRING),
            new Column("day", Primitive.DATE),
            new Column("p", Primitive.STRING)));

    @TempDir
    static Path directory;

    private static DuckDb duckDb;
    private static List<Path> files = List.of();

    @BeforeAll
    static void write() throws Exception {
        duckDb = new DuckDb(new DuckDb.Settings(List.of(directory), directory.resolve("spill"), 512L << 20, 4, 4));
        files = duckDb.call(DuckDb.Purpose.INGEST, connection -> {
            var paths = new ArrayList<Path>();
            try (var statement = connection.createStatement()) {
                for (int i = 0; i < FILES; i++) {
                    Path path = directory.resolve("f" + i + ".parquet");
                    statement.execute(
                            "COPY (SELECT range AS id, range % 1000 AS k, range / 3 AS d, 'n' || range AS name,"
                                    + " DATE '2026-01-01' + (range % 300)::INTEGER AS day FROM range("
                                    + (long) i * ROWS_OF_A_FILE + ", " + (i + 1L) * ROWS_OF_A_FILE + ")) TO '" + path
                                    + "' (FORMAT parquet, ROW_GROUP_SIZE 2048)");
                    paths.add(path);
                }
            }
            return paths;
        });
    }

    @AfterAll
    static void close() {
        duckDb.close();
    }

    /// Which rows of a file a scan reads.
    private interface Reading {
        Scan.File of(int file, Path path);
    }

    private static Scan.File whole(int file, Path path) {
        return new Scan.File(path, Map.of("p", "p" + file % 3), Optional.empty());
    }

    /// Every third file has deleted rows, every fifth tells single ones, and every seventh has a column of its
    /// own.
    private static Scan.File mixed(int file, Path path, int listed) {
        long[] rows = LongStream.range(0, listed).map(row -> row * 7 + 3).toArray();
        if (file % 3 == 1) {
            return new Scan.File(path, Map.of("p", "x"), Optional.of(rows));
        }
        return file % 5 == 2
                ? new Scan.File(path, "only", Map.of("p", "y"), Optional.empty(), Optional.of(rows), Set.of())
                : whole(file, path);
    }

    private static Scan scan(Reading reading) {
        return new Scan(
                SCHEMA,
                List.of("p"),
                Scan.Binding.PHYSICAL_NAME,
                IntStream.range(0, FILES)
                        .mapToObj(file -> reading.of(file, files.get(file)))
                        .toList(),
                Scan.Ordering.AS_GIVEN);
    }

    private static Filter filter(String text) {
        return Filter.parse(text, SCHEMA, new FilterLimits(65_536, 2_000, 64));
    }

    private static List<Long> paged(Scan scan, List<Filter> filters, Random random) throws Exception {
        var reader = new ScanReader(duckDb, directory.resolve("scratch"));
        var ids = new ArrayList<Long>();
        Optional<Position> next = Optional.empty();
        do {
            var question = new Question(
                    scan,
                    List.of(AnswerColumn.of(SCHEMA.columns().getFirst())),
                    filters,
                    List.of(),
                    OptionalLong.of(1 + random.nextInt(random.nextInt(4) == 0 ? 9_000 : 300)),
                    next);
            var out = new ByteArrayOutputStream();
            Answer answer = reader.write(
                    question,
                    new Delivery(
                            RowFormat.JSON,
                            out,
                            new WorkTime(Duration.ofSeconds(60)),
                            new ByteLimit("limit", Long.MAX_VALUE)));
            for (String text : out.toString(StandardCharsets.UTF_8).split("\\D+")) {
                if (!text.isEmpty()) {
                    ids.add(Long.parseLong(text));
                }
            }
            next = answer.next();
        } while (next.isPresent());
        return ids;
    }

    private static List<Long> expected(Scan scan, LongPredicate wanted) {
        var ids = new ArrayList<Long>();
        for (int file = 0; file < FILES; file++) {
            Scan.File read = scan.files().get(file);
            var rows = new TreeSet<>(
                    LongStream.of(read.listedRows().orElse(new long[0])).boxed().toList());
            for (long row = 0; row < ROWS_OF_A_FILE; row++) {
                boolean there = read.onlyRows().isPresent() == rows.contains(row);
                long id = (long) file * ROWS_OF_A_FILE + row;
                if (there && wanted.test(id)) {
                    ids.add(id);
                }
            }
        }
        return ids;
    }

    private static void assertInOrder(Scan scan, String where, LongPredicate wanted) throws Exception {
        List<Long> expected = expected(scan, wanted);
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(paged(scan, where.isEmpty() ? List.of() : List.of(filter(where)), new Random(round)))
                    .as("round %d", round)
                    .isEqualTo(expected);
        }
    }

    @Test
    void of_whole_files() throws Exception {
        assertInOrder(scan(OrderOfPagesTest::whole), "", _ -> true);
    }

    @Test
    void of_rows_that_a_condition_chooses() throws Exception {
        assertInOrder(scan(OrderOfPagesTest::whole), "k < 60 OR k > 990", id -> id % 1000 < 60 || id % 1000 > 990);
    }

    @Test
    void of_rows_that_are_in_a_list() throws Exception {
        var list = Set.of(3L, 77L, 401L, 402L, 403L, 550L, 551L, 999L);
        String in = "k IN (3, 77, 401, 402, 403, 550, 551, 999)";
        assertInOrder(scan(OrderOfPagesTest::whole), in, id -> list.contains(id % 1000));
        assertInOrder(
                scan(OrderOfPagesTest::whole),
                "NOT " + in + " AND k < 404",
                id -> !list.contains(id % 1000) && id % 1000 < 404);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 40})
    void of_files_of_which_single_rows_count(int listed) throws Exception {
        Scan scan = scan((file, path) -> mixed(file, path, listed));
        assertInOrder(scan, "id >= 70000", id -> id >= 70_000);
        Scan alike = scan((file, path) -> mixed(1, path, listed > 5 ? 1 : listed));
        assertInOrder(alike, "id >= 74000", id -> id >= 74_000);
    }

    /// The number of a file is a constant here, and `k` or the partition may be one: what is left to order by is
    /// the number of a row.
    @ParameterizedTest
    @ValueSource(
            strings = {"k IN (3, 77, 401, 402, 403, 550)", "k = 3", "k > 800 AND p IN ('p0', 'a', 'b', 'c', 'd', 'e')"})
    void of_one_file(String where) throws Exception {
        var one = new Scan(
                SCHEMA,
                List.of("p"),
                Scan.Binding.PHYSICAL_NAME,
                List.of(whole(0, files.getFirst())),
                Scan.Ordering.AS_GIVEN);
        assertThat(paged(one, List.of(filter(where)), new Random(1))).isSorted().isNotEmpty();
        var listed = new Scan(
                SCHEMA,
                List.of("p"),
                Scan.Binding.PHYSICAL_NAME,
                List.of(mixed(1, files.getFirst(), 8)),
                one.ordering());
        assertThat(paged(listed, List.of(filter("k > 5")), new Random(2)))
                .isSorted()
                .hasSize(1981);
        var ordered = new Question(
                one,
                List.of(AnswerColumn.of(SCHEMA.columns().getFirst())),
                List.of(filter(where)),
                List.of(
                        new Question.Order(List.of("p"), Question.Direction.ASCENDING),
                        new Question.Order(List.of("k"), Question.Direction.ASCENDING)),
                OptionalLong.of(50),
                Optional.empty());
        var out = new ByteArrayOutputStream();
        new ScanReader(duckDb, directory.resolve("scratch"))
                .write(
                        ordered,
                        new Delivery(
                                RowFormat.JSON,
                                out,
                                new WorkTime(Duration.ofSeconds(60)),
                                new ByteLimit("limit", Long.MAX_VALUE)));
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("[{");
    }

    /// DuckDB promises the order of rows for projections and filters of one read, and for a `LIMIT` of them. That
    /// its optimizer makes nothing else of them is seen in the plan.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "id = 7",
                "k = 1 OR k = 2 OR k = 3 OR k = 4 OR k = 5 OR k = 6 OR k = 7 OR k = 8",
                "name = 'a' OR name = 'b' OR name = 'c' OR name = 'd' OR name = 'e' OR name = 'f' OR name = 'g'",
                "k <> 1 AND k <> 2 AND k <> 3 AND k <> 4 AND k <> 5 AND k <> 6 AND k <> 7",
                "p = 'p1'",
                "p = 'p0' OR p = 'p1' OR p = 'p2' OR p = 'p3' OR p = 'p4' OR p = 'p5'",
                "id BETWEEN 5 AND 50000 AND NOT (k > 3 AND k < 6)",
                "name LIKE 'n1%' OR name RLIKE '^n[0-9]+5$' OR contains(name, '77')",
                "CASE WHEN k > 5 THEN d > 3.5 ELSE coalesce(day, DATE '2026-02-02') > DATE '2026-01-05' END",
                "year(day) = 2026 AND month(day) IN (1)",
                "greatest(k, id, 5) <=> 7 OR nullif(k, 1) IS NULL",
                "equal_null(name, 'n5') OR if(k > 3, true, false)",
                "length(concat(upper(name), trim(p))) > 3 AND abs(d) + sqrt(d) > 0 AND cast(k AS string) <> 'x'"
            })
    void plans_that_keep_the_order_join_nothing(String where) throws Exception {
        var question = new Question(
                scan(OrderOfPagesTest::whole),
                SCHEMA.columns().stream().map(AnswerColumn::of).toList(),
                where.isEmpty() ? List.of() : List.of(filter(where)),
                List.of(),
                OptionalLong.of(100),
                Optional.of(new Position.Row(3, 17)));
        String select = new QuestionSql(question, QuestionSql.Paging.NEXT_PAGE).select();

        assertThat(select.contains("ORDER BY")).isEqualTo(where.contains(" IN "));
        if (!select.contains("ORDER BY")) {
            assertThat(operators(select))
                    .contains("READ_PARQUET")
                    .isSubsetOf("LIMIT", "STREAMING_LIMIT", "PROJECTION", "FILTER", "READ_PARQUET");
        }
    }

    private static Set<String> operators(String select) throws Exception {
        return duckDb.call(DuckDb.Purpose.QUERY, connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("EXPLAIN (FORMAT json) " + select)) {
                rows.next();
                var names = new TreeSet<String>();
                var matcher =
                        Pattern.compile("\"name\"\\s*:\\s*\"([A-Z_]+) *\"").matcher(rows.getString(2));
                while (matcher.find()) {
                    names.add(matcher.group(1));
                }
                return names;
            }
        });
    }
}
