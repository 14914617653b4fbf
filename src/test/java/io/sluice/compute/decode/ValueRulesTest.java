package io.sluice.compute.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sluice.compute.RowFormat;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The value table of the HTTP contract, row by row, in JSON, NDJSON and CSV.
class ValueRulesTest {

    private static final DataType MONEY = new DataType.Decimal(10, 2);
    private static final DataType WIDE = new DataType.Decimal(38, 0);

    private static Arguments good(DataType type, String json, Object value) {
        return arguments(type, json, value);
    }

    static Stream<Arguments> good() {
        return Stream.of(
                good(Primitive.BYTE, "-128", -128),
                good(Primitive.BYTE, "127", 127),
                good(Primitive.BYTE, "\"127\"", 127),
                good(Primitive.SHORT, "-32768", -32768),
                good(Primitive.SHORT, "\"32767\"", 32767),
                good(Primitive.INTEGER, "2147483647", Integer.MAX_VALUE),
                good(Primitive.INTEGER, "-2147483648", Integer.MIN_VALUE),
                good(Primitive.LONG, "9223372036854775807", Long.MAX_VALUE),
                good(Primitive.LONG, "-9223372036854775808", Long.MIN_VALUE),
                good(Primitive.LONG, "\"-9223372036854775808\"", Long.MIN_VALUE),
                good(Primitive.LONG, "0", 0L),
                good(Primitive.LONG, "-0", 0L),
                good(Primitive.LONG, "1.0", 1L),
                good(Primitive.LONG, "1e3", 1000L),
                good(Primitive.LONG, "120e-1", 12L),
                good(Primitive.LONG, "0e1000000000", 0L),
                good(Primitive.FLOAT, "0.1", 0.1f),
                good(Primitive.FLOAT, "\"NaN\"", Float.NaN),
                good(Primitive.FLOAT, "\"-Infinity\"", Float.NEGATIVE_INFINITY),
                good(Primitive.FLOAT, "3.4028235e38", Float.MAX_VALUE),
                good(Primitive.DOUBLE, "0.1", 0.1),
                good(Primitive.DOUBLE, "-0.0", -0.0),
                good(Primitive.DOUBLE, "1.7976931348623157e308", Double.MAX_VALUE),
                good(Primitive.DOUBLE, "5e-324", Double.MIN_VALUE),
                good(Primitive.DOUBLE, "0e-1000000000", 0.0),
                good(Primitive.DOUBLE, "\"Infinity\"", Double.POSITIVE_INFINITY),
                good(MONEY, "12345678.90", new BigDecimal("12345678.90")),
                good(MONEY, "\"-99999999.99\"", new BigDecimal("-99999999.99")),
                good(MONEY, "1", new BigDecimal("1.00")),
                good(MONEY, "1.5e3", new BigDecimal("1500.00")),
                good(MONEY, "1.10000000000000000000000000000000000000000000", new BigDecimal("1.10")),
                good(MONEY, "0e-1000000000", new BigDecimal("0.00")),
                good(MONEY, "\"100e-2\"", new BigDecimal("1.00")),
                good(WIDE, "99999999999999999999999999999999999999", new BigDecimal("9".repeat(38))),
                good(WIDE, "\"-1e37\"", new BigDecimal("-1" + "0".repeat(37))),
                good(Primitive.BOOLEAN, "true", true),
                good(Primitive.BOOLEAN, "false", false),
                good(Primitive.STRING, "\"\"", ByteBuffer.allocate(0)),
                good(Primitive.STRING, "\"a\\u00e9\uD83D\uDE00\\uD83D\\uDE00\"", utf8("aé\uD83D\uDE00\uD83D\uDE00")),
                good(Primitive.STRING, "\"NaN\"", utf8("NaN")),
                good(Primitive.BINARY, "\"AQL/\"", ByteBuffer.wrap(new byte[] {1, 2, -1})),
                good(Primitive.DATE, "\"2026-11-20\"", (int)
                        LocalDate.of(2026, 11, 20).toEpochDay()),
                good(Primitive.DATE, "\"0001-01-01\"", (int)
                        LocalDate.of(1, 1, 1).toEpochDay()),
                good(Primitive.DATE, "\"9999-12-31\"", (int)
                        LocalDate.of(9999, 12, 31).toEpochDay()),
                good(Primitive.DATE, "\"2024-02-29\"", (int)
                        LocalDate.of(2024, 2, 29).toEpochDay()),
                good(Primitive.TIMESTAMP, "\"2026-11-20T08:15:30.123456Z\"", micros("2026-11-20T08:15:30.123456Z")),
                good(Primitive.TIMESTAMP, "\"2026-11-20T08:15:30.1+02:00\"", micros("2026-11-20T06:15:30.1Z")),
                good(Primitive.TIMESTAMP, "\"2026-11-20T08:15-0330\"", micros("2026-11-20T11:45:00Z")),
                good(
                        Primitive.TIMESTAMP,
                        "\"2026-11-20T08:15:30.123456000+01\"",
                        micros("2026-11-20T07:15:30.123456Z")),
                good(Primitive.TIMESTAMP, "\"1969-12-31T23:59:59.999999Z\"", -1L),
                good(Primitive.TIMESTAMP_NTZ, "\"2026-11-20T08:15:30.123456\"", micros("2026-11-20T08:15:30.123456Z")),
                good(Primitive.TIMESTAMP_NTZ, "\"2026-11-20T08:15:30\"", micros("2026-11-20T08:15:30Z")));
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static long micros(String instant) {
        Instant value = Instant.parse(instant);
        return value.getEpochSecond() * 1_000_000 + value.getNano() / 1000;
    }

    @ParameterizedTest(name = "{0} takes {1}")
    @MethodSource("good")
    void a_good_value_is_taken_as_it_is(DataType type, String json, Object value) {
        var column = new Column("c", type);
        assertThat(Decoded.of(RowFormat.JSON, "[{\"c\":" + json + "}]", column).column(0))
                .containsExactly(Optional.of(value));
        assertThat(Decoded.of(RowFormat.NDJSON, "{\"c\":" + json + "}", column).column(0))
                .containsExactly(Optional.of(value));
        assertThat(Decoded.of(RowFormat.CSV, "c\n" + csv(json) + "\n", column).column(0))
                .containsExactly(Optional.of(value));
    }

    /// The CSV field of a JSON value without escapes.
    private static String csv(String json) {
        return json.equals("\"\"") || !json.startsWith("\"")
                ? json
                : json.substring(1, json.length() - 1)
                        .replace("\\u00e9", "é")
                        .replace("\\uD83D\\uDE00", "\uD83D\uDE00");
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                bad(Primitive.BYTE, "128", "-129", "1.5", "\"1.5\"", "\"x\"", "\"\"", "true", "[1]", "{}"),
                bad(Primitive.SHORT, "32768", "\"-32769\"", "1e10"),
                bad(Primitive.INTEGER, "2147483648", "-2147483649", "0.1", "\" 1\"", "\"+1\"", "\"0x1\"", "\"1_0\""),
                bad(
                        Primitive.LONG,
                        "9223372036854775808",
                        "-9223372036854775809",
                        "1e19",
                        "1e1000000000",
                        "1e-1",
                        "5e-1000000000"),
                bad(
                        Primitive.LONG,
                        "1e999999999999999999999999",
                        "123456789012345678901234567890",
                        "\"NaN\"",
                        "\"1,000\""),
                bad(Primitive.FLOAT, "1e39", "-3.5e38", "\"1.5\"", "\"nan\"", "\"Inf\"", "true", "1e-60"),
                bad(Primitive.DOUBLE, "1e309", "\"1.5\"", "\"+Infinity\"", "[]", "1e1000000000", "1e-1000000000"),
                bad(
                        MONEY,
                        "100000000",
                        "0.001",
                        "\"1.234\"",
                        "1e1000000000",
                        "1e-1000000000",
                        "\"\"",
                        "\"1.\"",
                        "\".5\"",
                        "true"),
                bad(WIDE, "1e38", "0.5", "100000000000000000000000000000000000000", "\"NaN\""),
                bad(Primitive.BOOLEAN, "1", "\"yes\"", "\"true \"", "\"TRUE\"", "{}"),
                bad(Primitive.STRING, "{}", "[]"),
                bad(Primitive.BINARY, "\"*\"", "\"AQI\\u00e9\"", "[1,2]"),
                bad(
                        Primitive.DATE,
                        "\"2026-02-29\"",
                        "\"2026-13-01\"",
                        "\"2026-1-1\"",
                        "\"20261120\"",
                        "\"2026-11-20T00:00:00\"",
                        "\"0000-01-01\"",
                        "\"10000-01-01\"",
                        "20000",
                        "\"\""),
                bad(
                        Primitive.TIMESTAMP,
                        "\"2026-11-20T08:15:30\"",
                        "\"2026-11-20 08:15:30Z\"",
                        "\"2026-11-20T08:15:30.1234567Z\"",
                        "\"2026-11-20T24:00:00Z\"",
                        "\"2026-11-20T08:15:60Z\"",
                        "\"2026-11-20\"",
                        "0",
                        "\"2026-11-20T08:15:30+19:00\"",
                        "\"2026-11-20T08:15:30.Z\"",
                        "\"0001-01-01T00:00:00+01:00\"",
                        "\"2026-11-20T8:15:30Z\"",
                        "\"2026-11-20T08:15:30[UTC]\""),
                bad(
                        Primitive.TIMESTAMP_NTZ,
                        "\"2026-11-20T08:15:30Z\"",
                        "\"2026-11-20T08:15:30+00:00\"",
                        "\"2026-11-20\"",
                        "1"));
    }

    private static Arguments bad(DataType type, String... values) {
        return arguments(type, List.of(values));
    }

    @ParameterizedTest(name = "{0} refuses {1}")
    @MethodSource("bad")
    void a_bad_value_is_a_bad_row(DataType type, List<String> values) {
        var column = new Column("c", type);
        for (String json : values) {
            var decoded = Decoded.of(RowFormat.JSON, "[{\"c\":null},{\"c\":" + json + "},{}]", column);
            assertThat(decoded.bad).as(json).hasSize(1);
            assertThat(decoded.bad.getFirst().row()).isEqualTo(1);
            assertThat(decoded.bad.getFirst().column()).isEqualTo("c");
            assertThat(decoded.column(0)).containsExactly(Optional.empty(), Optional.empty());
            if (json.startsWith("\"") && type != Primitive.FLOAT && type != Primitive.DOUBLE) {
                String field = "\"" + json.substring(1, json.length() - 1).replace("\\u00e9", "é") + "\"";
                assertThat(Decoded.of(RowFormat.CSV, "c\n" + field + "\n", column).bad)
                        .as("CSV " + json)
                        .hasSize(1);
            }
        }
    }

    static Stream<Arguments> scalarsThatAreNoStrings() {
        return Stream.of("1", "1.5", "true", "false").map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("scalarsThatAreNoStrings")
    void a_string_column_takes_strings_only(String json) {
        for (DataType type : List.of(Primitive.STRING, Primitive.BINARY, Primitive.DATE, Primitive.TIMESTAMP)) {
            assertThat(Decoded.of(RowFormat.NDJSON, "{\"c\":" + json + "}", new Column("c", type)).bad)
                    .as(type.toString())
                    .hasSize(1);
        }
    }

    @org.junit.jupiter.api.Test
    void a_lone_surrogate_is_a_bad_row() {
        assertThat(Decoded.of(RowFormat.JSON, "[{\"c\":\"\\ud800\"}]", new Column("c", Primitive.STRING)).bad)
                .hasSize(1);
    }

    private static final DataType NESTED = new DataType.Struct(List.of(
            new Column("a", Primitive.LONG, false, Map.of()),
            new Column("l", new DataType.Array(new DataType.Map(Primitive.STRING, Primitive.DATE, false), false))));

    static Stream<Arguments> nested() {
        return Stream.of(
                arguments("{\"l\":[]}", "c.a", "is missing and NOT NULL"),
                arguments("{\"a\":null}", "c.a", "is null and NOT NULL"),
                arguments("{\"a\":1,\"A\":2}", "c.a", "is there twice"),
                arguments("{\"a\":1,\"b\":2}", "c", "has an unknown member b"),
                arguments("{\"a\":1,\"l\":[null]}", "c.l.element", "is null and NOT NULL"),
                arguments("{\"a\":1,\"l\":[{\"k\":null}]}", "c.l.element.value", "is null and NOT NULL"),
                arguments("{\"a\":1,\"l\":[[[null,\"2024-01-01\"]]]}", "c.l.element.key", "is null and NOT NULL"),
                arguments(
                        "{\"a\":1,\"l\":[{\"k\":\"2024-01-01\",\"k\":\"2024-01-02\"}]}",
                        "c.l.element",
                        "has a key twice"),
                arguments("{\"a\":1,\"l\":[[[\"k\"]]]}", "c.l.element", "has an entry that is not a pair [key, value]"),
                arguments("[1]", "c", "is an array; an object is wanted"),
                arguments("\"x\"", "c", "is a string; an object is wanted"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nested")
    void the_path_of_a_bad_cell_leads_into_nested_values(String json, String path, String reason) {
        var column = new Column("c", NESTED);
        String good = "{\"c\":{\"a\":5,\"l\":[{\"x\":\"2024-01-01\"},[[\"y\",\"2024-01-02\"]],{}]}}\n";
        var decoded = Decoded.of(RowFormat.NDJSON, good + "{\"c\":" + json + "}\n" + good, column);
        assertThat(decoded.bad).hasSize(1);
        assertThat(decoded.bad.getFirst().column()).isEqualTo(path);
        assertThat(decoded.bad.getFirst().reason()).isEqualTo(reason);
        assertThat(decoded.column(0)).hasSize(2);
        assertThat(decoded.column(0).get(1)).isEqualTo(decoded.column(0).get(0));
    }

    @org.junit.jupiter.api.Test
    void a_map_with_other_keys_is_read_from_an_object_or_from_pairs() {
        var column = new Column("c", new DataType.Map(Primitive.LONG, Primitive.STRING, true));
        var decoded = Decoded.of(
                RowFormat.NDJSON,
                "{\"c\":{\"1\":\"x\",\"-2\":null}}\n{\"c\":[[1,\"x\"],[\"-2\",null]]}\n{\"c\":{\"x\":null}}",
                column);
        assertThat(decoded.column(0)).hasSize(2);
        assertThat(decoded.column(0).get(0)).isEqualTo(decoded.column(0).get(1));
        assertThat(decoded.bad).hasSize(1);
    }
}
