package io.sluice.compute.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.compute.RowFormat;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.FailureException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The reader of plain lines against the one of all lines: a column with children turns the first off.
class FlatRowsTest {

    private static final Column[] FLAT = {
        new Column("l", Primitive.LONG, false, Map.of()),
        new Column("i", Primitive.BYTE),
        new Column("d", Primitive.DOUBLE),
        new Column("f", Primitive.FLOAT),
        new Column("dec", new DataType.Decimal(6, 2)),
        new Column("b", Primitive.BOOLEAN),
        new Column("größe", Primitive.STRING),
        new Column("bin", Primitive.BINARY),
        new Column("da", Primitive.DATE),
        new Column("t", Primitive.TIMESTAMP),
        new Column("n", Primitive.TIMESTAMP_NTZ)
    };

    private static final Column[] NESTED = nested();

    private static Column[] nested() {
        Column[] columns = Arrays.copyOf(FLAT, FLAT.length + 1);
        columns[FLAT.length] = new Column("turns_the_plain_reader_off", new DataType.Array(Primitive.LONG, true));
        return columns;
    }

    private static final String[] NUMBERS = {
        "0",
        "-0",
        "1",
        "-1",
        "127",
        "128",
        "-128",
        "-129",
        "01",
        "-",
        "+1",
        "1.",
        ".5",
        "1.0",
        "1.50",
        "0.1",
        "-0.0",
        "1e2",
        "1E+2",
        "1e",
        "1e-3",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "999999999999999999",
        "9007199254740993",
        "0.1234567890123456789",
        "123456789012345678.5",
        "4.35",
        "2.2250738585072014e-308",
        "1e400",
        "1e-400",
        "12345.67",
        "12345.678",
        "9999.99",
        "10000",
        "0x1",
        "1_0",
        "NaN",
        "1e1000000000"
    };

    private static final String[] STRINGS = {
        "\"\"",
        "\"a\"",
        "\"é€𝄞\"",
        "\"a\\nb\\t\\\"\\\\\\/\\b\\f\\r\"",
        "\"\\u0041\\u00e9\\u20AC\"",
        "\"\\uD834\\uDD1E\"",
        "\"\\uD834\"",
        "\"\\uDD1E\"",
        "\"\\uD834\\u0041\"",
        "\"\\uD834x\"",
        "\"\\u12\"",
        "\"\\x\"",
        "\"open",
        "\"a\\\"",
        "\"tab\tin\"",
        "\"NaN\"",
        "\"-Infinity\"",
        "\"12\"",
        "\"1.5\"",
        "\"2026-02-29\"",
        "\"2024-02-29\"",
        "\"1900-02-29\"",
        "\"2000-02-29\"",
        "\"0001-01-01\"",
        "\"9999-12-31\"",
        "\"0000-01-01\"",
        "\"2026-13-01\"",
        "\"2026-04-31\"",
        "\"2026-00-10\"",
        "\"2026-1-1\"",
        "\"2026-11-20T08:15:30.123456Z\"",
        "\"2026-11-20T08:15:30+02:00\"",
        "\"2026-11-20T08:15\"",
        "\"2026-11-20T08:15:30.1234567Z\"",
        "\"2026-11-20T24:00:00Z\"",
        "\"AQI=\"",
        "\"A\"",
        "\"\\u0041QI=\""
    };

    private static final String[] OTHERS = {
        "true", "false", "null", "tru", "nul", "True", "[1]", "{\"x\":1}", "", "\u00e9", "'a'"
    };

    private record Outcome(List<List<Optional<Object>>> values, List<?> bad, String failure) {}

    private static Outcome outcome(byte[] body, Column... columns) {
        try {
            var decoded = Decoded.of(RowFormat.NDJSON, body, Decoded.shape(columns), Payload.KEEP);
            var values = new ArrayList<List<Optional<Object>>>();
            for (int i = 0; i < FLAT.length; i++) {
                values.add(decoded.column(i));
            }
            return new Outcome(values, List.of(decoded.bad, decoded.payloads), "");
        } catch (FailureException e) {
            return new Outcome(List.of(), List.of(), e.failure().toString());
        }
    }

    private static void assertSame(byte[] body) {
        assertThat(outcome(body, FLAT))
                .as(new String(body, StandardCharsets.UTF_8))
                .isEqualTo(outcome(body, NESTED));
    }

    private static void assertSame(String body) {
        assertSame(body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void every_value_in_every_column_is_read_the_same() {
        var values = new ArrayList<String>();
        for (String[] kind : new String[][] {NUMBERS, STRINGS, OTHERS}) {
            values.addAll(List.of(kind));
        }
        for (Column column : FLAT) {
            for (String value : values) {
                assertSame("{\"l\":1}\n{\"l\":2,\"" + column.name() + "\":" + value + "}\n{\"l\":3}\n");
                assertSame("{\"" + column.name() + "\":" + value + ",\"l\":2}\n");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "\r\n",
                " \n\t\r\n{\"l\":1}",
                "{\"l\":1}\r\n\r\n{\"l\":2}  \r\n",
                " { \"l\" : 1 , \"b\" : true } \n",
                "{}\n",
                "{\"l\":1,}\n",
                "{,\"l\":1}\n",
                "{\"l\" 1}\n",
                "{\"l\":1 \"b\":true}\n",
                "{\"l\":1}}\n",
                "{\"l\":1}x\n",
                "{\"l\":1}{\"l\":2}\n",
                "{\"l\":1} {\"l\":2}\n",
                "{\"l\":1",
                "{\"l\":\n1}\n",
                "{\"l\":1,\"l\":2}\n",
                "{\"L\":1}\n",
                "{\"l\":1,\"x\":2}\n",
                "{\"l\":1,\"\":2}\n",
                "{\"\\u006c\":1}\n",
                "{\"l\":1,\"b\":true,\"d\":1}\n{\"d\":1,\"b\":true,\"l\":2}\n",
                "[{\"l\":1}]\n",
                "1\n",
                "null\n",
                "\"x\"\n",
                "{\"l\":1}\n{\"l\":2\n{\"l\":3}\n",
                "{\"l\":null}\n",
                "{\"l\":1,\"größe\":null}\n",
                "\uFEFF{\"l\":1}\n"
            })
    void every_shape_of_a_line_is_read_the_same(String body) {
        assertSame(body);
    }

    @Test
    void damaged_lines_are_read_the_same() {
        String line =
                "{\"l\":12,\"i\":-3,\"d\":4.35,\"größe\":\"aé\\n\\u20ac\",\"da\":\"2024-02-29\",\"t\":\"2026-11-20T08:15:30Z\",\"b\":false}\n";
        byte[] whole = line.repeat(3).getBytes(StandardCharsets.UTF_8);
        var random = new Random(11);
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            assertSame(damaged);
        }
        for (int length = 0; length < whole.length; length++) {
            assertSame(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void doubles_are_those_that_java_reads() {
        var random = new Random(12);
        var body = new StringBuilder();
        var expected = new ArrayList<Optional<Object>>();
        for (int i = 0; i < 5000; i++) {
            String number = Long.toString(random.nextLong() >> random.nextInt(64));
            int point = random.nextInt(19);
            String text = number.length() > point + 2
                    ? number.substring(0, number.length() - point - 1) + "."
                            + number.substring(number.length() - point - 1)
                    : number;
            body.append("{\"l\":1,\"d\":").append(text).append("}\n");
            expected.add(Optional.of(Double.parseDouble(text)));
        }
        var decoded = Decoded.of(RowFormat.NDJSON, body.toString(), FLAT);
        assertThat(decoded.column(2)).isEqualTo(expected);
    }
}
