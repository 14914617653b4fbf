package io.sluice.compute.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.compute.DuckDb;
import io.sluice.compute.Filter;
import io.sluice.compute.FilterLimits;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Predicate;
import io.sluice.table.Predicate.Operator;
import io.sluice.table.Schema;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTextTest {

    private static final FilterLimits LIMITS = new FilterLimits(65_536, 2_000, 64);

    private static final Schema SCHEMA = new Schema(List.of(
            new Column("id", Primitive.LONG),
            new Column("b", Primitive.BYTE),
            new Column("f", Primitive.FLOAT),
            new Column("d", Primitive.DOUBLE),
            new Column("dec", new DataType.Decimal(10, 4)),
            new Column("name", Primitive.STRING),
            new Column("z", Primitive.BOOLEAN),
            new Column("day", Primitive.DATE),
            new Column("ts", Primitive.TIMESTAMP),
            new Column("t", Primitive.TIMESTAMP_NTZ),
            new Column("bin", Primitive.BINARY),
            new Column(
                    "s",
                    new DataType.Struct(
                            List.of(new Column("x", Primitive.INTEGER), new Column("Y y", Primitive.STRING)))),
            new Column("id.num", Primitive.INTEGER),
            new Column("id.num`s", Primitive.INTEGER)));

    /// One row: id 5, name '7', nulls where the name says.
    private static final String ROW = """
            SELECT 5::BIGINT AS id, 7::TINYINT AS b, 0.1::FLOAT AS f, 'NaN'::DOUBLE AS d, 1.5::DECIMAL(10,4) AS "dec",
              '7' AS name, true AS z, DATE '2024-02-29' AS day, TIMESTAMPTZ '2024-02-29 12:00:00Z' AS ts,
              TIMESTAMP '2024-02-29 12:00:00' AS t, '\\xAB'::BLOB AS bin, {'x': 3, 'Y y': NULL::VARCHAR} AS s,
              1 AS "id.num", 2 AS "id.num`s"
            """;

    @TempDir
    static Path directory;

    private static DuckDb duckDb;

    @BeforeAll
    static void open() {
        duckDb = new DuckDb(new DuckDb.Settings(List.of(directory), directory, 256L << 20, 1, 2));
    }

    @AfterAll
    static void close() {
        duckDb.close();
    }

    private static Filter parse(String text) {
        return Filter.parse(text, SCHEMA, LIMITS);
    }

    private static String truth(String text) throws Exception {
        String sql = "SELECT CAST((" + parse(text).sql() + ") AS VARCHAR) FROM (" + ROW + ") AS \"sluice$scan\"";
        return duckDb.call(DuckDb.Purpose.QUERY, connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                rows.next();
                return String.valueOf(rows.getString(1));
            }
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "id = 5 | true",
                "`id` == 5 | true",
                "ID=5.0 | true",
                "id <> 5 | false",
                "id != 4 | true",
                "id = '5' | true",
                "id = 9223372036854775807 | false",
                "id < 92233720368547758070 | true",
                "id >= -1e3 | true",
                "b > 500 | false",
                "b = -128 | false",
                "f = 0.1 | false",
                "f = 0.1F | true",
                "d > 1e308 | true",
                "d = 'NaN' | true",
                "isnan(d) | true",
                "dec = 1.5 | true",
                "dec > 1 | true",
                "name = 7 | true",
                "name > 6.5 | true",
                "name = 'x' | false",
                "z | true",
                "NOT z | false",
                "z IS TRUE | true",
                "z IS NOT FALSE | true",
                "z = 'true' | true",
                "day = DATE'2024-02-29' | true",
                "day < '2024-03-01' | true",
                "day < TIMESTAMP'2024-02-29 00:00:01Z' | true",
                "ts = TIMESTAMP'2024-02-29 12:00:00Z' | true",
                "ts = TIMESTAMP '2024-02-29T13:00:00+01:00' | true",
                "ts > '2024-02-29 11:59:59.999999' | true",
                "t = TIMESTAMP_NTZ'2024-02-29 12:00:00' | true",
                "t < ts | false",
                "bin = X'AB' | true",
                "s.x = 3 | true",
                "s.`y y` IS NULL | true",
                "S.X BETWEEN 1 AND 3 AND id > 0 | true",
                "`id.num` = 1 | true",
                "`id.num``s` = 2 | true",
                "\"id.num\" = 1 | true",
                "id IN (1, 5, NULL) | true",
                "id NOT IN (1, 2) | true",
                "concat(name, '.4') = 7 | null",
                "concat(' ', name) = 7 | true",
                "name IN (6, 7) | true",
                "concat(name, '.4') IN (6, 7) | null",
                "f * 2 > 0.2 | true",
                "f * 2.0 > 0.2 | true",
                "f / 1 = 0.1 | false",
                "-f = -0.1 | false",
                "coalesce(f, 0) = 0.1 | false",
                "coalesce(f, 0) = 0.1F | true",
                "coalesce(f, 0.5) = 0.1F | true",
                "(id IN (1, 2, 3, 4, 1 + 4)) OR false | true",
                "id IN (1, 2, 3, 4, NULL) OR false | null",
                "id NOT IN (1, 2, 3, 4, 6) | true",
                "NOT (id IN (1, 2, 3, 4, 6) AND z) | true",
                "CASE WHEN id < 5 THEN id / 0 IN (1, 2, 3, 4, 5) ELSE true END | true",
                "CASE WHEN id < 5 THEN id / 0 IN (1, 2, 3, 4, id) ELSE true END | true",
                "CASE WHEN id < 5 THEN id / 0 IN (1, 2, 3, 4, 1 + 4) ELSE true END | true",
                "id NOT IN (1, NULL) | null",
                "name IN ('7', 'x') | true",
                "name LIKE '_' | true",
                "name NOT LIKE '8%' | true",
                "name RLIKE '^[0-9]$' | true",
                "id = NULL | null",
                "id <=> NULL | false",
                "NULL <=> NULL | true",
                "id IS DISTINCT FROM 4 | true",
                "CASE WHEN id = 5 THEN 'a' ELSE 'b' END = 'a' | true",
                "CASE id WHEN 4 THEN 1 END = 1 | null",
                "CAST(dec AS INT) = 1 | true",
                "CAST('1.9' AS DECIMAL(3,1)) > dec | true",
                "try_cast(name AS bigint) = 7 | true",
                "name::int = 7 | true",
                "-id = -5 | true",
                "id - 2 * 2 = 1 | true",
                "id / 2 = 2.5 | true",
                "id DIV 2 = 2 | true",
                "id % 2 = 1 | true",
                "abs(-id) = 5 AND coalesce(s.`Y y`, 'q') = 'q' | true",
                "year(ts) = 2024 AND month(day) = 2 AND hour(t) = 12 | true",
                "substring(name, 1, 1) = '7' | true",
                "concat('a', name) = 'a7' | true",
                "substring('tea', 0, 2) = 'te' | true",
                "substring('tea', 2, -1) = '' | true",
                "substring('tea', -2) = 'ea' | true",
                "substring(substring('tea', id - 5), id - 3) = 'ea' | true",
                "left('tea', -1) = '' AND right('tea', -1) = '' | true",
                "left('tea', 2) = 'te' AND right('tea', 2) = 'ea' | true",
                "round(1.005D, 2) = 1.01 | true",
                "round(1.005F, 2) = 1 AND round(0.125F, 2) = 0.13F | true",
                "round(f, 1) = f | true",
                "round(2.5D) = 3 AND round(-2.5D) = -3 | true",
                "round(1250D, -2) = 1300 | true",
                "round(1e300) = 1e300 AND isnan(round(d, 3)) | true",
                "ln(0) IS NULL AND ln(-1) IS NULL AND log10(0) IS NULL AND log2(-1D) IS NULL | true",
                "isnan(sqrt(-1)) | true",
                "-7.5 DIV 2 = -3 | true",
                "-7 DIV 2 = -3 | true",
                "0.3 DIV 0.1 = 3 AND 4.35 DIV 0.01 = 435 AND 7 DIV 0.2 = 35 | true",
                "(b DIV 1) * 2147483647 > 0 | true",
                "try_cast('1.9' AS INTEGER) IS NULL | true",
                "try_cast('1e3' AS INTEGER) IS NULL AND try_cast('0x1f' AS INTEGER) IS NULL | true",
                "try_cast(' 12 ' AS INTEGER) = 12 | true",
                "try_cast(d AS INTEGER) IS NULL | true",
                "CAST(1e16 AS STRING) = '1.0E16' | true",
                "CAST(d AS STRING) = 'NaN' | true",
                "CAST(f AS STRING) = '0.1' | true",
                "CAST(ts AS STRING) = '2024-02-29 12:00:00' | true",
                "CAST(dec AS STRING) = '1.5000' | true",
                "CAST('Yes' AS BOOLEAN) | true",
                "try_cast('on' AS BOOLEAN) IS NULL | true",
                "CAST(NULL AS INTEGER) IS NULL | true",
                "if(id = 5, 'x', 'y') = 'x' | true",
                "true | true",
                "id = 5 OR id = 6 AND false | true",
                "(id = 5 OR id = 6) AND false | false",
                "'a''b' = \"name\" | false",
            })
    void filters_mean_what_Spark_means(String text, String expected) throws Exception {
        assertThat(truth(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "id",
                "id =",
                "id = 5 5",
                "id = 5; DROP TABLE x",
                "id = 5) OR (true",
                "nope = 1",
                "s.nope = 1",
                "id.x = 1",
                "id = (SELECT 1)",
                "EXISTS (SELECT 1)",
                "id IN (SELECT 1)",
                "id = 5 UNION SELECT 1",
                "id = 5 GROUP BY id",
                "id = 5 -- comment",
                "id /* x */ = 5",
                "read_text('/etc/passwd') = ''",
                "getenv('HOME') = ''",
                "count(*) > 1",
                "sum(id) > 1",
                "row_number() OVER () = 1",
                "random() > 0.5",
                "now() > ts",
                "current_setting('x') = ''",
                "list_transform([1], x -> x) IS NULL",
                "id = ?",
                "id = $1",
                "id = :a",
                "* = 1",
                "id = @x",
                "id = 'x",
                "`id = 5",
                "id = 'abc'",
                "day = '2024-13-01'",
                "ts = 'yesterday'",
                "day = 5",
                "z = 5",
                "s = 5",
                "name = s",
                "CAST(s AS STRING) = 'x'",
                "CAST(id AS json) = 'x'",
                "CAST(id AS INTEGER[]) = 5",
                "id = 1x",
                "id = 1e",
                "name LIKE 5",
                "id + 'a' = 1",
                "id NOT 5",
                "CASE END = 1",
                "pg_sleep(10) = 1",
                "repeat('a', 1000000000) = ''",
                "main.abs(id) = 1",
                "E'\\x41' = 'A'",
                "id = 1e999999999BD AND dec = 1e",
                "{'a': 1} IS NULL",
                "[1] IS NULL",
                "id BETWEEN 1",
                "id IN ()",
                "INTERVAL '1' DAY IS NULL",
            })
    void what_is_not_in_the_grammar_is_refused(String text) {
        assertBad(text);
    }

    private static void assertBad(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOfSatisfying(
                        FailureException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.BadFilter.class));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CAST('1.9' AS INTEGER) = 1",
                "CAST(name || 'e3' AS BIGINT) = 1",
                "CAST('on' AS BOOLEAN)",
                "id / (id - 5) = 1",
                "mod(id, id - 5) = 1",
                "try_cast(1 / (id - 5) AS INTEGER) IS NULL",
                "1 / (1 / (id * 0)) = 1",
            })
    void what_fails_in_Spark_fails(String text) {
        assertThatThrownBy(() -> truth(text)).isInstanceOf(java.sql.SQLException.class);
    }

    @Test
    void an_unknown_column_is_named() {
        assertThatThrownBy(() -> parse("colour = 'red'"))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure()).isEqualTo(new Failure.BadFilter("there is no column colour")));
    }

    @Test
    void hostile_sizes_are_refused_before_they_cost_anything() {
        assertBad("id = 1" + " OR id = 1".repeat(100_000));
        assertBad("id = 1" + " OR id=1".repeat(3_000));
        assertBad("(".repeat(5_000) + "true" + ")".repeat(5_000));
        assertBad("NOT ".repeat(5_000) + "true");
        assertBad("- ".repeat(5_000) + "1 = id");
        assertBad("id" + " + 1".repeat(1_500) + " = 2");
        assertBad("abs(".repeat(5_000) + "id" + ")".repeat(5_000) + " = 1");
        assertBad("CASE WHEN ".repeat(3_000) + "true");
        assertBad("id IN (" + "1,".repeat(5_000) + "1)");
    }

    @Test
    void nested_calls_that_write_an_operand_twice_do_not_double_with_each_level() throws Exception {
        assertThat(truth("substring(".repeat(60) + "name" + ", 0 + id - 5, 9)".repeat(60) + " = '7'"))
                .isEqualTo("true");
        assertThat(truth("1 / (".repeat(30) + "id" + ")".repeat(30) + " = id")).isEqualTo("true");
        assertThat(truth("id" + " / (1 / id)".repeat(20) + " > 1")).isEqualTo("true");
        assertThat(truth("left(".repeat(30) + "name" + ", 1 DIV (1 / id))".repeat(30) + " = '7'"))
                .isEqualTo("true");
    }

    @Test
    void many_terms_within_the_limit_run() throws Exception {
        var terms = new ArrayList<String>();
        for (int i = 0; i < 600; i++) {
            terms.add("id = " + (i + 6));
        }
        assertThat(truth(String.join(" OR ", terms))).isEqualTo("false");
        assertThat(truth("(".repeat(60) + "z" + ")".repeat(60))).isEqualTo("true");
    }

    @Test
    void texts_are_joined_by_bars() throws Exception {
        assertThat(truth("name || 'a' || name = '7a7'")).isEqualTo("true");
    }

    @Test
    void the_columns_that_it_reads_are_named_as_in_the_schema() {
        assertThat(parse("ID = 1 AND S.x > 2 OR Name = 'a'").columns()).containsExactly("id", "s", "name");
    }

    @Test
    void comparisons_with_constants_are_predicates_of_the_column_type() {
        assertThat(parse("5 < id").predicate())
                .isEqualTo(new Predicate.Comparison(List.of("id"), Operator.GREATER, 5L));
        assertThat(parse("NOT (id = 5 OR dec <= 1)").predicate())
                .isEqualTo(new Predicate.And(List.of(
                        new Predicate.Comparison(List.of("id"), Operator.NOT_EQUAL, 5L),
                        new Predicate.Comparison(List.of("dec"), Operator.GREATER, BigDecimal.ONE))));
        assertThat(parse("day = '2024-02-29'").predicate())
                .isEqualTo(new Predicate.Comparison(List.of("day"), Operator.EQUAL, LocalDate.of(2024, 2, 29)));
        assertThat(parse("ts <= TIMESTAMP'2024-01-01 00:00:00Z'").predicate())
                .isEqualTo(new Predicate.Comparison(
                        List.of("ts"), Operator.LESS_OR_EQUAL, Instant.parse("2024-01-01T00:00:00Z")));
        assertThat(parse("s.x IN (1, 2, NULL)").predicate())
                .isEqualTo(new Predicate.In(List.of("s", "x"), List.of(1L, 2L)));
        assertThat(parse("d = 1").predicate()).isEqualTo(new Predicate.Comparison(List.of("d"), Operator.EQUAL, 1.0));
        assertThat(parse("name IS NOT NULL").predicate()).isEqualTo(new Predicate.IsNotNull(List.of("name")));
        assertThat(parse("NOT z").predicate()).isEqualTo(new Predicate.Comparison(List.of("z"), Operator.EQUAL, false));
        assertThat(parse("false").predicate()).isEqualTo(new Predicate.Nothing());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name = 7",
                "id = 1.5",
                "f = 0.1",
                "id + 1 = 2",
                "abs(id) = 1",
                "id = b",
                "true",
                "name LIKE 'a%'",
                "NOT (id + 1 IN (1, 2))",
                "bin = X'AB'",
                "day < ts",
                "CASE WHEN z THEN z ELSE z END",
            })
    void what_statistics_cannot_tell_is_anything(String text) {
        assertThat(parse(text).predicate()).isEqualTo(new Predicate.Anything());
    }

    @Test
    void what_is_in_no_list_differs_from_each_of_its_values() {
        assertThat(parse("id NOT IN (1, 2)").predicate())
                .isEqualTo(new Predicate.And(List.of(
                        new Predicate.Comparison(List.of("id"), Predicate.Operator.NOT_EQUAL, 1L),
                        new Predicate.Comparison(List.of("id"), Predicate.Operator.NOT_EQUAL, 2L))));
        assertThat(parse("id NOT IN (1, NULL)").predicate()).isEqualTo(new Predicate.Nothing());
    }
}
