package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Values that a column cannot hold: named, counted, and never narrowed, rounded, wrapped or turned into null.
class BadRowsTest {

    private final RunningSluice sluice = RunningSluice.shared();

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "byte|128",
                "byte|-129",
                "byte|1.5",
                "byte|\"128\"",
                "byte|\"x\"",
                "byte|true",
                "byte|\"\"",
                "byte|1e3",
                "short|32768",
                "short|-32769",
                "short|0.1",
                "integer|2147483648",
                "integer|-2147483649",
                "integer|\"1.5\"",
                "integer|[1]",
                "integer|{}",
                "long|9223372036854775808",
                "long|-9223372036854775809",
                "long|1.5",
                "long|1e30",
                "long|\"9223372036854775808\"",
                "long|false",
                "long|\"0x10\"",
                "long|\" 1\"",
                "float|1e39",
                "float|\"x\"",
                "float|true",
                "float|\"inf\"",
                "double|1e400",
                "double|\"nan\"",
                "double|[]",
                "decimal(4,2)|100",
                "decimal(4,2)|1.234",
                "decimal(4,2)|\"1.234\"",
                "decimal(4,2)|\"x\"",
                "decimal(4,2)|true",
                "decimal(4,2)|\"NaN\"",
                "decimal(38,0)|1e38",
                "decimal(38,38)|1",
                "boolean|1",
                "boolean|\"true\"",
                "boolean|\"yes\"",
                "boolean|0",
                "string|5",
                "string|true",
                "string|[]",
                "string|{}",
                "binary|\"%%%\"",
                "binary|\"a\"",
                "binary|5",
                "date|\"2026-02-30\"",
                "date|\"20.11.2026\"",
                "date|20261120",
                "date|\"2026-11-20T00:00:00Z\"",
                "date|\"\"",
                "date|\"today\"",
                "timestamp|\"2026-11-20T08:15:30\"",
                "timestamp|\"2026-11-20\"",
                "timestamp|1700000000",
                "timestamp|\"now\"",
                "timestamp|\"2026-11-20T25:00:00Z\"",
                "timestamp|\"2026-11-20T08:15:30.1234567Z\"",
                "timestamp_ntz|\"2026-11-20T08:15:30Z\"",
                "timestamp_ntz|\"x\"",
                "timestamp_ntz|5",
                "array<integer>|5",
                "array<integer>|[\"x\"]",
                "array<integer>|[2147483648]",
                "array<integer>|{}",
                "struct<a:integer>|5",
                "struct<a:integer>|{\"b\":1}",
                "struct<a:integer>|{\"a\":\"x\"}",
                "struct<a:integer>|[1]",
                "map<string,integer>|5",
                "map<string,integer>|{\"a\":\"x\"}",
                "map<string,integer>|[[\"a\"]]",
                "map<string,integer>|[[null,1]]",
                "map<integer,string>|[[\"x\",\"y\"]]",
                "map<integer,string>|[[1,2]]",
            })
    void a_value_that_does_not_fit_is_refused_and_named(String type, String value) {
        Table table = Table.of(sluice, "id long", "v " + type);
        var files = table.files();
        JsonNode problem = table.post()
                .json("[{\"id\":0,\"v\":null},{\"id\":1,\"v\":" + value + "}]")
                .send()
                .expectProblem(422, "bad-rows");
        assertThat(problem.path("badRowCount").asInt()).isEqualTo(1);
        JsonNode bad = problem.path("badRows").get(0);
        assertThat(bad.path("row").asInt(-1)).isEqualTo(1);
        assertThat(bad.path("column").asString()).startsWith("v");
        assertThat(bad.path("reason").asString()).isNotBlank();
        assertThat(table.files()).isEqualTo(files);
        table.append("[{\"id\":2}]");
        assertThat(table.content()).containsExactly("{\"id\":2,\"v\":null}");
    }

    @ParameterizedTest(name = "{0}: {1} is {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "byte|\"-128\"|-128",
                "long|\"9223372036854775807\"|9223372036854775807",
                "integer|\"7\"|7",
                "decimal(4,2)|1.5|\"1.50\"",
                "decimal(4,2)|\"1.500\"|\"1.50\"",
                "decimal(4,2)|-99.99|\"-99.99\"",
                "decimal(38,0)|12345678901234567890123456789012345678|\"12345678901234567890123456789012345678\"",
                "float|0.1|0.1",
                "double|\"-Infinity\"|\"-Infinity\"",
                "double|1e308|1e308",
                "timestamp|\"2026-11-20T08:15:30+02:00\"|\"2026-11-20T06:15:30.000000Z\"",
                "timestamp|\"2026-11-20T08:15:30.5-00:30\"|\"2026-11-20T08:45:30.500000Z\"",
                "timestamp_ntz|\"2026-11-20T08:15:30\"|\"2026-11-20T08:15:30.000000\"",
                "string|\"\"|\"\"",
                "binary|\"AA==\"|\"AA==\"",
                "map<string,integer>|[[\"a\",1]]|{\"a\":1}",
                "map<integer,string>|[[1,\"a\"],[2,null]]|[[1,\"a\"],[2,null]]",
                "array<array<integer>>|[[],null,[1,null]]|[[],null,[1,null]]",
                "struct<a:integer,b:string>|{\"a\":1}|{\"a\":1,\"b\":null}",
            })
    void a_value_that_fits_is_kept(String type, String value, String expected) {
        Table table = Table.of(sluice, "v " + type);
        table.append("[{\"v\":" + value + "}]");
        CanonicalType.Struct columns = CanonicalType.ofColumns(table.show().path("columns"));
        assertThat(CanonicalRows.line(
                        columns, Answer.JSON.readTree(table.content().getFirst())))
                .isEqualTo(CanonicalRows.line(columns, Answer.JSON.readTree("{\"v\":" + expected + "}")));
    }

    @Test
    void null_in_a_not_null_column_is_a_bad_row() {
        Table table = Table.of(sluice, "id long not null", "v string");
        for (String row : new String[] {"{\"id\":null}", "{\"v\":\"x\"}"}) {
            JsonNode bad = table.post()
                    .json("[" + row + "]")
                    .send()
                    .expectProblem(422, "bad-rows")
                    .path("badRows")
                    .get(0);
            assertThat(bad.path("column").asString()).isEqualTo("id");
        }
        assertThat(table.version()).isZero();
    }

    @Test
    void an_unknown_member_is_a_bad_row() {
        Table table = Table.of(sluice, "id long", "s struct<a:integer>");
        JsonNode bad = table.post()
                .json("[{\"id\":1},{\"id\":2,\"nope\":1}]")
                .send()
                .expectProblem(422, "bad-rows")
                .path("badRows")
                .get(0);
        assertThat(bad.path("row").asInt()).isEqualTo(1);
        assertThat(bad.path("column").asString()).contains("nope");
        table.post().json("[{\"s\":{\"a\":1,\"b\":2}}]").send().expectProblem(422, "bad-rows");
        assertThat(table.version()).isZero();
    }

    @Test
    void a_hundred_bad_rows_are_named_and_all_are_counted() {
        Table table = Table.of(sluice, "id long");
        String rows = IntStream.range(0, 250)
                .mapToObj(i -> i % 2 == 0 ? "{\"id\":" + i + "}" : "{\"id\":\"x\"}")
                .collect(Collectors.joining("\n"));
        JsonNode problem = table.post().ndjson(rows).send().expectProblem(422, "bad-rows");
        assertThat(problem.path("badRowCount").asInt()).isEqualTo(125);
        assertThat(problem.path("badRows").size()).isEqualTo(100);
        assertThat(problem.path("badRows").get(99).path("row").asInt()).isEqualTo(199);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-ndjson", "text/csv"})
    void skip_writes_the_good_and_returns_the_bad(String contentType) {
        Table table = Table.of(sluice, "id long", "v string");
        String body = switch (contentType) {
            case "application/json" -> "[{\"id\":1,\"v\":\"a\"},{\"id\":\"x\",\"v\":\"b\"},{\"id\":3,\"v\":\"c\"}]";
            case "text/csv" -> "id,v\n1,a\nx,b\n3,c\n";
            default -> "{\"id\":1,\"v\":\"a\"}\n{\"id\":\"x\",\"v\":\"b\"}\n{\"id\":3,\"v\":\"c\"}";
        };
        JsonNode answer = table.post()
                .query("onBadRow", "skip")
                .body(contentType, Bodies.utf8(body))
                .send()
                .expect(200)
                .json();
        assertThat(answer.path("rows").asInt()).isEqualTo(2);
        assertThat(answer.path("rejected").size()).isEqualTo(1);
        assertThat(answer.path("rejected").get(0).path("row").asInt()).isEqualTo(1);
        assertThat(answer.path("rejected").get(0).path("column").asString()).isEqualTo("id");
        assertThat(table.content()).containsExactly("{\"id\":1,\"v\":\"a\"}", "{\"id\":3,\"v\":\"c\"}");
    }

    @Test
    void quarantine_keeps_the_bad_rows_with_the_reason() {
        Table table = Table.of(sluice, "id long", "v string");
        JsonNode answer = table.post()
                .query("onBadRow", "quarantine")
                .json("[{\"id\":1,\"v\":\"a\"},{\"id\":\"x\",\"v\":\"b\"}]")
                .send()
                .expect(200)
                .json();
        assertThat(answer.path("rows").asInt()).isEqualTo(1);
        assertThat(answer.path("rejected").size()).isEqualTo(1);
        assertThat(table.content()).containsExactly("{\"id\":1,\"v\":\"a\"}");
        Table rejected = new Table(sluice, table.name() + "__rejected");
        assertThat(rejected.content()).hasSize(1);
        assertThat(rejected.content().getFirst()).contains("x").contains("id");
        table.post()
                .query("onBadRow", "quarantine")
                .json("[{\"id\":\"y\"}]")
                .send()
                .expect(200);
        assertThat(rejected.count()).isEqualTo(2);
        assertThat(table.count()).isEqualTo(1);
    }

    @Test
    void bad_rows_that_are_too_much_to_keep_refuse_the_batch() {
        Table table = Table.of(sluice, "id long");
        String bad = "{\"id\":\"" + "x".repeat(7 << 20) + "\"}\n";
        table.post()
                .query("onBadRow", "quarantine")
                .ndjson("{\"id\":1}\n" + bad.repeat(5))
                .send()
                .expectProblem(422, "bad-rows");
        assertThat(table.version()).isZero();
        table.post()
                .query("onBadRow", "skip")
                .ndjson("{\"id\":1}\n" + bad.repeat(5))
                .send()
                .expect(200);
    }

    @Test
    void a_batch_that_another_one_outruns_quarantines_nothing() throws Exception {
        Table table = Table.of(sluice, "id long");
        byte[] rows = Bodies.utf8("{\"id\":\"bad\"}\n" + "{\"id\":1}\n".repeat(100_000));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(sluice.base() + table.path() + "/rows?onBadRow=quarantine"))
                .header("Content-Type", "application/x-ndjson")
                .header("If-Match", "\"0\"")
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> interrupted(rows, rows.length / 2, () -> table.append("[{\"id\":2}]"))))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(client.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(412);
        }
        assertThat(table.content()).containsExactly("{\"id\":2}");
        new Table(sluice, table.name() + "__rejected").rows().send().expectProblem(404, "table-not-found");
    }

    /// Bytes in the midst of which something happens.
    private static InputStream interrupted(byte[] bytes, int at, Runnable event) {
        var rest = new InputStream() {
            private boolean hasHappened;

            @Override
            public int read() {
                if (!hasHappened) {
                    hasHappened = true;
                    event.run();
                }
                return -1;
            }
        };
        return new SequenceInputStream(Collections.enumeration(List.of(
                new ByteArrayInputStream(bytes, 0, at), rest, new ByteArrayInputStream(bytes, at, bytes.length - at))));
    }

    @Test
    void an_unknown_column_of_a_typed_body_is_a_schema_mismatch() throws Exception {
        Table table = Table.of(sluice, "id long");
        for (Call call : new Call[] {
            table.post().body("text/csv", Bodies.utf8("id,nope\n1,2\n")),
            table.post().body("application/vnd.apache.arrow.stream", Bodies.arrow("SELECT 1::BIGINT AS id, 2 AS nope")),
            table.post().body("application/vnd.apache.parquet", Bodies.parquet("SELECT 1::BIGINT AS id, 2 AS nope")),
        }) {
            JsonNode problem = call.send().expectProblem(422, "schema-mismatch");
            assertThat(problem.path("expected").isMissingNode()).isFalse();
            assertThat(problem.path("actual").toString()).contains("nope");
        }
        assertThat(table.version()).isZero();
    }

    @Test
    void typed_bodies_are_never_narrowed() throws Exception {
        Table table = Table.of(sluice, "v integer");
        for (String value : new String[] {"2147483648::BIGINT", "1.5::DOUBLE", "'x'", "DATE '2026-01-01'"}) {
            for (Call call : new Call[] {
                table.post().body("application/vnd.apache.arrow.stream", Bodies.arrow("SELECT " + value + " AS v")),
                table.post().body("application/vnd.apache.parquet", Bodies.parquet("SELECT " + value + " AS v")),
            }) {
                Answer answer = call.send();
                assertThat(answer.status()).as(answer.text()).isEqualTo(422);
                assertThat(answer.json().path("type").asString())
                        .isIn("/problems/bad-rows", "/problems/schema-mismatch");
            }
        }
        assertThat(table.version()).isZero();
    }

    @Test
    void an_option_that_is_not_one_is_refused() {
        Table table = Table.of(sluice, "id long");
        table.post().query("onBadRow", "ignore").json("[{\"id\":1}]").send().expectProblem(400, "bad-parameter");
        table.post().query("mode", "upsert").json("[{\"id\":1}]").send().expectProblem(400, "bad-parameter");
        table.post().query("nope", "1").json("[{\"id\":1}]").send().expectProblem(400, "bad-parameter");
        assertThat(table.version()).isZero();
    }
}
