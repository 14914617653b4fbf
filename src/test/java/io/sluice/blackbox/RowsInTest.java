package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class RowsInTest {

    private static final String[] COLUMNS = {"id long", "name string", "price decimal(10,2)", "at timestamp"};
    private static final String SQL = """
            SELECT * FROM (VALUES
              (1::BIGINT, 'a "b", ü', 1.50::DECIMAL(10,2), TIMESTAMPTZ '2026-11-20 08:15:30.123456Z'),
              (2::BIGINT, NULL, NULL, NULL)) AS batch(id, name, price, "at")""";
    private static final List<String> CONTENT = List.of(
            "{\"id\":1,\"name\":\"a \\\"b\\\", ü\",\"price\":\"1.50\",\"at\":\"2026-11-20T08:15:30.123456Z\"}",
            "{\"id\":2,\"name\":null,\"price\":null,\"at\":null}");

    private final RunningSluice sluice = RunningSluice.shared();

    static Stream<Arguments> bodies() throws Exception {
        var contents = Map.of(
                "application/json", Bodies.utf8("[" + String.join(",", CONTENT) + "]"),
                "application/x-ndjson", Bodies.utf8(String.join("\n", CONTENT) + "\n"),
                "text/csv",
                        Bodies.utf8(
                                "id,name,price,at\r\n1,\"a \"\"b\"\", ü\",1.50,2026-11-20T08:15:30.123456Z\r\n2,,,\r\n"),
                "application/vnd.apache.arrow.stream", Bodies.arrow(SQL),
                "application/vnd.apache.parquet", Bodies.parquet(SQL));
        return contents.entrySet().stream()
                .flatMap(body -> Stream.of("identity", "gzip", "zstd")
                        .map(encoding -> Arguments.of(body.getKey(), encoding, body.getValue())));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("bodies")
    void a_batch_is_read_back_as_it_was_sent(String contentType, String encoding, byte[] content) throws Exception {
        Table table = Table.of(sluice, COLUMNS);
        byte[] body = switch (encoding) {
            case "gzip" -> Bodies.gzip(content);
            case "zstd" -> Bodies.zstd(content);
            default -> content;
        };
        Call call = table.post().body(contentType, body);
        Answer answer = (encoding.equals("identity") ? call : call.header("Content-Encoding", encoding))
                .send()
                .expect(200);
        JsonNode posted = answer.json();
        assertThat(posted.path("version").asInt()).isEqualTo(1);
        assertThat(posted.path("rows").asInt()).isEqualTo(2);
        assertThat(posted.path("files").asInt()).isEqualTo(1);
        assertThat(posted.path("bytes").asInt()).isPositive();
        assertThat(posted.path("replayed").asBoolean(true)).isFalse();
        assertThat(posted.path("rejected").isArray()).isTrue();
        assertThat(posted.path("rejected").size()).isZero();
        assertThat(answer.version()).isEqualTo(1);
        assertThat(answer.header("ETag")).isEqualTo("\"1\"");
        assertThat(table.content()).isEqualTo(CONTENT);
    }

    @Test
    void one_object_is_a_batch_of_one() {
        Table table = Table.of(sluice, "id long");
        assertThat(table.append("{\"id\":5}").path("rows").asInt()).isEqualTo(1);
        assertThat(table.content()).containsExactly("{\"id\":5}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-ndjson"})
    void a_batch_without_rows_writes_none(String contentType) {
        Table table = Table.of(sluice, "id long");
        Answer answer = table.post()
                .body(contentType, Bodies.utf8(contentType.endsWith("x-ndjson") ? "\n" : "[]"))
                .send()
                .expect(200);
        assertThat(answer.json().path("rows").asInt(-1)).isZero();
        assertThat(table.count()).isZero();
    }

    @Test
    void an_absent_column_is_null_and_an_explicit_null_is_null() {
        Table table = Table.of(sluice, "id long", "v string");
        table.append("[{\"id\":1},{\"id\":2,\"v\":null}]");
        assertThat(table.content()).containsExactly("{\"id\":1,\"v\":null}", "{\"id\":2,\"v\":null}");
    }

    @Test
    void partition_values_go_with_the_rows() {
        Table table = Table.with(sluice, ",\"partitionBy\":[\"p\",\"d\"]", "id long", "p string", "d date");
        table.append("""
                [{"id":1,"p":"a/b=c %?#","d":"2026-01-01"},{"id":2,"p":null,"d":null},
                 {"id":3,"p":"__HIVE_DEFAULT_PARTITION__","d":"0001-01-01"},{"id":4,"p":"ü\\u0001\\n","d":"9999-12-31"}]""");
        assertThat(table.content())
                .containsExactly(
                        "{\"id\":1,\"p\":\"a/b=c %?#\",\"d\":\"2026-01-01\"}",
                        "{\"id\":2,\"p\":null,\"d\":null}",
                        "{\"id\":3,\"p\":\"__HIVE_DEFAULT_PARTITION__\",\"d\":\"0001-01-01\"}",
                        "{\"id\":4,\"p\":\"ü\\u0001\\n\",\"d\":\"9999-12-31\"}");
        assertThat(table.rows()
                        .query("where", "p = 'a/b=c %?#'")
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .size())
                .isEqualTo(1);
        assertThat(table.rows()
                        .query("where", "p IS NULL")
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void an_empty_string_in_a_partition_column_is_a_bad_row() {
        Table table = Table.with(sluice, ",\"partitionBy\":[\"p\"]", "id long", "p string");
        JsonNode problem = table.post().json("[{\"id\":1,\"p\":\"\"}]").send().expectProblem(422, "bad-rows");
        assertThat(problem.path("badRows").get(0).path("column").asString()).isEqualTo("p");
        assertThat(table.version()).isZero();
    }

    @Test
    void a_partition_may_be_given_once_for_the_batch() {
        Table table = Table.with(sluice, ",\"partitionBy\":[\"p\",\"n\"]", "id long", "p string", "n integer");
        table.post()
                .query("partition", "p=x/n=7")
                .json("[{\"id\":1},{\"id\":2,\"p\":\"x\"}]")
                .send()
                .expect(200);
        assertThat(table.content()).containsExactly("{\"id\":1,\"p\":\"x\",\"n\":7}", "{\"id\":2,\"p\":\"x\",\"n\":7}");
        table.post()
                .query("partition", "p=x/n=7")
                .json("[{\"id\":3,\"p\":\"y\"}]")
                .send()
                .expectProblem(422, "bad-rows");
        table.post().query("partition", "nope=x").json("[{\"id\":3}]").send().expectProblem(400, "bad-parameter");
        assertThat(table.version()).isEqualTo(1);
    }

    @Test
    void commit_info_of_the_client_stands_in_the_history() {
        Table table = Table.of(sluice, "id long");
        table.post()
                .header("Sluice-Commit-Info", "{\"job\":\"nightly\"}")
                .json("[{\"id\":1}]")
                .send()
                .expect(200);
        JsonNode commit =
                table.get("/history").send().expect(200).json().path("commits").get(0);
        assertThat(commit.path("userMetadata")
                        .asString(commit.path("userMetadata").toString()))
                .contains("\"job\"", "nightly");
        table.post()
                .header("Sluice-Commit-Info", "not json")
                .json("[{\"id\":1}]")
                .send()
                .expectProblem(400, "bad-parameter");
        assertThat(table.version()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/x-ndjson",
                "text/csv",
                "application/vnd.apache.arrow.stream",
                "application/vnd.apache.parquet"
            })
    void what_one_table_answers_another_takes(String mediaType) {
        String[] columns = {
            "a byte",
            "b short",
            "c integer",
            "d long",
            "e float",
            "f double",
            "g decimal(38,18)",
            "h boolean",
            "i string",
            "j binary",
            "k date",
            "l timestamp",
            "m timestamp_ntz",
            "n array<integer>",
            "o struct<x:integer,y:struct<z:string>>",
            "p map<string,long>",
            "q map<integer,array<date>>"
        };
        Table from = Table.of(sluice, columns);
        from.append("""
                [{"a":-128,"b":-32768,"c":-2147483648,"d":-9223372036854775808,"e":1.5e-10,"f":-1.7976931348623157e308,
                  "g":"-99999999999999999999.999999999999999999","h":false,"i":"x,\\"y\\"\\n\\tü😀","j":"AAECAw==","k":"0001-01-01",
                  "l":"1969-12-31T23:59:59.999999Z","m":"1969-12-31T23:59:59.999999",
                  "n":[1,null],"o":{"x":1,"y":{"z":"\\"\\n,"}},"p":{"a b":1,"":null},"q":[[1,["2026-01-01",null]],[2,null]]},
                 {"a":127,"b":32767,"c":2147483647,"d":9223372036854775807,"e":"NaN","f":"Infinity",
                  "g":"0.000000000000000001","h":true,"i":"null","j":"","k":"9999-12-31",
                  "l":"9999-12-31T23:59:59.999999Z","m":"0001-01-01T00:00:00.000000",
                  "n":[],"o":{"x":null,"y":null},"p":{},"q":[]},
                 {"a":null,"b":null,"c":0,"d":null,"e":null,"f":null,"g":null,"h":null,"i":null,"j":null,"k":null,"l":null,"m":null,
                  "n":null,"o":null,"p":null,"q":null}]""");
        Table to = Table.of(sluice, columns);
        Answer answer = from.rows().accept(mediaType).send().expect(200);
        byte[] body = mediaType.equals("application/json")
                ? Bodies.utf8(answer.json().path("rows").toString())
                : answer.body();
        to.post().body(mediaType, body).send().expect(200);
        assertThat(to.content()).isEqualTo(from.content());
    }
}
