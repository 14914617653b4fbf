package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Operations as resources.
class OperationsTest {

    private final RunningSluice sluice = RunningSluice.shared();

    private Table table(RunningSluice service) {
        Table table = Table.of(service, "id long");
        table.append("[{\"id\":1}]");
        return table;
    }

    @Test
    void an_operation_is_accepted_and_can_be_asked_about_until_its_end() {
        Table table = table(sluice);
        Answer begun =
                sluice.post(table.path() + "/checkpoint").json("{}").send().expect(202);
        String place = begun.header("Location");
        assertThat(place).isEqualTo("/v1/operations/" + begun.json().path("id").asString());
        assertThat(begun.json().path("kind").asString()).isEqualTo("checkpoint");
        assertThat(begun.json().path("table").asString()).isEqualTo(table.name());
        assertThat(begun.json().path("state").asString()).isIn("queued", "running", "succeeded");
        assertThat(Instant.parse(begun.json().path("createdAt").asString())).isBefore(Instant.now());
        // Waiting for another one of the same table is enough: both are short, and both are asked about.
        JsonNode waited = sluice.post(table.path() + "/checkpoint")
                .header("Prefer", "wait=30")
                .send()
                .expect(200)
                .json();
        assertThat(waited.path("state").asString()).isEqualTo("succeeded");
        assertThat(waited.path("result").path("version").asLong()).isEqualTo(1);
        assertThat(Files.exists(table.directory().resolve("_delta_log/00000000000000000001.checkpoint.parquet")))
                .isTrue();
        JsonNode shown = sluice.get("/v1/operations/" + waited.path("id").asString())
                .send()
                .expect(200)
                .json();
        assertThat(shown).isEqualTo(waited);
        sluice.get(place).send().expect(200);
    }

    @Test
    void the_headers_of_an_operation_that_has_ended_name_the_version_that_it_wrote() {
        Table table = table(sluice);
        table.append("[{\"id\":2}]");
        Answer begun =
                sluice.post(table.path() + "/checkpoint").json("{}").send().expect(202);
        assertThat(begun.header("ETag")).isEqualTo("\"2\"");
        Answer ended = sluice.post(table.path() + "/restore")
                .header("Prefer", "wait=30")
                .json("{\"version\":1}")
                .send()
                .expect(200);
        assertThat(ended.json().path("result").path("version").asLong())
                .isEqualTo(table.version())
                .isEqualTo(ended.version());
        assertThat(ended.header("ETag")).isEqualTo("\"" + table.version() + "\"");
    }

    @Test
    void a_checkpoint_of_a_table_with_deletion_vectors_comes_with_its_checksum() throws IOException {
        Table table = Table.of(sluice, "id long", "n long");
        table.append("[{\"id\":1,\"n\":1},{\"id\":2,\"n\":1}]");
        for (int i = 0; i < 2; i++) {
            sluice.call("PATCH", table.path() + "/rows")
                    .json("{\"where\":\"id = " + (i + 1) + "\",\"set\":{\"n\":{\"sql\":\"n + 1\"}}}")
                    .send()
                    .expect(200);
            table.append("[{\"id\":1,\"n\":1},{\"id\":2,\"n\":1}]");
        }

        JsonNode ended = sluice.post(table.path() + "/checkpoint")
                .header("Prefer", "wait=20")
                .json("{}")
                .send()
                .expect(200)
                .json();

        assertThat(ended.path("state").asString()).as("%s", ended).isEqualTo("succeeded");
        JsonNode checksum = Answer.JSON.readTree(
                Files.readString(table.directory().resolve("_delta_log/%020d.crc".formatted(table.version()))));
        assertThat(checksum.path("numFiles").asLong())
                .isEqualTo(table.show().path("statistics").path("files").asLong());
        assertThat(checksum.path("numDeletionVectorsOpt").asLong()).isPositive();
    }

    @Test
    void operations_are_listed_by_table_and_state_the_newest_first() {
        Table table = table(sluice);
        for (int i = 0; i < 3; i++) {
            sluice.post(table.path() + "/checkpoint")
                    .header("Prefer", "wait=30")
                    .send()
                    .expect(200);
        }
        JsonNode page = sluice.get("/v1/operations")
                .query("table", table.name())
                .query("limit", 2)
                .send()
                .expect(200)
                .json();
        assertThat(page.path("operations").size()).isEqualTo(2);
        JsonNode rest = sluice.get("/v1/operations")
                .query("table", table.name())
                .query("limit", 2)
                .query("pageToken", page.path("nextPageToken").asString())
                .send()
                .expect(200)
                .json();
        assertThat(rest.path("operations").size()).isEqualTo(1);
        assertThat(rest.has("nextPageToken")).isFalse();
        assertThat(page.path("operations").get(0).path("id").asString())
                .isGreaterThan(page.path("operations").get(1).path("id").asString());
        assertThat(sluice.get("/v1/operations")
                        .query("table", table.name())
                        .query("state", "failed")
                        .send()
                        .expect(200)
                        .json()
                        .path("operations")
                        .size())
                .isZero();
        sluice.get("/v1/operations").query("state", "done").send().expectProblem(400, "bad-parameter");
    }

    @Test
    void what_is_not_there_and_what_is_over() {
        sluice.get("/v1/operations/0123456789ab-0123456789ab").send().expectProblem(404, "operation-not-found");
        sluice.call("DELETE", "/v1/operations/nothing").send().expectProblem(404, "operation-not-found");
        Table table = table(sluice);
        JsonNode ended = sluice.post(table.path() + "/checkpoint")
                .header("Prefer", "respond-async, wait=30")
                .send()
                .expect(200)
                .json();
        assertThat(sluice.call("DELETE", "/v1/operations/" + ended.path("id").asString())
                        .send()
                        .expect(200)
                        .json())
                .isEqualTo(ended);
        sluice.post("/v1/tables/scenario.nothing/checkpoint").send().expectProblem(404, "table-not-found");
        sluice.post(table.path() + "/checkpoint").json("{\"x\":1}").send().expectProblem(400, "malformed-body");
    }

    @Test
    void a_restarted_service_knows_what_was_and_shows_what_a_dead_one_left_as_failed(@TempDir Path root)
            throws Exception {
        String ended;
        try (RunningSluice first = RunningSluice.start(root, Map.of())) {
            Table table = table(first);
            ended = first.post(table.path() + "/checkpoint")
                    .header("Prefer", "wait=30")
                    .send()
                    .expect(200)
                    .json()
                    .path("id")
                    .asString();
        }
        String dead = "000000000001-0123456789ab";
        Path records = root.resolve(".sluice/operations");
        Path record = records.resolve(dead + ".json");
        Files.writeString(
                record,
                "{\"id\":\"" + dead + "\",\"kind\":\"vacuum\",\"table\":\"a.b\",\"state\":\"running\",\"progress\":"
                        + "{\"done\":3,\"unit\":\"files\"},\"createdAt\":\"2026-01-01T00:00:00Z\"}");
        Files.setLastModifiedTime(record, java.nio.file.attribute.FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
        try (RunningSluice second = RunningSluice.start(root, Map.of())) {
            assertThat(second.get("/v1/operations/" + ended)
                            .send()
                            .expect(200)
                            .json()
                            .path("state")
                            .asString())
                    .isEqualTo("succeeded");
            JsonNode left =
                    second.get("/v1/operations/" + dead).send().expect(200).json();
            assertThat(left.path("state").asString()).isEqualTo("failed");
            assertThat(left.path("problem").path("type").asString()).isEqualTo("/problems/operation-abandoned");
            assertThat(left.path("progress").path("done").asInt()).isEqualTo(3);
        }
    }
}
