package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What a table demands of its rows beyond types: constraints, defaults, generated columns. A row that breaks a rule
/// is a bad row whose reason names it.
class TableRulesTest {

    private final RunningSluice sluice = RunningSluice.shared();

    private Table create(String columns, String rest) {
        Table table = Table.unmade(sluice);
        sluice.post("/v1/tables")
                .json(("{'name':'" + table.name() + "','columns':[" + columns + "]" + rest + "}").replace('\'', '"'))
                .send()
                .expect(201);
        return table;
    }

    private static JsonNode badRows(Answer answer) {
        answer.expectProblem(422, "bad-rows");
        return answer.json().path("badRows");
    }

    @Test
    void a_row_for_which_a_constraint_is_false_or_null_is_bad() {
        Table table = create(
                "{'name':'id','type':'long'},{'name':'price','type':'decimal(10,2)'}",
                ",'constraints':{'positive':'price > 0','Known':'id IS NOT NULL'}");
        assertThat(table.show().path("constraints").toString())
                .isEqualTo("{\"known\":\"id IS NOT NULL\",\"positive\":\"price > 0\"}");
        assertThat(table.show().path("protocol").path("writerFeatures").toString())
                .contains("checkConstraints");
        JsonNode bad = badRows(table.post()
                .json("[{\"id\":1,\"price\":1},{\"id\":2,\"price\":-1},{\"id\":3},{\"price\":2},{\"id\":\"x\"}]")
                .send());
        assertThat(bad.size()).isEqualTo(4);
        assertThat(bad.get(0).path("row").asInt()).isEqualTo(1);
        assertThat(bad.get(0).path("reason").asString()).contains("positive", "price > 0");
        assertThat(bad.get(1).path("row").asInt()).isEqualTo(2);
        assertThat(bad.get(2).path("reason").asString()).contains("known");
        assertThat(bad.get(3).path("column").asString()).isEqualTo("id");
        assertThat(table.version()).isZero();
        table.append("[{\"id\":1,\"price\":1}]");
        assertThat(table.content()).containsExactly("{\"id\":1,\"price\":\"1.00\"}");
    }

    @Test
    void a_constraint_that_cannot_be_computed_makes_its_row_bad_alone() {
        Table table =
                create("{'name':'s','type':'string'}", ",'constraints':{'known':'CAST(s AS INT) IN (1, 2, 3, 4, 5)'}");
        JsonNode answer = table.post()
                .query("onBadRow", "skip")
                .json("[{\"s\":\"1\"},{\"s\":\"x\"},{\"s\":\"6\"}]")
                .send()
                .expect(200)
                .json();
        assertThat(answer.path("rejected").size()).isEqualTo(2);
        assertThat(table.content()).containsExactly("{\"s\":\"1\"}");
    }

    @Test
    void values_that_the_table_makes_and_no_partition_can_have_make_a_bad_row() {
        Table table = create(
                "{'name':'id','type':'long'},{'name':'p','type':'string','default':'\\u0027\\u0027'}",
                ",'partitionBy':['p']");
        JsonNode bad = badRows(table.post().json("[{\"id\":1}]").send());
        assertThat(bad.get(0).path("reason").asString()).contains("empty");
        table.append("[{\"id\":1,\"p\":\"x\"}]");
    }

    @Test
    void a_row_that_a_change_would_break_is_told_with_the_values_of_an_answer() {
        Table table = create(
                "{'name':'id','type':'long'},{'name':'d','type':'double'},{'name':'m','type':'decimal(10,2)'},"
                        + "{'name':'b','type':'binary'},{'name':'t','type':'timestamp'},{'name':'e','type':'map<integer,string>'}",
                ",'constraints':{'small':'id < 100'}");
        String values = "\"d\":\"NaN\",\"m\":\"1.50\",\"b\":\"AAH/\",\"t\":\"2026-01-02T03:04:05.500000Z\","
                + "\"e\":[[1,\"x\"]]}";
        table.append("[{\"id\":1," + values + "]");
        JsonNode problem = sluice.call("PATCH", table.path() + "/rows")
                .json("{\"where\":\"true\",\"set\":{\"id\":500}}")
                .send()
                .expectProblem(422, "constraint-violated");
        assertThat(problem.path("rows").toString()).isEqualTo("[{\"id\":500," + values + "]");
        sluice.post(table.path() + "/upsert")
                .query("key", "id")
                .json("[{\"id\":500," + values + "]")
                .send()
                .expectProblem(422, "constraint-violated");
    }

    @Test
    void bad_rows_can_be_skipped_and_kept_with_what_was_sent() {
        Table table = create(
                "{'name':'id','type':'long'},{'name':'s','type':'string','default':'upper(\\u0027x\\u0027)'}",
                ",'constraints':{'small':'id < 10'}");
        JsonNode answer = table.post()
                .query("onBadRow", "quarantine")
                .ndjson("{\"id\":1}\n{\"id\":\"a\"}\n{\"id\":11}\n{\"id\":2,\"s\":null}\n{\"id\":12,\"s\":\"y\"}\n")
                .send()
                .expect(200)
                .json();
        assertThat(answer.path("rows").asInt()).isEqualTo(2);
        assertThat(answer.path("rejected")
                        .valueStream()
                        .map(row -> row.path("row").asInt()))
                .containsExactly(1, 2, 4);
        var kept = new Table(sluice, table.name() + "__rejected")
                .rows()
                .query("select", "row,payload")
                .query("orderBy", "row")
                .send()
                .expect(200)
                .json()
                .path("rows");
        assertThat(kept.size()).isEqualTo(3);
        assertThat(kept.get(2).path("payload").asString()).isEqualTo("{\"id\":12,\"s\":\"y\"}");
    }

    @Test
    void a_column_that_is_not_there_takes_its_default_and_null_stays_null() {
        Table table = create(
                "{'name':'id','type':'long'},{'name':'n','type':'integer','nullable':false,'default':'40 + 2'},"
                        + "{'name':'d','type':'date','default':'current_date()'},"
                        + "{'name':'t','type':'string','default':'concat(\\u0027a\\u0027, \\u0027b\\u0027)'}",
                "");
        table.append("[{\"id\":1},{\"id\":2,\"n\":7,\"d\":\"2020-01-01\",\"t\":null}]");
        JsonNode rows =
                table.rows().query("orderBy", "id").send().expect(200).json().path("rows");
        assertThat(rows.get(0).path("n").asInt()).isEqualTo(42);
        assertThat(rows.get(0).path("d").asString()).matches("20\\d\\d-\\d\\d-\\d\\d");
        assertThat(rows.get(0).path("t").asString()).isEqualTo("ab");
        assertThat(rows.get(1).toString()).isEqualTo("{\"id\":2,\"n\":7,\"d\":\"2020-01-01\",\"t\":null}");
        assertThat(badRows(table.post().json("[{\"id\":1,\"n\":null}]").send())
                        .get(0)
                        .path("column")
                        .asString())
                .isEqualTo("n");
    }

    @Test
    void a_generated_column_is_computed_where_it_is_absent_and_checked_where_it_is_given() {
        Table table = create(
                "{'name':'ts','type':'timestamp'},{'name':'day','type':'date','generatedAs':'CAST(ts AS DATE)'},"
                        + "{'name':'n','type':'integer'},{'name':'twice','type':'long','generatedAs':'n * 2'}",
                ",'partitionBy':['day'],'properties':{'delta.columnMapping.mode':'name'}");
        table.append("[{\"ts\":\"2026-01-02T23:30:00-02:00\",\"n\":4},{\"n\":null,\"twice\":null},"
                + "{\"ts\":\"2026-01-02T03:04:05Z\",\"day\":\"2026-01-02\",\"n\":1,\"twice\":2}]");
        assertThat(table.rows()
                        .query("select", "day,twice")
                        .query("orderBy", "day")
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .toString())
                .isEqualTo("[{\"day\":null,\"twice\":null},{\"day\":\"2026-01-02\",\"twice\":2},"
                        + "{\"day\":\"2026-01-03\",\"twice\":8}]");
        JsonNode bad = badRows(table.post()
                .json("[{\"ts\":\"2026-01-02T03:04:05Z\",\"day\":\"2026-01-03\"},{\"n\":2147483647},"
                        + "{\"twice\":1,\"n\":1}]")
                .send());
        assertThat(bad.size()).isEqualTo(3);
        assertThat(bad.get(0).path("reason").asString()).contains("CAST(ts AS DATE)");
        assertThat(bad.get(1).path("reason").asString()).contains("cannot be computed", "n * 2");
        assertThat(bad.get(2).path("column").asString()).isEqualTo("twice");
    }

    @Test
    void every_format_goes_through_the_same_rules() {
        Table table = create(
                "{'name':'id','type':'long'},{'name':'twice','type':'long','generatedAs':'id * 2'}",
                ",'constraints':{'small':'id < 100'}");
        table.append("[{\"id\":1},{\"id\":2}]");
        table.post()
                .body("text/csv", "id\n3\n4\n".getBytes(StandardCharsets.UTF_8))
                .send()
                .expect(200);
        for (String type : new String[] {"application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"}) {
            byte[] rows = table.rows()
                    .query("select", "id")
                    .query("where", "id < 3")
                    .accept(type)
                    .send()
                    .expect(200)
                    .body();
            table.post().body(type, rows).send().expect(200);
        }
        assertThat(table.rows()
                        .query("where", "twice = id * 2")
                        .accept("application/x-ndjson")
                        .send()
                        .expect(200)
                        .lines())
                .hasSize(10);
        badRows(table.post()
                .body("text/csv", "id\n3\n400\n".getBytes(StandardCharsets.UTF_8))
                .send());
    }

    @Test
    void a_body_of_many_batches_names_the_rows_of_the_body() {
        Table table = create(
                "{'name':'id','type':'long'},{'name':'pad','type':'string'}",
                ",'constraints':{'odd':'id % 1000 <> 999'}");
        var body = new StringBuilder();
        for (int i = 0; i < 60_000; i++) {
            body.append("{\"id\":")
                    .append(i % 5000 == 7 ? "\"x\"" : Integer.toString(i))
                    .append(",\"pad\":\"................................................................\"}\n");
        }
        JsonNode answer = table.post()
                .query("onBadRow", "skip")
                .ndjson(body.toString())
                .send()
                .expect(200)
                .json();
        assertThat(answer.path("rows").asInt()).isEqualTo(60_000 - 12 - 60);
        assertThat(answer.path("rejected")
                        .valueStream()
                        .map(row -> row.path("row").asInt() % 1000))
                .containsOnly(7, 999);
        assertThat(table.count()).isEqualTo(60_000 - 12 - 60);
        assertThat(table.rows()
                        .query("where", "id % 1000 = 999 OR id % 5000 = 7")
                        .accept("application/x-ndjson")
                        .send()
                        .expect(200)
                        .lines())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "constraints|regexp_like(s, s)|unsupported-table-feature|regexp_like",
                "constraints|s RLIKE s|unsupported-table-feature|RLIKE",
                "constraints|id / CAST(1 AS DECIMAL(3,1)) > 1|unsupported-table-feature|/",
                "constraints|id >|invalid-schema|id >",
                "constraints|nothing > 1|invalid-schema|nothing",
                "constraints|id + 1|invalid-schema|no condition",
                "generatedAs|uuid()|unsupported-table-feature|uuid",
                "generatedAs|current_date()|unsupported-table-feature|current_date",
                "generatedAs|s|invalid-schema|type of the column",
                "generatedAs|missing + 1|invalid-schema|missing",
                "default|id|invalid-schema|id",
                "default|CAST(DATE'2026-01-01' AS BIGINT)|unsupported-table-feature|cast",
                "default|CAST('x' AS BIGINT)|invalid-schema|default",
                "identity|{\"step\":0}|invalid-schema|step",
                "identity|{\"steps\":1}|malformed-body|identity",
            })
    void what_is_no_expression_or_not_computed_here_is_refused(
            String where, String expression, String type, String told) {
        Table table = Table.unmade(sluice);
        String text = where.equals("identity") ? expression : Answer.JSON.writeValueAsString(expression);
        String column = where.equals("constraints") ? "" : ",\"" + where + "\":" + text;
        Answer answer = sluice.post("/v1/tables")
                .json("{\"name\":\"" + table.name() + "\",\"columns\":[{\"name\":\"id\",\"type\":\"long\"},"
                        + "{\"name\":\"s\",\"type\":\"string\"},{\"name\":\"c\",\"type\":\"long\"" + column + "}]"
                        + (where.equals("constraints") ? ",\"constraints\":{\"c1\":" + text + "}" : "") + "}")
                .send();
        assertThat(answer.expectProblem(type.equals("malformed-body") ? 400 : 422, type)
                        .toString())
                .contains(told);
        assertThat(table.directory()).doesNotExist();
    }
}
