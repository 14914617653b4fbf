package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// An earlier version becomes the newest one.
class RestoreTest {

    private static final String PROPERTIES =
            ",\"properties\":{\"delta.enableDeletionVectors\":\"true\",\"delta.enableChangeDataFeed\":\"true\"}";

    private final RunningSluice sluice = RunningSluice.shared();

    private Answer restore(Table table, String body) {
        return sluice.post(table.path() + "/restore")
                .header("Prefer", "wait=60")
                .json(body)
                .send();
    }

    private JsonNode restored(Table table, String body) {
        JsonNode ended = restore(table, body).expect(200).json();
        assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("succeeded");
        return ended.path("result");
    }

    private List<String> at(Table table, long version) {
        return table.rows().query("version", version).accept("application/x-ndjson").send().expect(200).lines().stream()
                .map(JsonNode::toString)
                .sorted()
                .toList();
    }

    @Test
    void rows_that_were_deleted_and_added_go_back_and_history_says_so() {
        Table table = Table.with(sluice, PROPERTIES, "id long");
        table.append("[{\"id\":1},{\"id\":2},{\"id\":3}]");
        sluice.delete(table.path() + "/rows").query("where", "id = 2").send().expect(200);
        table.append("[{\"id\":4}]");
        sluice.delete(table.path() + "/rows").query("where", "true").send().expect(200);
        JsonNode result = restored(table, "{\"version\":2}");
        assertThat(result.path("version").asLong()).isEqualTo(5);
        assertThat(result.path("numRestoredFiles").asInt()).isEqualTo(1);
        assertThat(table.content()).isEqualTo(at(table, 2)).hasSize(2);
        restored(table, "{\"version\":1}");
        assertThat(table.content()).isEqualTo(at(table, 1)).hasSize(3);
        JsonNode commit = table.get("/history/6").send().expect(200).json();
        assertThat(commit.path("operation").asString()).isEqualTo("RESTORE");
        assertThat(commit.path("operationParameters").path("version").asString())
                .isEqualTo("1");
        // The change feed tells what a restore changed: here that one row came back.
        JsonNode changes = table.get("/changes")
                .query("fromVersion", 6)
                .query("select", "id,_change_type")
                .send()
                .expect(200)
                .json()
                .path("rows");
        assertThat(changes.toString()).isEqualTo("[{\"id\":2,\"_change_type\":\"insert\"}]");
        // To where it is already.
        assertThat(restored(table, "{\"version\":6}").path("version").asLong()).isEqualTo(6);
    }

    @Test
    void a_moment_and_the_definition_of_the_table_go_back_too() {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":1}]");
        String moment = table.get("/history/1")
                .send()
                .expect(200)
                .json()
                .path("timestamp")
                .asString();
        sluice.call("PATCH", table.path())
                .json("{\"changes\":[{\"op\":\"add-column\",\"column\":{\"name\":\"b\",\"type\":\"string\"}}]}")
                .send()
                .expect(200);
        table.append("[{\"id\":2,\"b\":\"x\"}]");
        restored(table, "{\"timestamp\":\"" + moment + "\"}");
        assertThat(table.content()).containsExactly("{\"id\":1}");
        assertThat(table.show().path("columns").size()).isEqualTo(1);
        assertThat(at(table, 3)).hasSize(2);
    }

    @Test
    void changes_over_a_field_that_comes_back_with_its_values_are_refused() {
        Table table = Table.with(
                sluice,
                ",\"properties\":{\"delta.columnMapping.mode\":\"name\",\"delta.enableChangeDataFeed\":\"true\"}",
                "id long",
                "s struct<a:long,b:long>");
        table.append("[{\"id\":1,\"s\":{\"a\":2,\"b\":3}}]");
        sluice.call("PATCH", table.path())
                .json("{\"changes\":[{\"op\":\"drop-column\",\"name\":\"s.b\"}]}")
                .send()
                .expect(200);
        restored(table, "{\"version\":1}");
        assertThat(table.content()).containsExactly("{\"id\":1,\"s\":{\"a\":2,\"b\":3}}");
        table.get("/changes").query("fromVersion", 3).send().expectProblem(422, "schema-mismatch");
    }

    @Test
    void what_cannot_be_restored_is_refused_at_once_and_the_table_stays() throws Exception {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":1}]");
        sluice.delete(table.path() + "/rows").query("where", "true").send().expect(200);
        restore(table, "{\"version\":9}").expectProblem(404, "version-not-found");
        restore(table, "{}").expectProblem(400, "malformed-body");
        restore(table, "{\"version\":1,\"timestamp\":\"2026-01-01T00:00:00Z\"}").expectProblem(400, "malformed-body");
        try (var files = Files.list(table.directory())) {
            for (var file :
                    files.filter(path -> path.toString().endsWith(".parquet")).toList()) {
                Files.delete(file);
            }
        }
        restore(table, "{\"version\":1}").expectProblem(409, "files-missing");
        assertThat(table.version()).isEqualTo(2);
        Table fixed = Table.with(sluice, ",\"properties\":{\"delta.appendOnly\":\"true\"}", "id long");
        fixed.append("[{\"id\":1}]");
        restore(fixed, "{\"version\":0}").expectProblem(409, "append-only-table");
    }
}
