package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MergeTest {

    private static final String COPIED = ",\"properties\":{\"delta.enableDeletionVectors\":\"false\"}";

    private final RunningSluice sluice = RunningSluice.shared();

    @ParameterizedTest
    @ValueSource(strings = {"", COPIED})
    void clauses_are_tried_in_order(String members) {
        Table table = Table.with(sluice, members, "id long", "v integer", "note string");
        table.append(
                "[{\"id\":1,\"v\":1},{\"id\":2,\"v\":2},{\"id\":3,\"v\":3},{\"id\":4,\"v\":4},{\"id\":5,\"v\":5}]");

        JsonNode answer = merge(table, """
                {"source": {"rows": [{"id":1,"v":10,"op":"U"},{"id":2,"v":20,"op":"D"},{"id":3,"v":30,"op":"X"},{"id":7,"v":70,"op":"I"},{"id":8,"v":80,"op":"X"}]},
                 "on": "target.id = source.id",
                 "whenMatched": [{"if": "source.op = 'D'", "delete": true},
                                 {"if": "source.op = 'U'", "update": {"v": {"sql": "target.v + source.v"}, "note": "updated"}}],
                 "whenNotMatched": [{"if": "source.op = 'I'", "insert": {"id": {"sql": "source.id"}, "note": {"sql": "concat('from ', source.op)"}}}],
                 "whenNotMatchedBySource": [{"if": "target.id = 4", "delete": true}, {"update": {"note": {"sql": "cast(target.v as string)"}}}]}
                """).send().expect(200).json();

        assertThat(answer.path("inserted").asLong()).isEqualTo(1);
        assertThat(answer.path("updated").asLong()).isEqualTo(2);
        assertThat(answer.path("deleted").asLong()).isEqualTo(2);
        assertThat(table.content())
                .containsExactly(
                        "{\"id\":1,\"v\":11,\"note\":\"updated\"}",
                        "{\"id\":3,\"v\":3,\"note\":null}",
                        "{\"id\":5,\"v\":5,\"note\":\"5\"}",
                        "{\"id\":7,\"v\":null,\"note\":\"from I\"}");
        JsonNode commit = table.get("/history")
                .query("limit", 1)
                .send()
                .json()
                .path("commits")
                .get(0);
        assertThat(commit.path("operation").asString()).isEqualTo("MERGE");
        assertThat(commit.path("operationParameters").path("matchedPredicates").asString())
                .contains("\"actionType\":\"delete\"");
        for (JsonNode metrics : List.of(answer.path("metrics"), commit.path("operationMetrics"))) {
            assertThat(Stream.of(
                                    "numTargetRowsUpdated",
                                    "numTargetRowsMatchedUpdated",
                                    "numTargetRowsNotMatchedBySourceUpdated",
                                    "numTargetRowsDeleted",
                                    "numTargetRowsMatchedDeleted",
                                    "numTargetRowsNotMatchedBySourceDeleted")
                            .map(name -> metrics.path(name).asString("")))
                    .containsExactly("2", "1", "1", "2", "1", "1");
        }
    }

    @Test
    void all_columns_from_a_table_at_a_version() {
        Table source = Table.of(sluice, "id long", "v integer", "more string");
        source.append("[{\"id\":1,\"v\":10},{\"id\":2,\"v\":20}]");
        source.append("[{\"id\":3,\"v\":30}]");
        sluice.delete(source.path() + "/rows").query("where", "id = 2").send().expect(200);
        Table table = Table.of(sluice, "id long", "v long", "kept string");
        table.append("[{\"id\":1,\"v\":1,\"kept\":\"k\"}]");
        String clauses = ",\"on\":\"target.id = source.id\",\"whenMatched\":[{\"update\":\"all\"}],"
                + "\"whenNotMatched\":[{\"insert\":\"all\"}]}";

        merge(table, "{\"source\":{\"table\":\"" + source.name() + "\",\"version\":1}" + clauses)
                .send()
                .expect(200);
        assertThat(table.content())
                .containsExactly("{\"id\":1,\"v\":10,\"kept\":\"k\"}", "{\"id\":2,\"v\":20,\"kept\":null}");
        merge(table, "{\"source\":{\"table\":\"" + source.name() + "\"}" + clauses)
                .send()
                .expect(200);
        assertThat(table.content())
                .containsExactly(
                        "{\"id\":1,\"v\":10,\"kept\":\"k\"}",
                        "{\"id\":2,\"v\":20,\"kept\":null}",
                        "{\"id\":3,\"v\":30,\"kept\":null}");
    }

    @Test
    void a_row_that_would_be_changed_twice() {
        Table table = Table.of(sluice, "id long", "v integer");
        table.append("[{\"id\":1,\"v\":1},{\"id\":2,\"v\":2}]");
        String twice =
                "{\"source\":{\"rows\":[{\"id\":1,\"v\":5},{\"id\":1,\"v\":6}]},\"on\":\"target.id = source.id\",";

        merge(table, twice + "\"whenMatched\":[{\"update\":\"all\"}]}").send().expectProblem(422, "ambiguous-merge");
        assertThat(table.version()).isEqualTo(1);
        merge(table, twice + "\"whenMatched\":[{\"if\":\"source.v = 6\",\"update\":\"all\"}]}")
                .send()
                .expect(200);
        assertThat(table.content()).containsExactly("{\"id\":1,\"v\":6}", "{\"id\":2,\"v\":2}");
        JsonNode deleted = merge(table, twice + "\"whenMatched\":[{\"delete\":true}]}")
                .send()
                .expect(200)
                .json();
        assertThat(deleted.path("deleted").asLong()).isEqualTo(1);
        assertThat(table.content()).containsExactly("{\"id\":2,\"v\":2}");
    }

    @Test
    void a_merge_that_touches_nothing_commits_nothing() {
        Table table = Table.of(sluice, "id long", "v integer");
        table.append("[{\"id\":1,\"v\":1}]");

        JsonNode answer = merge(
                        table,
                        "{\"source\":{\"rows\":[{\"id\":9}]},\"on\":\"target.id = source.id\",\"whenMatched\":[{\"delete\":true}]}")
                .send()
                .expect(200)
                .json();

        assertThat(answer.path("version").asLong()).isEqualTo(1);
        assertThat(table.version()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}|400|malformed-body",
                "{\"source\":{\"rows\":[]},\"on\":\"true\"}|400|malformed-body",
                "{\"source\":{\"rows\":[],\"table\":\"x\"},\"on\":\"true\",\"whenMatched\":[{\"delete\":true}]}|400|malformed-body",
                "{\"source\":{\"rows\":[]},\"on\":\"true\",\"whenMatched\":[{\"insert\":\"all\"}]}|400|malformed-body",
                "{\"source\":{\"rows\":[]},\"on\":\"true\",\"whenMatched\":[{\"delete\":true,\"update\":\"all\"}]}|400|malformed-body",
                "{\"source\":{\"sql\":\"select 1\"},\"on\":\"true\",\"whenMatched\":[{\"delete\":true}]}|501|not-implemented",
                "{\"source\":{\"table\":\"scenario.nope\"},\"on\":\"true\",\"whenMatched\":[{\"delete\":true}]}|404|table-not-found",
                "{\"source\":{\"rows\":[{\"id\":1}]},\"on\":\"id = 1\",\"whenMatched\":[{\"delete\":true}]}|400|bad-filter",
                "{\"source\":{\"rows\":[{\"id\":1}]},\"on\":\"target.id = source.nope\",\"whenMatched\":[{\"delete\":true}]}|400|bad-filter",
                "{\"source\":{\"rows\":[{\"id\":1}]},\"on\":\"target.id = source.id\",\"whenMatched\":[{\"update\":{\"v\":{\"sql\":\"1 / (source.id - 1)\"}}}]}|400|bad-sql",
                "{\"source\":{\"rows\":[{\"id\":1}]},\"on\":\"target.id = source.id\",\"whenMatched\":[{\"update\":{\"v\":\"x\"}}]}|422|bad-rows",
                "{\"source\":{\"rows\":[{\"id\":\"a\"}]},\"on\":\"target.id = source.id\",\"whenMatched\":[{\"delete\":true}]}|422|bad-rows",
                "{\"source\":{\"rows\":[{\"id\":9}]},\"on\":\"target.id = source.id\",\"whenNotMatched\":[{\"insert\":{\"v\":{\"sql\":\"target.v\"}}}]}|400|bad-sql",
                "{\"source\":{\"rows\":[{\"id\":9}]},\"on\":\"target.id = source.id\",\"whenNotMatchedBySource\":[{\"update\":{\"v\":{\"sql\":\"source.id\"}}}]}|400|bad-sql"
            })
    void what_is_wrong_with_a_merge(String bodyAndProblem) {
        String[] parts = bodyAndProblem.split("\\|");
        Table table = Table.of(sluice, "id long", "v integer");
        table.append("[{\"id\":1,\"v\":1}]");
        var before = table.files();

        merge(table, parts[0]).send().expectProblem(Integer.parseInt(parts[1]), parts[2]);

        assertThat(table.files()).isEqualTo(before);
    }

    @Test
    void a_table_that_only_takes_rows_takes_those_of_a_merge() {
        Table table = Table.with(sluice, ",\"properties\":{\"delta.appendOnly\":\"true\"}", "id long");
        table.append("[{\"id\":1}]");
        String source = "{\"source\":{\"rows\":[{\"id\":1},{\"id\":2}]},\"on\":\"target.id = source.id\",";

        merge(table, source + "\"whenNotMatched\":[{\"insert\":\"all\"}]}")
                .send()
                .expect(200);
        merge(table, source + "\"whenMatched\":[{\"delete\":true}]}").send().expectProblem(409, "append-only-table");

        assertThat(table.content()).containsExactlyInAnyOrder("{\"id\":1}", "{\"id\":2}");
    }

    @Test
    void the_change_feed_of_a_merge() {
        Table table =
                Table.with(sluice, ",\"properties\":{\"delta.enableChangeDataFeed\":\"true\"}", "id long", "v integer");
        table.append("[{\"id\":1,\"v\":1},{\"id\":2,\"v\":2}]");

        merge(
                        table,
                        "{\"source\":{\"rows\":[{\"id\":1,\"v\":10},{\"id\":2,\"v\":0},{\"id\":3,\"v\":30}]},\"on\":\"target.id = source.id\","
                                + "\"whenMatched\":[{\"if\":\"source.v = 0\",\"delete\":true},{\"update\":\"all\"}],\"whenNotMatched\":[{\"insert\":\"all\"}]}")
                .send()
                .expect(200);

        JsonNode rows = table.get("/changes")
                .query("fromVersion", 2)
                .send()
                .expect(200)
                .json()
                .path("rows");
        assertThat(rows.valueStream()
                        .map(row -> row.path("_change_type").asString() + " "
                                + row.path("id").asLong() + " " + row.path("v").asLong()))
                .containsExactlyInAnyOrder("delete 2 2", "update_preimage 1 1", "update_postimage 1 10", "insert 3 30");
    }

    private static Call merge(Table table, String body) {
        return table.sluice().post(table.path() + "/merge").json(body);
    }
}
