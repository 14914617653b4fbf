package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class OverwriteTest {

    private static final String PARTITIONED = ",\"partitionBy\":[\"p\"]";
    private static final String COPIED = ",\"properties\":{\"delta.enableDeletionVectors\":\"false\"}";
    private static final String FEED = ",\"properties\":{\"delta.enableChangeDataFeed\":\"true\"}";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final RunningSluice sluice = RunningSluice.shared();

    @Test
    void all_rows_give_way() {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":1},{\"id\":2}]");
        table.append("[{\"id\":3}]");

        JsonNode answer = overwrite(table, "[{\"id\":9}]").send().expect(200).json();

        assertThat(answer.path("version").asLong()).isEqualTo(3);
        assertThat(answer.path("rows").asLong()).isEqualTo(1);
        assertThat(table.content()).containsExactly("{\"id\":9}");
        JsonNode commit = table.get("/history")
                .query("limit", 1)
                .send()
                .json()
                .path("commits")
                .get(0);
        assertThat(commit.path("operation").asString()).isEqualTo("WRITE");
        assertThat(commit.path("operationParameters").path("mode").asString()).isEqualTo("Overwrite");
        assertThat(commit.path("operationMetrics").path("numRemovedFiles").asString())
                .isEqualTo("2");
        overwrite(table, "[]").send().expect(200);
        assertThat(table.content()).isEmpty();
    }

    @Test
    void the_partitions_of_the_batch_give_way() {
        Table table = Table.with(sluice, PARTITIONED, "id long", "p string");
        table.append("[{\"id\":1,\"p\":\"a\"},{\"id\":2,\"p\":\"b\"},{\"id\":3}]");

        table.post()
                .query("mode", "overwrite-partitions")
                .json("[{\"id\":10,\"p\":\"a\"},{\"id\":30}]")
                .send()
                .expect(200);

        assertThat(table.content())
                .containsExactly("{\"id\":10,\"p\":\"a\"}", "{\"id\":2,\"p\":\"b\"}", "{\"id\":30,\"p\":null}");
    }

    @Test
    void a_partition_gives_way_however_its_writer_spells_the_value() throws Exception {
        Table table = Table.with(sluice, PARTITIONED, "id long", "p timestamp");
        table.append("[{\"id\":1,\"p\":\"2026-01-01T00:00:00Z\"}]");
        Path log = table.directory().resolve("_delta_log");
        String add = Files.readAllLines(log.resolve("00000000000000000001.json")).stream()
                .filter(line -> line.startsWith("{\"add\""))
                .findFirst()
                .orElseThrow();
        Path file = table.directory()
                .resolve(JSON.readTree(add).path("add").path("path").asString().replace("%25", "%"));
        Files.copy(file, table.directory().resolve("foreign.parquet"));
        ObjectNode entry = (ObjectNode) JSON.readTree(add);
        ((ObjectNode) entry.path("add")).put("path", "foreign.parquet");
        ((ObjectNode) entry.path("add").path("partitionValues")).put("p", "2026-01-01 00:00:00");
        Files.writeString(log.resolve("00000000000000000002.json"), JSON.writeValueAsString(entry) + "\n");
        assertThat(table.count()).isEqualTo(2);

        table.post()
                .query("mode", "overwrite-partitions")
                .json("[{\"id\":9,\"p\":\"2026-01-01T00:00:00Z\"}]")
                .send()
                .expect(200);

        assertThat(table.content()).containsExactly("{\"id\":9,\"p\":\"2026-01-01T00:00:00.000000Z\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", COPIED, FEED})
    void rows_of_a_condition_give_way(String members) {
        Table table = Table.with(sluice, members, "id long", "day date");
        table.append("[{\"id\":1,\"day\":\"2026-01-01\"},{\"id\":2,\"day\":\"2026-01-02\"},{\"id\":3}]");
        table.append("[{\"id\":4,\"day\":\"2026-01-02\"}]");
        String day = "day = DATE'2026-01-02'";
        String rows = "[{\"id\":20,\"day\":\"2026-01-02\"},{\"id\":21,\"day\":\"2026-01-02\"}]";

        overwrite(table, rows).query("replaceWhere", day).send().expect(200);

        assertThat(table.content())
                .containsExactly(
                        "{\"id\":1,\"day\":\"2026-01-01\"}",
                        "{\"id\":20,\"day\":\"2026-01-02\"}",
                        "{\"id\":21,\"day\":\"2026-01-02\"}",
                        "{\"id\":3,\"day\":null}");
        var before = table.files();
        JsonNode problem = overwrite(
                        table, "[{\"id\":5,\"day\":\"2026-01-02\"},{\"id\":6,\"day\":\"2026-01-03\"},{\"id\":7}]")
                .query("replaceWhere", day)
                .send()
                .expectProblem(422, "bad-rows");
        assertThat(problem.path("badRowCount").asLong()).isEqualTo(2);
        overwrite(table, rows).query("replaceWhere", "nope = 1").send().expectProblem(400, "bad-filter");
        overwrite(table, rows).query("replaceWhere", "1 / (id - id) > 1").send().expectProblem(422, "bad-rows");
        table.post().query("replaceWhere", day).json(rows).send().expectProblem(400, "bad-parameter");
        assertThat(table.files()).isEqualTo(before);
        if (members.equals(FEED)) {
            JsonNode changes = table.get("/changes")
                    .query("fromVersion", 3)
                    .send()
                    .expect(200)
                    .json()
                    .path("rows");
            assertThat(changes.valueStream()
                            .map(row -> row.path("_change_type").asString() + " "
                                    + row.path("id").asLong()))
                    .containsExactlyInAnyOrder("delete 2", "delete 4", "insert 20", "insert 21");
        }
    }

    @Test
    void a_repeated_overwrite_is_answered_as_the_first_one() {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":1}]");

        JsonNode first = overwrite(table, "[{\"id\":2},{\"id\":3}]")
                .header("Idempotency-Key", "o1")
                .send()
                .expect(200)
                .json();
        JsonNode again = overwrite(table, "[{\"id\":2},{\"id\":3}]")
                .header("Idempotency-Key", "o1")
                .send()
                .expect(200)
                .json();

        assertThat(again.path("replayed").asBoolean()).isTrue();
        assertThat(again.path("version")).isEqualTo(first.path("version"));
        assertThat(again.path("rows").asLong()).isEqualTo(2);
        overwrite(table, "[{\"id\":2}]").header("If-Match", "\"0\"").send().expectProblem(412, "stale-version");
    }

    @Test
    void a_table_to_which_rows_can_only_be_added_is_not_overwritten() {
        Table table = Table.with(sluice, ",\"properties\":{\"delta.appendOnly\":\"true\"}", "id long");
        table.append("{\"id\":1}");
        var before = table.files();

        overwrite(table, "[{\"id\":2}]").send().expectProblem(409, "append-only-table");

        assertThat(table.files()).isEqualTo(before);
    }

    private static Call overwrite(Table table, String rows) {
        return table.post().query("mode", "overwrite").json(rows);
    }
}
