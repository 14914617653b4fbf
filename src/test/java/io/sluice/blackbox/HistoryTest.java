package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class HistoryTest {

    private final RunningSluice sluice = RunningSluice.shared();

    private Table written(int appends) {
        Table table = Table.of(sluice, "id long");
        for (int i = 0; i < appends; i++) {
            table.append("[{\"id\":" + i + "},{\"id\":" + -i + "}]");
        }
        return table;
    }

    @Test
    void history_tells_every_commit_newest_first() {
        Table table = written(3);
        JsonNode commits = table.get("/history").send().expect(200).json().path("commits");
        assertThat(commits.valueStream().map(commit -> commit.path("version").asInt()))
                .containsExactly(3, 2, 1, 0);
        JsonNode append = commits.get(0);
        assertThat(append.path("operation").asString()).isEqualTo("WRITE");
        assertThat(append.path("operationParameters").path("mode").asString()).containsIgnoringCase("append");
        assertThat(append.path("operationMetrics").path("numOutputRows").asInt())
                .isEqualTo(2);
        assertThat(append.path("operationMetrics").path("numFiles").asInt()).isEqualTo(1);
        assertThat(append.path("isBlindAppend").asBoolean(false)).isTrue();
        assertThat(append.path("engineInfo").asString()).containsIgnoringCase("sluice");
        assertThat(append.path("rowsAdded").asInt()).isEqualTo(2);
        assertThat(append.path("rowsRemoved").asInt(-1)).isZero();
        assertThat(commits.get(3).path("operation").asString()).isEqualTo("CREATE TABLE");
        for (int i = 1; i < commits.size(); i++) {
            assertThat(Instant.parse(commits.get(i).path("timestamp").asString()))
                    .isBeforeOrEqualTo(
                            Instant.parse(commits.get(i - 1).path("timestamp").asString()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void rows_that_a_change_only_moved_are_not_told(String deletionVectors) {
        Table table = Table.with(
                sluice,
                ",\"properties\":{\"delta.enableDeletionVectors\":\"" + deletionVectors + "\"}",
                "id long",
                "name string");
        table.append("[{\"id\":1},{\"id\":2},{\"id\":3},{\"id\":4}]");
        sluice.delete(table.path() + "/rows").query("where", "id = 1").send().expect(200);
        sluice.call("PATCH", table.path() + "/rows")
                .json("{\"where\":\"id = 2\",\"set\":{\"name\":\"new\"}}")
                .send()
                .expect(200);
        sluice.post(table.path() + "/upsert?key=id")
                .json("[{\"id\":3,\"name\":\"c\"},{\"id\":9,\"name\":\"n\"}]")
                .send()
                .expect(200);
        JsonNode commits = table.get("/history").send().expect(200).json().path("commits");
        assertThat(commits.valueStream()
                        .map(commit -> commit.path("operation").asString() + " "
                                + commit.path("rowsAdded").asInt(-1) + " "
                                + commit.path("rowsRemoved").asInt(-1)))
                .containsExactly("MERGE 2 1", "UPDATE 1 1", "DELETE 0 1", "WRITE 4 0", "CREATE TABLE 0 0");
    }

    @Test
    void history_comes_in_pages_and_before_a_version() {
        Table table = written(5);
        var versions = new ArrayList<Integer>();
        String token = "";
        do {
            Call call = table.get("/history").query("limit", 2);
            JsonNode page = (token.isEmpty() ? call : call.query("pageToken", token))
                    .send()
                    .expect(200)
                    .json();
            page.path("commits")
                    .forEach(commit -> versions.add(commit.path("version").asInt()));
            token = page.path("nextPageToken").asString("");
        } while (!token.isEmpty());
        assertThat(versions).containsExactly(5, 4, 3, 2, 1, 0);
        assertThat(table.get("/history")
                        .query("before", 3)
                        .send()
                        .expect(200)
                        .json()
                        .path("commits")
                        .get(0)
                        .path("version")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void one_commit_names_its_files() {
        Table table = written(2);
        JsonNode commit = table.get("/history/2").send().expect(200).json();
        assertThat(commit.path("version").asInt()).isEqualTo(2);
        assertThat(commit.toString()).contains(".parquet");
        table.get("/history/3").send().expectProblem(404, "version-not-found");
        table.get("/history/x").send().expectProblem(400, "bad-parameter");
    }

    @Test
    void the_time_of_a_commit_finds_it() {
        Table table = written(2);
        JsonNode commits = table.get("/history").send().expect(200).json().path("commits");
        JsonNode newest = commits.get(0);
        JsonNode shown = table.get("")
                .query("timestamp", newest.path("timestamp").asString())
                .send()
                .expect(200)
                .json();
        assertThat(shown.path("version").asInt()).isEqualTo(2);
    }
}
