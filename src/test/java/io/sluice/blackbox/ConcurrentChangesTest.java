package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.LongRuns;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@Tag("long-runs")
class ConcurrentChangesTest {

    private static final int CLIENTS = 8;
    private static final int COUNTERS = 100;
    private static final int INCREMENTS = LongRuns.size("sluice.counters.increments", 20, 1_000);

    private final RunningSluice sluice = RunningSluice.shared();

    @Test
    void increments_of_shared_counters_are_all_there_once() throws Exception {
        Table table = Table.of(sluice, "id long", "n long");
        table.append(rows(COUNTERS));
        var taken = new AtomicLong();

        Together.run(CLIENTS, client -> {
            var random = new Random(client);
            for (int i = 0; i < INCREMENTS; i++) {
                Answer answer = sluice.call("PATCH", table.path() + "/rows")
                        .json("{\"where\":\"id = " + random.nextInt(COUNTERS)
                                + "\",\"set\":{\"n\":{\"sql\":\"n + 1\"}}}")
                        .send();
                if (answer.status() == 200) {
                    taken.incrementAndGet();
                } else {
                    answer.expectProblem(409, "commit-contention");
                }
            }
            return client;
        });

        assertThat(sum(table)).isEqualTo(taken.get());
        assertThat(table.count()).isEqualTo(COUNTERS);
    }

    /// @param more that makes the rows bring every column
    @ParameterizedTest
    @ValueSource(strings = {"", ",\"last\":\"x\""})
    void small_upserts_share_versions_and_none_is_lost(String more) throws Exception {
        Table table = Table.of(sluice, "id long not null", "n long", "last string");
        table.append("[{\"id\":0,\"n\":0}]");
        var inserted = new AtomicLong();
        var updated = new AtomicLong();

        Together.run(16, client -> {
            for (int i = 0; i < 20; i++) {
                JsonNode answer = sluice.post(table.path() + "/upsert")
                        .query("key", "id")
                        .json("[{\"id\":" + (client * 10 + i % 12) + ",\"n\":" + i + more + "}]")
                        .send()
                        .expect(200)
                        .json();
                inserted.addAndGet(answer.path("inserted").asLong());
                updated.addAndGet(answer.path("updated").asLong());
                if (i == 7) {
                    sluice.post(table.path() + "/upsert")
                            .query("key", "id")
                            .json("[{\"id\":500,\"n\":1},{\"id\":500,\"n\":2}]")
                            .send()
                            .expectProblem(422, "duplicate-keys");
                }
            }
            return client;
        });

        assertThat(inserted.get() + updated.get()).isEqualTo(16 * 20);
        assertThat(table.count()).isEqualTo(inserted.get() + 1);
        assertThat(inserted.get()).isEqualTo(15 * 10 + 12 - 1);
        assertThat(table.version()).isLessThan(16 * 20);
    }

    @Test
    void upserts_of_one_key_come_one_after_the_other() throws Exception {
        Table table = Table.of(sluice, "id long", "a long", "b long");

        Together.run(
                8,
                client -> sluice.post(table.path() + "/upsert")
                        .query("key", "id")
                        .json("[{\"id\":1,\"" + (client % 2 == 0 ? "a" : "b") + "\":" + client + "}]")
                        .send()
                        .expect(200));

        List<String> content = table.content();
        assertThat(content).hasSize(1);
        JsonNode row = Answer.JSON.readTree(content.getFirst());
        assertThat(row.path("a").isNumber() && row.path("b").isNumber())
                .as(content.toString())
                .isTrue();
    }

    private static String rows(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"id\":" + i + ",\"n\":0}")
                .toList()
                .toString();
    }

    private static long sum(Table table) {
        return table.rows().accept("application/x-ndjson").send().expect(200).lines().stream()
                .mapToLong(row -> row.path("n").asLong())
                .sum();
    }
}
