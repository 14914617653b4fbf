package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ChangeRowsTest {

    private static final String COPIED = ",\"properties\":{\"delta.enableDeletionVectors\":\"false\"}";

    private final RunningSluice sluice = RunningSluice.shared();

    @ParameterizedTest
    @ValueSource(strings = {"", COPIED})
    void rows_that_satisfy_the_condition_go(String members) {
        Table table = Table.with(sluice, members, "id long", "name string");
        table.append("[{\"id\":1,\"name\":\"a\"},{\"id\":2,\"name\":\"b\"},{\"id\":3}]");
        table.append("[{\"id\":4,\"name\":\"a\"}]");

        Answer answer = delete(table, "name = 'a'").send().expect(200);

        assertThat(answer.json().path("version").asLong()).isEqualTo(3);
        assertThat(answer.json().path("deleted").asLong()).isEqualTo(2);
        assertThat(answer.header("ETag")).isEqualTo("\"3\"");
        assertThat(table.content()).containsExactly("{\"id\":2,\"name\":\"b\"}", "{\"id\":3,\"name\":null}");
        assertThat(table.count()).isEqualTo(2);
        JsonNode commit = table.get("/history")
                .query("limit", 1)
                .send()
                .expect(200)
                .json()
                .path("commits")
                .get(0);
        assertThat(commit.path("operation").asString()).isEqualTo("DELETE");
        assertThat(commit.path("operationParameters").path("predicate").asString())
                .isEqualTo("[\"name = 'a'\"]");
        assertThat(commit.path("operationMetrics").path("numDeletedRows").asString())
                .isEqualTo("2");
        assertThat(commit.path("operationMetrics").path("numRemovedFiles").asString())
                .isEqualTo(members.isEmpty() ? "1" : "2");
        assertThat(commit.path("isBlindAppend").asBoolean(true)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", COPIED})
    void rows_that_satisfy_the_condition_get_new_values(String members) {
        Table table = Table.with(sluice, members, "id long", "qty integer", "price decimal(10,2)", "at timestamp");
        table.append("[{\"id\":1,\"qty\":1,\"price\":\"1.10\"},{\"id\":2,\"qty\":2,\"price\":\"2.20\"},{\"id\":3}]");

        Answer answer = patch(
                        table,
                        "{\"where\":\"qty >= 1\",\"set\":{\"qty\":{\"sql\":\"qty + id\"},\"price\":\"9.99\",\"at\":\"2026-11-20T08:15:30Z\"}}")
                .send()
                .expect(200);

        assertThat(answer.json().path("updated").asLong()).isEqualTo(2);
        assertThat(table.content())
                .containsExactly(
                        "{\"id\":1,\"qty\":2,\"price\":\"9.99\",\"at\":\"2026-11-20T08:15:30.000000Z\"}",
                        "{\"id\":2,\"qty\":4,\"price\":\"9.99\",\"at\":\"2026-11-20T08:15:30.000000Z\"}",
                        "{\"id\":3,\"qty\":null,\"price\":null,\"at\":null}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", COPIED})
    void changes_follow_changes(String members) {
        Table table = Table.with(sluice, members, "id long", "qty integer");
        table.append("[{\"id\":1,\"qty\":0},{\"id\":2,\"qty\":0},{\"id\":3,\"qty\":0},{\"id\":4,\"qty\":0}]");

        for (int i = 0; i < 5; i++) {
            patch(table, "{\"where\":\"id >= 2\",\"set\":{\"qty\":{\"sql\":\"qty + 1\"}}}")
                    .send()
                    .expect(200);
        }
        delete(table, "id = 3").send().expect(200);
        delete(table, "id = 1").send().expect(200);

        assertThat(table.content()).containsExactly("{\"id\":2,\"qty\":5}", "{\"id\":4,\"qty\":5}");
        assertThat(table.rows()
                        .query("version", 3)
                        .accept("application/x-ndjson")
                        .send()
                        .expect(200)
                        .lines())
                .hasSize(4);
    }

    @Test
    void a_change_that_touches_nothing_commits_nothing() {
        Table table = Table.of(sluice, "id long");
        table.append("{\"id\":1}");

        Answer deleted = delete(table, "id = 7").send().expect(200);
        Answer updated = patch(table, "{\"where\":\"id is null\",\"set\":{\"id\":2}}")
                .send()
                .expect(200);

        assertThat(deleted.json().path("version").asLong()).isEqualTo(1);
        assertThat(deleted.json().path("deleted").asLong(-1)).isZero();
        assertThat(updated.json().path("version").asLong()).isEqualTo(1);
        assertThat(table.version()).isEqualTo(1);
    }

    @Test
    void a_row_whose_condition_is_null_is_not_touched() {
        Table table = Table.of(sluice, "id long", "x integer");
        table.append("[{\"id\":1,\"x\":1},{\"id\":2},{\"id\":3,\"x\":3}]");

        delete(table, "NOT (x = 1)").send().expect(200);

        assertThat(table.content()).containsExactly("{\"id\":1,\"x\":1}", "{\"id\":2,\"x\":null}");
    }

    @Test
    void all_rows_go_with_the_files() {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":1},{\"id\":2}]");

        assertThat(delete(table, "true")
                        .send()
                        .expect(200)
                        .json()
                        .path("deleted")
                        .asLong())
                .isEqualTo(2);

        assertThat(table.content()).isEmpty();
        assertThat(table.show().path("statistics").path("files").asLong(-1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"where\":\"10 / (id - 2) > 1\",\"set\":{\"x\":1}}|400|bad-filter",
                "{\"where\":\"cast(name as int) = 1\",\"set\":{\"x\":1}}|400|bad-filter",
                "{\"where\":\"nope = 1\",\"set\":{\"x\":1}}|400|bad-filter",
                "{\"where\":\"true\",\"set\":{\"x\":{\"sql\":\"10 / (id - 2)\"}}}|400|bad-sql",
                "{\"where\":\"true\",\"set\":{\"x\":{\"sql\":\"x * 3000000\"}}}|400|bad-sql",
                "{\"where\":\"true\",\"set\":{\"x\":{\"sql\":\"0.5\"}}}|400|bad-sql",
                "{\"where\":\"true\",\"set\":{\"x\":{\"sql\":\"name\"}}}|400|bad-sql",
                "{\"where\":\"true\",\"set\":{\"x\":{\"sql\":\"select 1\"}}}|400|bad-sql",
                "{\"where\":\"true\",\"set\":{\"nope\":1}}|400|bad-sql",
                "{\"where\":\"true\",\"set\":{\"x\":\"abc\"}}|422|bad-rows",
                "{\"where\":\"true\",\"set\":{\"x\":3000000000}}|422|bad-rows",
                "{\"where\":\"true\",\"set\":{\"id\":null}}|422|bad-rows",
                "{\"where\":\"true\",\"set\":{\"id\":{\"sql\":\"nullif(id, 2)\"}}}|422|constraint-violated",
                "{\"where\":\"true\",\"set\":{\"p\":\"\"}}|422|constraint-violated",
                "{\"where\":\"true\",\"set\":{}}|400|malformed-body",
                "{\"set\":{\"x\":1}}|400|malformed-body",
                "{\"where\":\"true\",\"set\":{\"x\":1},\"more\":1}|400|malformed-body"
            })
    void what_cannot_be_done_is_a_problem_and_leaves_nothing_behind(String bodyAndProblem) {
        String[] parts = bodyAndProblem.split("\\|");
        Table table = Table.with(
                sluice, ",\"partitionBy\":[\"p\"]", "id long not null", "name string", "x integer", "p string");
        table.append("[{\"id\":1,\"name\":\"a\",\"x\":1000,\"p\":\"a\"},{\"id\":2,\"x\":2,\"p\":\"a\"}]");
        var before = table.files();

        patch(table, parts[0]).send().expectProblem(Integer.parseInt(parts[1]), parts[2]);

        assertThat(table.files()).isEqualTo(before);
    }

    @Test
    void a_condition_is_required() {
        Table table = Table.of(sluice, "id long");

        sluice.delete(table.path() + "/rows").send().expectProblem(400, "bad-parameter");
    }

    @Test
    void a_table_to_which_rows_can_only_be_added_stays() {
        Table table = Table.with(sluice, ",\"properties\":{\"delta.appendOnly\":\"true\"}", "id long");
        table.append("{\"id\":1}");

        delete(table, "true").send().expectProblem(409, "append-only-table");
        patch(table, "{\"where\":\"true\",\"set\":{\"id\":2}}").send().expectProblem(409, "append-only-table");
    }

    @Test
    void a_repeated_change_is_answered_as_the_first_one() {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":1},{\"id\":2}]");

        JsonNode first = delete(table, "id = 1")
                .header("Idempotency-Key", "k1")
                .send()
                .expect(200)
                .json();
        Answer again =
                delete(table, "id = 1").header("Idempotency-Key", "k1").send().expect(200);

        assertThat(again.json().path("replayed").asBoolean()).isTrue();
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.json().path("version")).isEqualTo(first.path("version"));
        assertThat(again.json().path("deleted")).isEqualTo(first.path("deleted"));
        assertThat(again.json().path("metrics")).isEqualTo(first.path("metrics"));
        delete(table, "id = 2").header("Idempotency-Key", "k1").send().expectProblem(422, "idempotency-key-reused");
    }

    @Test
    void conditions_on_the_version_and_words_for_history() {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":1},{\"id\":2}]");

        delete(table, "id = 1").header("If-Match", "\"0\"").send().expectProblem(412, "stale-version");
        delete(table, "id = 1")
                .header("If-Match", "\"1\"")
                .header("Sluice-Commit-Info", "{\"why\":\"gdpr\"}")
                .send()
                .expect(200);

        JsonNode commit = table.get("/history")
                .query("limit", 1)
                .send()
                .expect(200)
                .json()
                .path("commits")
                .get(0);
        assertThat(commit.path("userMetadata").toString()).contains("gdpr");
    }

    @Test
    void the_property_for_soft_deletes_names_a_column_that_can_mark_rows_and_follows_it() {
        String property = "{\"op\":\"set-properties\",\"properties\":{\"sluice.softDeleteColumn\":\"%s\"}}";
        Table table = Table.of(sluice, "id long", "gone timestamp");
        for (String wrong : List.of("id", "absent")) {
            alter(table, property.formatted(wrong)).expectProblem(422, "invalid-schema");
        }
        alter(table, property.formatted("gone")).expect(200);
        table.append("[{\"id\":1},{\"id\":2}]");
        delete(table, "id = 1").query("soft", "true").send().expect(200);
        alter(table, "{\"op\":\"drop-column\",\"name\":\"gone\"}").expectProblem(422, "invalid-schema");
        alter(table, "{\"op\":\"rename-column\",\"name\":\"gone\",\"to\":\"left\"}")
                .expect(200);
        assertThat(table.show()
                        .path("properties")
                        .path("sluice.softDeleteColumn")
                        .asString())
                .isEqualTo("left");
        assertThat(table.count()).isEqualTo(1);
        alter(table, "{\"op\":\"unset-properties\",\"keys\":[\"sluice.softDeleteColumn\"]}")
                .expect(200);
        assertThat(table.count()).isEqualTo(2);
    }

    private Answer alter(Table table, String change) {
        return sluice.call("PATCH", table.path())
                .json("{\"changes\":[" + change + "]}")
                .send();
    }

    @Test
    void rows_that_are_softly_deleted_stay_and_are_left_out() {
        Table table = Table.with(
                sluice, ",\"properties\":{\"sluice.softDeleteColumn\":\"gone\"}", "id long", "gone timestamp");
        table.append("[{\"id\":1},{\"id\":2}]");

        Answer answer = delete(table, "id = 1").query("soft", "true").send().expect(200);
        Answer again = delete(table, "id = 1").query("soft", "true").send().expect(200);

        assertThat(answer.json().path("deleted").asLong()).isEqualTo(1);
        assertThat(again.json().path("deleted").asLong(-1)).isZero();
        assertThat(table.content()).containsExactly("{\"id\":2,\"gone\":null}");
        assertThat(table.rows()
                        .query("includeDeleted", "true")
                        .accept("application/x-ndjson")
                        .send()
                        .lines())
                .hasSize(2);
        assertThat(table.count()).isEqualTo(1);
        delete(Table.of(sluice, "id long"), "true").query("soft", "true").send().expectProblem(400, "bad-parameter");
    }

    @Test
    void a_row_moves_with_its_partition_value() {
        Table table = Table.with(sluice, ",\"partitionBy\":[\"p\"]", "id long", "p string");
        table.append("[{\"id\":1,\"p\":\"a\"},{\"id\":2,\"p\":\"a\"},{\"id\":3,\"p\":\"b\"}]");

        patch(table, "{\"where\":\"id = 1\",\"set\":{\"p\":\"b\"}}").send().expect(200);
        patch(table, "{\"where\":\"id = 2\",\"set\":{\"p\":null}}").send().expect(200);

        assertThat(table.content())
                .containsExactly("{\"id\":1,\"p\":\"b\"}", "{\"id\":2,\"p\":null}", "{\"id\":3,\"p\":\"b\"}");
        assertThat(table.rows()
                        .query("partition", "p=b")
                        .accept("application/x-ndjson")
                        .send()
                        .lines())
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"delta.enableDeletionVectors\":\"false\""})
    void constraints_hold_and_generated_columns_follow(String properties) {
        Table table = Table.unmade(sluice);
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + table.name() + "\",\"columns\":[{\"name\":\"id\",\"type\":\"long\"},"
                        + "{\"name\":\"twice\",\"type\":\"long\",\"generatedAs\":\"id * 2\"}],"
                        + "\"constraints\":{\"small\":\"id < 100\"},\"properties\":{" + properties + "}}")
                .send()
                .expect(201);
        table.append("[{\"id\":1},{\"id\":2},{\"id\":3}]");

        patch(table, "{\"where\":\"id >= 2\",\"set\":{\"id\":{\"sql\":\"id + 10\"}}}")
                .send()
                .expect(200);
        var before = table.files();
        JsonNode problem = patch(table, "{\"where\":\"true\",\"set\":{\"id\":{\"sql\":\"id * 9\"}}}")
                .send()
                .expectProblem(422, "constraint-violated");
        patch(table, "{\"where\":\"true\",\"set\":{\"twice\":7}}").send().expectProblem(422, "constraint-violated");

        assertThat(problem.path("constraint").asString()).isEqualTo("small");
        assertThat(problem.path("rows").toString())
                .isEqualTo("[{\"id\":108,\"twice\":216},{\"id\":117,\"twice\":234}]");
        assertThat(table.files()).isEqualTo(before);
        assertThat(table.content())
                .containsExactly("{\"id\":1,\"twice\":2}", "{\"id\":12,\"twice\":24}", "{\"id\":13,\"twice\":26}");
        delete(table, "id = 12").send().expect(200);
        assertThat(table.count()).isEqualTo(2);
    }

    private static Call delete(Table table, String where) {
        return table.sluice().delete(table.path() + "/rows").query("where", where);
    }

    private static Call patch(Table table, String body) {
        return table.sluice().call("PATCH", table.path() + "/rows").json(body);
    }
}
