package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Identity columns: values by the column's rule, never the same twice, whoever writes at the same time.
class IdentityColumnsTest {

    private final RunningSluice sluice = RunningSluice.shared();

    private static Table create(RunningSluice sluice, String identity) {
        Table table = Table.unmade(sluice);
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + table.name() + "\",\"columns\":[{\"name\":\"id\",\"type\":\"long\",\"identity\":"
                        + identity + "},{\"name\":\"v\",\"type\":\"string\"}]}")
                .send()
                .expect(201);
        return table;
    }

    private static List<Long> ids(Table table) {
        return table
                .rows()
                .query("select", "id")
                .query("orderBy", "id")
                .accept("application/x-ndjson")
                .send()
                .expect(200)
                .lines()
                .stream()
                .map(row -> row.path("id").asLong())
                .toList();
    }

    @Test
    void values_go_on_from_the_last_one_by_the_step() {
        Table table = create(sluice, "{\"always\":true,\"start\":-5,\"step\":-3}");
        assertThat(table.show().path("columns").get(0).path("identity").toString())
                .isEqualTo("{\"always\":true,\"start\":-5,\"step\":-3}");
        assertThat(table.show().path("protocol").path("writerFeatures").toString())
                .contains("identityColumns");
        table.append("[{\"v\":\"a\"},{\"v\":\"b\"}]");
        table.append("[{\"v\":\"c\"}]");
        assertThat(table.content())
                .containsExactlyInAnyOrder(
                        "{\"id\":-5,\"v\":\"a\"}", "{\"id\":-8,\"v\":\"b\"}", "{\"id\":-11,\"v\":\"c\"}");
        assertThat(table.version()).isEqualTo(2);
    }

    @Test
    void a_value_that_is_always_assigned_cannot_be_given() {
        Table table = create(sluice, "{\"always\":true}");
        Answer refused = table.post()
                .json("[{\"v\":\"a\"},{\"id\":7,\"v\":\"b\"},{\"id\":null}]")
                .send();
        refused.expectProblem(422, "bad-rows");
        assertThat(refused.json()
                        .path("badRows")
                        .valueStream()
                        .map(row -> row.path("row").asInt()))
                .containsExactly(1, 2);
        assertThat(refused.json().path("badRows").get(0).path("column").asString())
                .isEqualTo("id");
        table.post()
                .query("onBadRow", "skip")
                .json("[{\"v\":\"a\"},{\"id\":7,\"v\":\"b\"},{\"v\":\"c\"}]")
                .send()
                .expect(200);
        assertThat(table.content()).containsExactly("{\"id\":1,\"v\":\"a\"}", "{\"id\":2,\"v\":\"c\"}");
    }

    @Test
    void a_value_that_is_assigned_by_default_can_be_given() {
        Table table = create(sluice, "{\"always\":false,\"start\":10,\"step\":10}");
        table.append("[{\"v\":\"a\"},{\"id\":7,\"v\":\"b\"},{\"v\":\"c\"}]");
        table.append("[{\"v\":\"d\"}]");
        assertThat(ids(table)).containsExactly(7L, 10L, 20L, 30L);
    }

    @Test
    void a_large_body_takes_ranges_of_values() {
        Table table = create(sluice, "{}");
        var body = new StringBuilder();
        for (int i = 0; i < 70_000; i++) {
            body.append("{\"v\":\"................................................................\"}\n");
        }
        JsonNode answer =
                table.post().ndjson(body.toString()).send().expect(200).json();
        assertThat(answer.path("rows").asInt()).isEqualTo(70_000);
        table.append("[{\"v\":\"last\"}]");
        List<Long> ids = ids(table);
        assertThat(ids).hasSize(70_001).doesNotHaveDuplicates();
        assertThat(ids.getFirst()).isEqualTo(1);
        assertThat(ids.get(69_999)).isEqualTo(70_000);
        assertThat(ids.getLast()).isGreaterThan(70_000);
    }

    @Test
    void rows_that_an_upsert_inserts_get_values_and_rows_that_change_keep_theirs() {
        Table table = create(sluice, "{}");
        table.append("[{\"v\":\"a\"}]");
        sluice.post(table.path() + "/upsert")
                .query("key", "v")
                .json("[{\"v\":\"a\"},{\"v\":\"b\"}]")
                .send()
                .expect(200);
        sluice.call("PATCH", table.path() + "/rows")
                .json("{\"where\":\"v = 'a'\",\"set\":{\"v\":\"c\"}}")
                .send()
                .expect(200);
        assertThat(table.content()).containsExactly("{\"id\":1,\"v\":\"c\"}", "{\"id\":2,\"v\":\"b\"}");
    }

    @Test
    void two_services_that_write_at_once_give_every_value_once(@TempDir Path root) throws Exception {
        try (RunningSluice one = RunningSluice.start(root, Map.of());
                RunningSluice other = RunningSluice.start(root, Map.of())) {
            Table table = create(one, "{}");
            Together.run(6, writer -> {
                RunningSluice mine = writer % 2 == 0 ? one : other;
                for (int i = 0; i < 12; i++) {
                    new Table(mine, table.name()).append("[{\"v\":\"a\"},{\"v\":\"b\"},{\"v\":\"c\"}]");
                }
                return writer;
            });
            List<Long> ids = ids(table);
            assertThat(ids).hasSize(6 * 12 * 3);
            assertThat(new HashSet<>(ids)).hasSize(ids.size());
            assertThat(ids.getLast()).isEqualTo(6 * 12 * 3);
        }
    }
}
