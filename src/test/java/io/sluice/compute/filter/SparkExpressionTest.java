package io.sluice.compute.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.compute.DuckDb;
import io.sluice.compute.SparkExpression;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Expressions of tables give what Spark gives (ANSI mode, UTC), fail where it fails, or are refused by name.
class SparkExpressionTest {

    private static final Schema SCHEMA = new Schema(List.of(
            new Column("id", Primitive.LONG),
            new Column("b", Primitive.BYTE),
            new Column("i", Primitive.INTEGER),
            new Column("f", Primitive.FLOAT),
            new Column("d", Primitive.DOUBLE),
            new Column("dec", new DataType.Decimal(10, 4)),
            new Column("name", Primitive.STRING),
            new Column("nothing", Primitive.STRING),
            new Column("day", Primitive.DATE),
            new Column("ts", Primitive.TIMESTAMP),
            new Column("t", Primitive.TIMESTAMP_NTZ),
            new Column("s", new DataType.Struct(List.of(new Column("x", Primitive.INTEGER))))));

    private static final String ROW = """
            (SELECT 5::BIGINT AS id, 127::TINYINT AS b, 2147483647 AS i, 0.1::FLOAT AS f, 2.675::DOUBLE AS d,
              -1.2500::DECIMAL(10,4) AS "dec", ' Abc ' AS name, NULL::VARCHAR AS nothing, DATE '2024-05-05' AS day,
              TIMESTAMPTZ '1969-12-31 23:59:59.5Z' AS ts, TIMESTAMP '2024-05-06 07:08:09.5' AS t, {'x': 3} AS s)
            """;

    private static DuckDb duckDb;

    @BeforeAll
    static void open(@TempDir Path directory) {
        duckDb = new DuckDb(new DuckDb.Settings(List.of(directory), directory.resolve("spill"), 64L << 20, 1, 1));
    }

    @AfterAll
    static void close() {
        duckDb.close();
    }

    private static String value(String text) throws Exception {
        String sql = SparkExpression.parse(text, SCHEMA, "checkConstraints").sql();
        return duckDb.call(DuckDb.Purpose.LOOK_UP, connection -> {
            try (var statement = connection.createStatement();
                    var result = statement.executeQuery("SELECT CASE WHEN v IS NULL THEN 'error' WHEN v.v IS NULL THEN"
                            + " 'null' ELSE CAST(v.v AS VARCHAR) END FROM (SELECT TRY(struct_pack(v := " + sql
                            + ")) AS v FROM " + ROW + ")")) {
                result.next();
                return result.getString(1);
            }
        });
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "b + 1|128",
                "b + b|error",
                "i + 1|error",
                "i + 1L|2147483648",
                "-7 DIV 2|-3",
                "-7 % 3|-1",
                "id DIV 0|error",
                "id % 0|error",
                "id / 2|2.5",
                "id / 0|error",
                "dec + 1|-0.2500",
                "dec * 2|-2.5000",
                "dec * dec|1.56250000",
                "0.1 + 0.2 = 0.3|true",
                "f = 0.1|false",
                "f = 0.1F|true",
                "-id|-5",
                "abs(dec)|1.2500",
                "round(d, 2)|2.68",
                "round(dec, 1)|-1.3",
                "round(2.5D)|3.0",
                "floor(dec)|-2",
                "ceil(d)|3",
                "nothing = 'x' OR id > 1|true",
                "nothing = 'x'|null",
                "nothing <=> NULL|true",
                "id IN (1, NULL)|null",
                "id BETWEEN 1 AND 5|true",
                "CASE WHEN id > 4 THEN 'a' ELSE 'b' END|a",
                "coalesce(nothing, 'x')|x",
                "concat('a', nothing)|null",
                "\"text\"|text",
                "'a\\tb' = concat('a', '\t', 'b')|true",
                "'100%' LIKE '100\\%'|true",
                "'100x' LIKE '100\\%'|false",
                "'a%' LIKE 'a#%' ESCAPE '#'|true",
                "trim(name)|Abc",
                "length(name)|5",
                "upper(trim(name))|ABC",
                "upper('straße')|error",
                "lower('ÄB')|äb",
                "substring('abcdef', 0, 2)|ab",
                "substring('abcdef', -3, 2)|de",
                "substr('abcdef', 3)|cdef",
                "substring('abcdef', 2, -1) = ''|true",
                "left('abc', -1) = ''|true",
                "instr('abc', 'c')|3",
                "startswith('abc', 'ab')|true",
                "CAST(ts AS DATE)|1969-12-31",
                "CAST(ts AS BIGINT)|-1",
                "CAST(ts AS STRING)|1969-12-31 23:59:59.5",
                "CAST(day AS TIMESTAMP) = TIMESTAMP'2024-05-05 00:00:00'|true",
                "CAST(2.7D AS INT)|2",
                "CAST(-2.7 AS INT)|-2",
                "CAST(3000000000D AS INT)|error",
                "CAST(' 12 ' AS INT)|12",
                "CAST('1.5' AS INT)|error",
                "CAST(nothing AS INT)|null",
                "CAST('1e3' AS DOUBLE)|1000.0",
                "CAST('yes' AS BOOLEAN)|true",
                "CAST('maybe' AS BOOLEAN)|error",
                "CAST('2024-02-30' AS DATE)|error",
                "CAST('2024-02-03' AS DATE) = make_date(2024, 2, 3)|refused",
                "CAST(d AS DECIMAL(5,2))|2.68",
                "CAST(dec AS STRING)|-1.2500",
                "year(ts)|1969",
                "month(day) * 100 + day(day)|505",
                "hour(ts)|23",
                "second(t)|9",
                "dayofweek(day)|1",
                "weekday(day)|6",
                "weekofyear(DATE'2021-01-03')|53",
                "date_trunc('month', ts) = TIMESTAMP'1969-12-01 00:00:00Z'|true",
                "date_trunc('WEEK', day) = TIMESTAMP'2024-04-29 00:00:00Z'|true",
                "trunc(day, 'MM')|2024-05-01",
                "date_add(day, 30)|2024-06-04",
                "datediff(day, DATE'2024-05-01')|4",
                "add_months(DATE'2024-01-31', 1)|2024-02-29",
                "last_day(day)|2024-05-31",
                "date_format(t, 'yyyy-MM-dd-HH')|2024-05-06-07",
                "s.x + 1|4",
                "nullif(id, 5)|null",
                "if(id > 1, 'a', 'b')|a",
                "greatest(1, NULL, 3)|3",
                "isnull(nothing) AND isnotnull(id)|true",
            })
    void an_expression_gives_what_spark_gives(String text, String expected) throws Exception {
        if (expected.equals("refused")) {
            assertThatThrownBy(() -> value(text)).isInstanceOf(FailureException.class);
        } else {
            assertThat(value(text)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rand() > 0.5",
                "name RLIKE 'a'",
                "exists(array(1), x -> x > 1)",
                "dec / 2 > 1",
                "dec % 2 = 0",
                "d % 2 = 0",
                "day + 1 > day",
                "f + 1 > 0",
                "name = 5",
                "CAST(s AS STRING) = '1'",
                "CAST(day AS INT) > 1",
                "hash(id) > 1",
                "round(d, id) > 1",
                "date_format(ts, 'EEEE') = 'Monday'",
                "date_trunc(name, ts) > ts",
                "name LIKE nothing",
                "try_cast(name AS INT) > 1",
                "CASE WHEN id > 1 THEN 'a' ELSE 1 END = 'a'",
                "current_date() > day",
            })
    void what_is_not_computed_here_is_refused_by_the_feature(String text) {
        assertThatThrownBy(() -> SparkExpression.parse(text, SCHEMA, "checkConstraints"))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        refused -> assertThat(refused.failure())
                                .isInstanceOfAny(Failure.UnsupportedTableFeature.class, Failure.BadFilter.class));
    }

    @Test
    void texts_of_doubles_and_floats_are_those_of_Java() throws Exception {
        var random = new Random(7);
        for (int i = 0; i < 500; i++) {
            double number = Math.scalb(random.nextDouble() - 0.5, random.nextInt(200) - 100);
            double whole = Math.rint(Math.scalb(number, random.nextInt(60)));
            assertThat(value("CAST(" + new BigDecimal(number) + "D AS STRING)")).isEqualTo(Double.toString(number));
            assertThat(value("CAST(" + new BigDecimal(whole) + "D AS STRING)")).isEqualTo(Double.toString(whole + 0.0));
            float single = (float) number;
            assertThat(value("CAST(" + new BigDecimal(single) + "F AS STRING)")).isEqualTo(Float.toString(single));
        }
    }

    @Test
    void a_default_may_ask_for_the_time() {
        var now = Instant.parse("2026-01-02T03:04:05.000006Z");
        assertThat(SparkExpression.constant("current_timestamp()", "allowColumnDefaults", now)
                        .sql())
                .contains("2026-01-02T03:04:05.000006Z");
        assertThat(SparkExpression.constant("CURRENT_DATE", "allowColumnDefaults", now)
                        .sql())
                .contains("2026-01-02");
    }
}
