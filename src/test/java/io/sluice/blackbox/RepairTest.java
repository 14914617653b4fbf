package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// A table whose files are gone can be read again, as far as it is there.
class RepairTest {

    private final RunningSluice sluice = RunningSluice.shared();

    private JsonNode repair(Table table, String body) {
        JsonNode ended = sluice.post(table.path() + "/repair")
                .header("Prefer", "wait=60")
                .json(body)
                .send()
                .expect(200)
                .json();
        assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("succeeded");
        return ended.path("result");
    }

    @Test
    void entries_of_missing_files_are_told_first_and_removed_on_request() throws Exception {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":1}]");
        Path first;
        try (var files = Files.list(table.directory())) {
            first = files.filter(path -> path.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
        table.append("[{\"id\":2}]");
        Files.delete(first);
        table.rows().send().expectProblem(409, "files-missing");
        JsonNode told = repair(table, "{}");
        assertThat(told.path("numMissingFiles").asInt()).isEqualTo(1);
        assertThat(told.path("sample").get(0).asString())
                .isEqualTo(first.getFileName().toString());
        assertThat(table.version()).isEqualTo(2);
        JsonNode done = repair(table, "{\"dryRun\":false}");
        assertThat(done.path("numRemovedFiles").asInt()).isEqualTo(1);
        assertThat(done.path("version").asLong()).isEqualTo(3);
        assertThat(table.content()).containsExactly("{\"id\":2}");
        assertThat(repair(table, "{\"dryRun\":false}").path("numRemovedFiles").asInt(-1))
                .isZero();
        assertThat(table.version()).isEqualTo(3);
    }
}
