package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Upserts of a few rows that bring every column: rows are found by their keys, in the small files that such upserts
/// leave behind and in large ones.
class SmallUpsertsTest {

    /// More than a file has whose keys are remembered.
    private static final int ROWS = 5_000;

    private static final int STEPS = 60;

    private final RunningSluice sluice = RunningSluice.shared();

    @Test
    void a_table_is_after_many_upserts_what_they_say() {
        Table table = Table.of(sluice, "name string not null", "day date", "n long");
        Map<String, Long> model = new TreeMap<>();
        table.append(IntStream.range(0, ROWS)
                .peek(i -> model.put(key(i), 0L))
                .mapToObj(i -> row(i, 0))
                .collect(Collectors.joining(",", "[", "]")));
        var random = new Random(4711);

        for (int step = 1; step <= STEPS; step++) {
            long n = step;
            // Near one another, so that many are met again.
            int[] ids = random.ints(1 + random.nextInt(12), 0, 40)
                    .distinct()
                    .map(i -> random.nextBoolean() ? i : ROWS - 20 + i)
                    .distinct()
                    .toArray();
            long known =
                    IntStream.of(ids).filter(id -> model.containsKey(key(id))).count();
            JsonNode answer = upsert(
                    table,
                    "name,day",
                    IntStream.of(ids).mapToObj(id -> row(id, n)).collect(Collectors.joining(",", "[", "]")));
            IntStream.of(ids).forEach(id -> model.put(key(id), n));
            assertThat(answer.path("updated").asLong()).as("step " + step).isEqualTo(known);
            assertThat(answer.path("inserted").asLong()).isEqualTo(ids.length - known);
        }

        assertThat(table.count()).isEqualTo(model.size());
        Map<String, Long> found = new TreeMap<>();
        for (JsonNode row : table.get("/rows")
                .query("limit", 10_000)
                .send()
                .expect(200)
                .json()
                .path("rows")) {
            found.put(
                    row.path("name").asString() + " " + row.path("day").asString(),
                    row.path("n").asLong());
        }
        assertThat(found).isEqualTo(model);
    }

    @Test
    void all_rows_with_a_key_are_updated_and_a_null_matches_none() {
        Table table = Table.of(sluice, "id long", "n long");
        table.append("[{\"id\":1,\"n\":1},{\"id\":1,\"n\":2},{\"id\":null,\"n\":3}]");
        table.append("[{\"id\":1,\"n\":4},{\"id\":2,\"n\":5}]");

        JsonNode answer = upsert(table, "id", "[{\"id\":null,\"n\":8},{\"id\":1,\"n\":9},{\"id\":3,\"n\":9}]");

        assertThat(answer.path("updated").asLong()).isEqualTo(3);
        assertThat(answer.path("inserted").asLong()).isEqualTo(2);

        answer = upsert(table, "id", "[{\"id\":null,\"n\":7},{\"id\":3,\"n\":7},{\"id\":1,\"n\":7}]");

        assertThat(answer.path("updated").asLong()).isEqualTo(4);
        assertThat(answer.path("inserted").asLong()).isEqualTo(1);
        assertThat(table.content())
                .containsExactlyInAnyOrder(
                        "{\"id\":null,\"n\":3}",
                        "{\"id\":null,\"n\":8}",
                        "{\"id\":null,\"n\":7}",
                        "{\"id\":1,\"n\":7}",
                        "{\"id\":1,\"n\":7}",
                        "{\"id\":1,\"n\":7}",
                        "{\"id\":2,\"n\":5}",
                        "{\"id\":3,\"n\":7}");
    }

    @Test
    void a_file_whose_last_row_is_replaced_is_gone() {
        Table table = Table.of(sluice, "id string", "n long");
        for (int n = 0; n < 5; n++) {
            upsert(table, "id", "[{\"id\":\"it's ä\",\"n\":" + n + "},{\"id\":\"\",\"n\":" + n + "}]");
        }

        assertThat(table.content()).containsExactlyInAnyOrder("{\"id\":\"it's ä\",\"n\":4}", "{\"id\":\"\",\"n\":4}");
        assertThat(table.get("")
                        .send()
                        .expect(200)
                        .json()
                        .path("statistics")
                        .path("files")
                        .asLong())
                .isEqualTo(1);
    }

    private JsonNode upsert(Table table, String key, String rows) {
        return sluice.post(table.path() + "/upsert")
                .query("key", key)
                .json(rows)
                .send()
                .expect(200)
                .json();
    }

    private static String row(int id, long n) {
        return "{\"name\":\"n" + id / 2 + "\",\"day\":\"" + day(id) + "\",\"n\":" + n + "}";
    }

    private static String key(int id) {
        return "n" + id / 2 + " " + day(id);
    }

    private static String day(int id) {
        return id % 2 == 0 ? "2026-01-01" : "1969-12-31";
    }
}
