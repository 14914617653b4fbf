package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// An optimize goes on where a commit could not replace all files.
class OptimizeRoundsTest {

    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        sluice = RunningSluice.startWith(
                RunningSluice.shared().root(),
                Barrier.WithBarrier.class,
                Map.of("sluice.maintenance.commitFiles", "40"));
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    private static Table table(int files) {
        Table table = Table.of(sluice, "id long");
        for (int id = 0; id < files; id++) {
            table.append("[{\"id\":" + id + "}]");
        }
        return table;
    }

    private static JsonNode optimize(Table table) {
        JsonNode ended = sluice.post(table.path() + "/optimize")
                .header("Prefer", "wait=60")
                .send()
                .expect(200)
                .json();
        assertThat(ended.path("state").asString()).as("%s", ended).isEqualTo("succeeded");
        return ended.path("result");
    }

    private static void holds(Table table, int first, int files) {
        assertThat(table.content())
                .containsExactlyInAnyOrderElementsOf(IntStream.range(first, files)
                        .mapToObj(id -> "{\"id\":" + id + "}")
                        .toList());
        assertThat(table.show().path("statistics").path("files").asLong()).isEqualTo(1);
    }

    @Test
    void more_files_than_one_commit_replaces_become_one_in_the_end() {
        Table table = table(100);

        JsonNode result = optimize(table);

        assertThat(result.path("numBatches").asInt()).isEqualTo(4);
        assertThat(result.path("numFilesRemoved").asInt()).isEqualTo(103);
        assertThat(result.path("totalConsideredFiles").asInt()).isEqualTo(103);
        assertThat(result.path("totalFilesSkipped").asInt()).isZero();
        holds(table, 0, 100);
    }

    @Test
    void files_that_somebody_changes_before_the_commit_are_tried_again() {
        Table table = table(30);
        // Of the first commit nothing is left: all files were to become one.
        Barrier.beforeNextEntry(
                table,
                () -> RunningSluice.shared()
                        .delete(table.path() + "/rows")
                        .query("where", "id = 0")
                        .send()
                        .expect(200));

        JsonNode result = optimize(table);

        assertThat(result.path("numFilesRemoved").asInt()).isEqualTo(32);
        holds(table, 1, 30);
    }
}
