package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Files that another writer left without statistics get them.
class StatisticsTest {

    private final RunningSluice sluice = RunningSluice.shared();

    private JsonNode statistics(Table table) {
        JsonNode ended = sluice.post(table.path() + "/statistics")
                .header("Prefer", "wait=60")
                .json("{}")
                .send()
                .expect(200)
                .json();
        assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("succeeded");
        return ended.path("result");
    }

    /// The same table elsewhere, where the log says nothing about its files.
    private Table withoutStatistics(Table table) {
        Table moved = Table.unmade(sluice);
        try (Stream<java.nio.file.Path> entries = Files.list(table.directory().resolve("_delta_log"))) {
            for (var entry : entries.toList()) {
                if (entry.toString().endsWith(".json")) {
                    Files.writeString(
                            entry, Files.readString(entry).replaceAll(",\"stats\":\"(\\\\.|[^\"\\\\])*\"", ""));
                } else {
                    Files.deleteIfExists(entry);
                }
            }
            Files.move(table.directory(), moved.directory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return moved;
    }

    @Test
    void files_get_the_statistics_that_they_lack_once_and_no_row_changes() {
        Table written = Table.with(
                sluice,
                ",\"partitionBy\":[\"p\"],\"properties\":{\"delta.enableDeletionVectors\":\"true\",\"delta.columnMapping.mode\":\"name\"}",
                "id long",
                "p string",
                "s struct<x:integer,t:string>",
                "a array<long>");
        written.append(
                "[{\"id\":1,\"p\":\"u\",\"s\":{\"x\":5,\"t\":\"b\"},\"a\":[1]},{\"id\":2,\"p\":\"u\"},{\"id\":3,\"p\":null}]");
        sluice.delete(written.path() + "/rows").query("where", "id = 1").send().expect(200);
        List<String> content = written.content();
        List<JsonNode> before = LogStatistics.liveFiles(written.directory());
        Table table = withoutStatistics(written);
        assertThat(LogStatistics.liveFiles(table.directory())).allMatch(JsonNode::isEmpty);
        JsonNode result = statistics(table);
        assertThat(result.path("numFilesUpdated").asInt()).isEqualTo(2);
        assertThat(result.path("version").asLong()).isEqualTo(3);
        assertThat(LogStatistics.liveFiles(table.directory())).containsExactlyInAnyOrderElementsOf(before);
        assertThat(table.content()).isEqualTo(content);
        assertThat(table.count()).isEqualTo(2);
        JsonNode commit = table.get("/history/3").send().expect(200).json();
        assertThat(commit.path("operation").asString()).isEqualTo("COMPUTE STATS");
        assertThat(commit.path("rowsAdded").asInt(-1)).isZero();
        assertThat(statistics(table).path("numFilesUpdated").asInt(-1)).isZero();
        assertThat(table.version()).isEqualTo(3);
    }

    @Test
    void what_cannot_be_asked_for_is_refused() {
        Table table = Table.of(sluice, "id long");
        sluice.post(table.path() + "/statistics")
                .json("{\"where\":\"id = 1\"}")
                .send()
                .expectProblem(400, "malformed-body");
        sluice.post("/v1/tables/scenario.none/statistics").send().expectProblem(404, "table-not-found");
    }
}
