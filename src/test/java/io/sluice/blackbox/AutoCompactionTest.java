package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Small files of tables that want it are packed after commits.
class AutoCompactionTest {

    private static final int FILES = 10;

    @Test
    void many_small_files_become_one_without_being_asked_for_and_few_stay(@TempDir Path root) {
        try (RunningSluice sluice =
                RunningSluice.start(root, Map.of("sluice.auto-compact.min-num-files", Integer.toString(FILES)))) {
            Table wanted =
                    Table.with(sluice, ",\"properties\":{\"delta.autoOptimize.autoCompact\":\"true\"}", "id long");
            Table other = Table.of(sluice, "id long");
            for (int i = 0; i < FILES - 1; i++) {
                wanted.append("[{\"id\":" + i + "}]");
                other.append("[{\"id\":" + i + "}]");
            }
            assertThat(operations(wanted)).isEmpty();
            List<String> before = wanted.content();
            // The first commit looked already and found too few; as many again make it look once more.
            int added = 0;
            while (operations(wanted).stream()
                    .noneMatch(operation -> operation.path("state").asString().equals("succeeded"))) {
                wanted.append("[{\"id\":100}]");
                added++;
                assertThat(added).isLessThan(50 * FILES);
            }
            for (int i = 0; i < FILES; i++) {
                other.append("[{\"id\":" + i + "}]");
            }
            JsonNode operation = operations(wanted).getLast();
            assertThat(operation.path("kind").asString()).isEqualTo("optimize");
            assertThat(operation.path("trigger").asString()).isEqualTo("commits");
            assertThat(operation.path("result").path("numFilesRemoved").asInt()).isGreaterThanOrEqualTo(FILES);
            JsonNode commit = wanted.get("/history/"
                            + operation.path("result").path("version").asLong())
                    .send()
                    .expect(200)
                    .json();
            assertThat(commit.path("operation").asString()).isEqualTo("OPTIMIZE");
            assertThat(commit.path("operationParameters").path("auto").toString())
                    .contains("true");
            assertThat(wanted.count()).isEqualTo(FILES - 1 + added);
            assertThat(wanted.content()).containsAll(before);
            assertThat(operations(other)).isEmpty();
        }
    }

    @Test
    void where_optimize_is_switched_off_nothing_is_packed(@TempDir Path root) {
        Map<String, String> settings = Map.of(
                "sluice.auto-compact.min-num-files", Integer.toString(FILES), "sluice.operations.disabled", "optimize");
        String on = ",\"properties\":{\"delta.autoOptimize.autoCompact\":\"true\"}";
        Table table;
        try (RunningSluice sluice = RunningSluice.start(root, settings)) {
            table = Table.with(sluice, on, "id long");
            for (int i = 0; i < 3 * FILES; i++) {
                table.append("[{\"id\":" + i + "}]");
            }
        }
        // What had begun has ended with the service.
        try (RunningSluice sluice = RunningSluice.start(root, Map.of())) {
            assertThat(operations(new Table(sluice, table.name()))).isEmpty();
        }
    }

    private static List<JsonNode> operations(Table table) {
        JsonNode page = table.sluice()
                .get("/v1/operations")
                .query("table", table.name())
                .send()
                .expect(200)
                .json();
        return page.path("operations").valueStream().toList();
    }
}
