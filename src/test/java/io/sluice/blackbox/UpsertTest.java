package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class UpsertTest {

    private static final String COPIED = ",\"properties\":{\"delta.enableDeletionVectors\":\"false\"}";

    private final RunningSluice sluice = RunningSluice.shared();

    @ParameterizedTest
    @ValueSource(strings = {"", COPIED})
    void rows_with_a_known_key_are_updated_and_others_inserted(String members) {
        Table table = Table.with(sluice, members, "id long", "name string", "qty integer");
        table.append("[{\"id\":1,\"name\":\"a\",\"qty\":1},{\"id\":2,\"name\":\"b\",\"qty\":2},{\"id\":3,\"qty\":3}]");

        JsonNode answer = upsert(table, "id", "[{\"id\":2,\"name\":\"B\"},{\"id\":4,\"name\":\"d\"}]")
                .send()
                .expect(200)
                .json();

        assertThat(answer.path("version").asLong()).isEqualTo(2);
        assertThat(answer.path("inserted").asLong()).isEqualTo(1);
        assertThat(answer.path("updated").asLong()).isEqualTo(1);
        assertThat(answer.path("deleted").asLong(-1)).isZero();
        assertThat(answer.path("metrics").path("numSourceRows").asLong()).isEqualTo(2);
        assertThat(table.content())
                .containsExactly(
                        "{\"id\":1,\"name\":\"a\",\"qty\":1}",
                        "{\"id\":2,\"name\":\"B\",\"qty\":2}",
                        "{\"id\":3,\"name\":null,\"qty\":3}",
                        "{\"id\":4,\"name\":\"d\",\"qty\":null}");
        JsonNode commit = table.get("/history")
                .query("limit", 1)
                .send()
                .expect(200)
                .json()
                .path("commits")
                .get(0);
        assertThat(commit.path("operation").asString()).isEqualTo("MERGE");
        assertThat(commit.path("operationMetrics").path("numTargetRowsUpdated").asString())
                .isEqualTo("1");
    }

    @Test
    void a_column_that_a_row_leaves_out_keeps_its_value_and_an_explicit_null_does_not() {
        Table table = Table.of(sluice, "id long", "a integer", "b integer");
        table.append("[{\"id\":1,\"a\":1,\"b\":1},{\"id\":2,\"a\":2,\"b\":2}]");

        upsert(table, "id", "[{\"id\":1,\"a\":null},{\"id\":2,\"b\":20},{\"id\":3,\"b\":30}]")
                .send()
                .expect(200);

        assertThat(table.content())
                .containsExactly(
                        "{\"id\":1,\"a\":null,\"b\":1}",
                        "{\"id\":2,\"a\":2,\"b\":20}",
                        "{\"id\":3,\"a\":null,\"b\":30}");
    }

    @Test
    void a_row_that_is_softly_deleted_is_there_again_unless_the_batch_says_otherwise() {
        Table table = Table.with(
                sluice,
                ",\"properties\":{\"sluice.softDeleteColumn\":\"gone\"}",
                "id long",
                "v integer",
                "gone timestamp");
        table.append("[{\"id\":1,\"v\":1},{\"id\":2,\"v\":2},{\"id\":3,\"v\":3}]");
        sluice.delete(table.path() + "/rows")
                .query("where", "id < 3")
                .query("soft", "true")
                .send()
                .expect(200);

        upsert(table, "id", "[{\"id\":1,\"v\":10}]").send().expect(200);
        assertThat(table.content())
                .containsExactly("{\"id\":1,\"v\":10,\"gone\":null}", "{\"id\":3,\"v\":3,\"gone\":null}");
        upsert(table, "id", "[{\"id\":2},{\"id\":3,\"gone\":\"2026-11-20T08:15:30Z\"}]")
                .send()
                .expect(200);
        assertThat(table.content())
                .containsExactly("{\"id\":1,\"v\":10,\"gone\":null}", "{\"id\":2,\"v\":2,\"gone\":null}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reject", "first", "last"})
    void a_body_that_does_not_stay_in_memory(String dedupe) {
        int rows = 40_000;
        Table table = Table.of(sluice, "id long", "name string", "qty integer");
        table.append("[{\"id\":1,\"name\":\"a\",\"qty\":7},{\"id\":2,\"name\":\"b\",\"qty\":7},{\"id\":-1,\"qty\":7}]");
        String name = "x".repeat(500);
        String body = IntStream.range(0, rows)
                .mapToObj(id -> "{\"id\":" + id + ",\"name\":\"" + name + "\"" + (id % 2 == 0 ? ",\"qty\":1}" : "}"))
                .collect(Collectors.joining("\n", "", "\n{\"id\":3,\"name\":\"again\",\"qty\":9}\n"));

        Answer answer = sluice.post(table.path() + "/upsert")
                .query("key", "id")
                .query("dedupe", dedupe)
                .ndjson(body)
                .send();

        if (dedupe.equals("reject")) {
            assertThat(answer.expectProblem(422, "duplicate-keys").path("rows").toString())
                    .isEqualTo("[[3," + rows + "]]");
            assertThat(table.count()).isEqualTo(3);
            return;
        }
        JsonNode counts = answer.expect(200).json();
        assertThat(counts.path("updated").asLong()).isEqualTo(2);
        assertThat(counts.path("inserted").asLong()).isEqualTo(rows - 2);
        assertThat(table.get("/rows")
                        .query("where", "id < 4")
                        .query("select", "id,qty")
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .valueStream()
                        .map(JsonNode::toString)
                        .sorted())
                .containsExactly(
                        "{\"id\":-1,\"qty\":7}",
                        "{\"id\":0,\"qty\":1}",
                        "{\"id\":1,\"qty\":7}",
                        "{\"id\":2,\"qty\":1}",
                        dedupe.equals("last") ? "{\"id\":3,\"qty\":9}" : "{\"id\":3,\"qty\":null}");
    }

    @Test
    void a_key_of_several_columns_and_nulls_that_match_nothing() {
        Table table = Table.of(sluice, "a string", "b date", "v integer");
        table.append(
                "[{\"a\":\"x\",\"b\":\"2026-01-01\",\"v\":1},{\"a\":\"x\",\"b\":null,\"v\":2},{\"a\":\"y\",\"b\":\"2026-01-01\",\"v\":3}]");

        JsonNode answer = upsert(
                        table,
                        "a,b",
                        "[{\"a\":\"x\",\"b\":\"2026-01-01\",\"v\":10},{\"a\":\"x\",\"b\":null,\"v\":20},{\"a\":\"x\",\"b\":null,\"v\":21}]")
                .send()
                .expect(200)
                .json();

        assertThat(answer.path("updated").asLong()).isEqualTo(1);
        assertThat(answer.path("inserted").asLong()).isEqualTo(2);
        assertThat(table.count()).isEqualTo(5);
    }

    @Test
    void rows_of_a_batch_that_share_a_key() {
        Table table = Table.of(sluice, "id long", "v integer");
        table.append("{\"id\":1,\"v\":0}");
        String rows = "[{\"id\":1,\"v\":1},{\"id\":2,\"v\":5},{\"id\":1,\"v\":2}]";

        JsonNode problem = upsert(table, "id", rows).send().expectProblem(422, "duplicate-keys");
        assertThat(problem.path("rows").toString()).isEqualTo("[[0,2]]");
        assertThat(table.version()).isEqualTo(1);

        upsert(table, "id", rows).query("dedupe", "last").send().expect(200);
        assertThat(table.content()).containsExactly("{\"id\":1,\"v\":2}", "{\"id\":2,\"v\":5}");
        upsert(table, "id", rows).query("dedupe", "first").send().expect(200);
        assertThat(table.content()).containsExactly("{\"id\":1,\"v\":1}", "{\"id\":2,\"v\":5}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", COPIED})
    void rows_of_a_batch_that_delete(String members) {
        Table table = Table.with(sluice, members, "id long", "op string");
        table.append("[{\"id\":1},{\"id\":2}]");

        JsonNode answer = upsert(
                        table,
                        "id",
                        "[{\"id\":1,\"op\":\"D\"},{\"id\":2,\"op\":\"U\"},{\"id\":3,\"op\":\"D\"},{\"id\":4}]")
                .query("deleteWhen", "op = 'D'")
                .send()
                .expect(200)
                .json();

        assertThat(answer.path("deleted").asLong()).isEqualTo(1);
        assertThat(answer.path("updated").asLong()).isEqualTo(1);
        assertThat(answer.path("inserted").asLong()).isEqualTo(1);
        assertThat(answer.path("dropped").asLong()).isEqualTo(1);
        assertThat(table.content()).containsExactly("{\"id\":2,\"op\":\"U\"}", "{\"id\":4,\"op\":null}");
    }

    @Test
    void every_format_is_read() throws Exception {
        Table table = Table.of(sluice, "id long", "v string");

        upsert(table, "id", "")
                .body("text/csv", "id,v\n1,a\n2,b\n".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .send()
                .expect(200);
        sluice.post(table.path() + "/upsert")
                .query("key", "id")
                .ndjson("{\"id\":2,\"v\":\"B\"}\n{\"id\":3,\"v\":\"c\"}\n")
                .send()
                .expect(200);
        sluice.post(table.path() + "/upsert")
                .query("key", "ID")
                .body("application/vnd.apache.parquet", Bodies.parquet("SELECT 3::BIGINT AS id, 'C' AS v"))
                .send()
                .expect(200);
        sluice.post(table.path() + "/upsert")
                .query("key", "id")
                .body("application/vnd.apache.arrow.stream", Bodies.arrow("SELECT 1::BIGINT AS id, 'A' AS v"))
                .send()
                .expect(200);

        assertThat(table.content())
                .containsExactly("{\"id\":1,\"v\":\"A\"}", "{\"id\":2,\"v\":\"B\"}", "{\"id\":3,\"v\":\"C\"}");
    }

    @Test
    void defaults_and_generated_columns_of_rows_that_come_and_stay() {
        Table table = Table.unmade(sluice);
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + table.name() + "\",\"columns\":[{\"name\":\"id\",\"type\":\"long\"},"
                        + "{\"name\":\"v\",\"type\":\"long\",\"default\":\"7\"},"
                        + "{\"name\":\"twice\",\"type\":\"long\",\"generatedAs\":\"v * 2\"}]}")
                .send()
                .expect(201);
        table.append("[{\"id\":1,\"v\":1}]");

        upsert(table, "id", "[{\"id\":1,\"v\":5},{\"id\":2},{\"id\":3,\"v\":null}]")
                .send()
                .expect(200);
        upsert(table, "id", "[{\"id\":2}]").send().expect(200);

        assertThat(table.content())
                .containsExactly(
                        "{\"id\":1,\"v\":5,\"twice\":10}",
                        "{\"id\":2,\"v\":7,\"twice\":14}",
                        "{\"id\":3,\"v\":null,\"twice\":null}");
    }

    @Test
    void identity_columns_of_rows_that_come_are_handed_out_once() {
        Table table = Table.unmade(sluice);
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + table.name() + "\",\"columns\":[{\"name\":\"k\",\"type\":\"string\"},"
                        + "{\"name\":\"n\",\"type\":\"long\",\"identity\":{\"always\":true,\"start\":10,\"step\":5}},"
                        + "{\"name\":\"v\",\"type\":\"integer\"}]}")
                .send()
                .expect(201);
        table.append("[{\"k\":\"a\",\"v\":1}]");

        upsert(table, "k", "[{\"k\":\"a\",\"v\":2},{\"k\":\"b\",\"v\":3}]")
                .send()
                .expect(200);
        upsert(table, "k", "[{\"k\":\"b\",\"v\":4},{\"k\":\"c\"}]").send().expect(200);
        table.append("[{\"k\":\"d\"}]");

        assertThat(table.content())
                .containsExactly(
                        "{\"k\":\"a\",\"n\":10,\"v\":2}",
                        "{\"k\":\"b\",\"n\":15,\"v\":4}",
                        "{\"k\":\"c\",\"n\":20,\"v\":null}",
                        "{\"k\":\"d\",\"n\":25,\"v\":null}");
    }

    @Test
    void what_is_wrong_with_an_upsert() {
        Table table = Table.of(sluice, "id long not null", "v integer", "l array<integer>");
        var before = table.files();

        sluice.post(table.path() + "/upsert").json("[{\"id\":1}]").send().expectProblem(400, "bad-parameter");
        upsert(table, "nope", "[{\"id\":1}]").send().expectProblem(400, "bad-parameter");
        upsert(table, "l", "[{\"id\":1}]").send().expectProblem(400, "bad-parameter");
        upsert(table, "id", "[{\"id\":1}]").query("dedupe", "some").send().expectProblem(400, "bad-parameter");
        upsert(table, "id", "[{\"id\":1}]").query("deleteWhen", "x = 1").send().expectProblem(400, "bad-filter");
        upsert(table, "id", "[{\"id\":\"a\"},{\"id\":null}]").send().expectProblem(422, "bad-rows");
        upsert(table, "v", "[{\"v\":1}]").send().expectProblem(422, "constraint-violated");
        upsert(table, "id", "[{\"id\":1,\"nope\":1}]").send().expectProblem(422, "bad-rows");

        assertThat(table.files()).isEqualTo(before);
    }

    @Test
    void a_repeated_upsert_is_answered_as_the_first_one() {
        Table table = Table.of(sluice, "id long", "v integer");

        JsonNode first = upsert(table, "id", "[{\"id\":1,\"v\":1}]")
                .header("Idempotency-Key", "u1")
                .send()
                .expect(200)
                .json();
        JsonNode again = upsert(table, "id", "[{\"id\":1,\"v\":1}]")
                .header("Idempotency-Key", "u1")
                .send()
                .expect(200)
                .json();

        assertThat(again.path("replayed").asBoolean()).isTrue();
        assertThat(again.path("version")).isEqualTo(first.path("version"));
        assertThat(again.path("inserted").asLong()).isEqualTo(1);
        upsert(table, "id", "[{\"id\":1,\"v\":2}]")
                .header("Idempotency-Key", "u1")
                .send()
                .expectProblem(422, "idempotency-key-reused");
    }

    private static Call upsert(Table table, String key, String rows) {
        Call call = table.sluice().post(table.path() + "/upsert").query("key", key);
        return rows.isEmpty() ? call : call.json(rows);
    }
}
