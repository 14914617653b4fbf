package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Many clients post at once; what was acknowledged is in the table once, seen from outside the service.
class ConcurrentAppendsTest {

    private static final int CLIENTS = 16;
    static final int POSTS = 50;

    private final RunningSluice sluice = RunningSluice.shared();

    /// Posts one row after the other; every one must be acknowledged.
    static int post(Table table, int client) {
        for (int post = 0; post < POSTS; post++) {
            Answer answer = table.post()
                    .header("Idempotency-Key", "c" + client + "-" + post)
                    .json("[{\"id\":" + (client * 1000L + post) + "}]")
                    .send()
                    .expect(200);
            assertThat(answer.json().path("rows").asInt()).isEqualTo(1);
        }
        return POSTS;
    }

    /// The ids that this many clients post.
    static List<Long> ids(int clients) {
        return LongStream.range(0, clients)
                .flatMap(client -> LongStream.range(client * 1000, client * 1000 + POSTS))
                .boxed()
                .toList();
    }

    /// Lets all clients post at once and looks at the table from outside.
    static void postAndCompare(Table table) throws Exception {
        Together.run(CLIENTS, client -> post(table, client));
        assertThat(ForeignReader.longs(table.directory(), "id")).isEqualTo(ids(CLIENTS));
        assertThat(table.count()).isEqualTo(CLIENTS * POSTS);
        assertThat(ForeignReader.commits(table.directory()))
                .hasSize((int) table.version() + 1)
                .as("posts that wait go together")
                .hasSizeLessThan(CLIENTS * POSTS);
    }

    @Test
    void no_acknowledged_row_is_lost_or_doubled() throws Exception {
        postAndCompare(Table.of(sluice, "id long"));
    }

    @Test
    void two_services_on_one_root_lose_and_double_nothing() throws Exception {
        Table table = Table.of(sluice, "id long");
        try (RunningSluice second = RunningSluice.start(sluice.root(), Map.of())) {
            Table same = new Table(second, table.name());
            Together.run(CLIENTS, client -> post(client % 2 == 0 ? table : same, client));
            assertThat(ForeignReader.longs(table.directory(), "id")).isEqualTo(ids(CLIENTS));
            assertThat(table.count()).isEqualTo(CLIENTS * POSTS);
            assertThat(same.count()).isEqualTo(CLIENTS * POSTS);
            assertThat(same.version()).isEqualTo(table.version());
        }
    }

    @Test
    void readers_see_whole_versions_while_others_write() throws Exception {
        Table table = Table.of(sluice, "id long", "batch long");
        List<Boolean> all = Together.run(8, client -> {
            for (int turn = 0; turn < 20; turn++) {
                if (client % 2 == 0) {
                    long batch = client * 100L + turn;
                    table.append("[{\"id\":1,\"batch\":" + batch + "},{\"id\":2,\"batch\":" + batch
                            + "},{\"id\":3,\"batch\":" + batch + "}]");
                } else {
                    JsonNode page = table.rows()
                            .query("limit", 100_000)
                            .send()
                            .expect(200)
                            .json();
                    var rowsOfBatch = new HashMap<Long, Integer>();
                    page.path("rows")
                            .forEach(row -> rowsOfBatch.merge(row.path("batch").asLong(), 1, Integer::sum));
                    assertThat(rowsOfBatch.values()).allMatch(rows -> rows == 3);
                    Answer again = table.get("/count")
                            .query("version", page.path("version").asLong())
                            .send()
                            .expect(200);
                    assertThat(again.json().path("count").asInt())
                            .isEqualTo(page.path("rows").size());
                }
            }
            return true;
        });
        assertThat(all).hasSize(8);
        assertThat(table.count()).isEqualTo(4 * 20 * 3);
    }
}
