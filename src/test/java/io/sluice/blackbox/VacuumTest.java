package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Files that nobody needs any more go, all others stay.
class VacuumTest {

    private static final String PROPERTIES = ",\"partitionBy\":[\"_p\"],\"properties\":{"
            + "\"delta.enableDeletionVectors\":\"true\",\"delta.enableChangeDataFeed\":\"true\"}";
    private static final Duration LONG_AGO = Duration.ofDays(30);

    private final RunningSluice sluice = RunningSluice.shared();

    private JsonNode vacuum(Table table, String body) {
        JsonNode ended = sluice.post(table.path() + "/vacuum")
                .header("Prefer", "wait=60")
                .json(body)
                .send()
                .expect(200)
                .json();
        assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("succeeded");
        return ended.path("result");
    }

    /// Everything about the table so far happened a month ago.
    private static void age(Table table) {
        try (var files = Files.walk(table.directory())) {
            Instant then = Instant.now().minus(LONG_AGO);
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (file.toString().endsWith(".json")) {
                    String aged = Files.readString(file)
                            .replaceAll("\"deletionTimestamp\":\\d+", "\"deletionTimestamp\":" + then.toEpochMilli());
                    Files.writeString(file, aged);
                }
                Files.setLastModifiedTime(file, FileTime.from(then));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Data, change and vector files.
    private static Set<String> files(Table table) {
        return Trees.listing(table.directory()).keySet().stream()
                .filter(path -> !path.startsWith("_delta_log/"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Two partitions; updates, deletes and an optimize, a month ago, so that the log has given up most of its
    /// files.
    private Table worked() {
        Table table = Table.with(sluice, PROPERTIES, "id long", "_p string");
        for (int i = 0; i < 4; i++) {
            table.append("[{\"id\":" + i + ",\"_p\":\"a\"},{\"id\":" + (10 + i) + ",\"_p\":\"b\"}]");
        }
        sluice.call("PATCH", table.path() + "/rows")
                .json("{\"where\":\"id = 1\",\"set\":{\"id\":100}}")
                .send()
                .expect(200);
        sluice.post(table.path() + "/optimize")
                .header("Prefer", "wait=60")
                .send()
                .expect(200);
        return table;
    }

    @Test
    void what_the_log_gave_up_before_the_retention_goes_and_the_table_stays_readable() {
        Table table = worked();
        age(table);
        long version = table.version();
        table.append("[{\"id\":50,\"_p\":\"a\"}]");
        sluice.delete(table.path() + "/rows").query("where", "id = 50").send().expect(200);
        List<String> content = table.content();
        Set<String> before = files(table);
        JsonNode dry = vacuum(table, "{\"dryRun\":true}");
        assertThat(dry.path("numFilesToDelete").asInt()).isPositive();
        assertThat(dry.path("sizeOfDataToDelete").asLong()).isPositive();
        assertThat(dry.path("sample").size())
                .isEqualTo(dry.path("numFilesToDelete").asInt());
        assertThat(files(table)).isEqualTo(before);
        assertThat(table.version()).isEqualTo(version + 2);

        JsonNode result = vacuum(table, "{}");
        assertThat(result.path("numDeletedFiles").asInt())
                .isEqualTo(dry.path("numFilesToDelete").asInt());
        assertThat(files(table))
                .hasSize(before.size() - result.path("numDeletedFiles").asInt());
        assertThat(table.content()).isEqualTo(content);
        // Versions within the retention: the one that was there when it began, and those since.
        for (long v = version; v <= table.version(); v++) {
            table.rows().query("version", v).send().expect(200);
        }
        table.get("/changes").query("fromVersion", version + 1).send().expect(200);
        table.rows().query("version", 1).send().expectProblem(409, "files-missing");
        JsonNode commits = table.get("/history").send().expect(200).json().path("commits");
        assertThat(commits.get(0).path("operation").asString()).isEqualTo("VACUUM END");
        assertThat(commits.get(0).path("operationParameters").path("status").asString())
                .isEqualTo("COMPLETED");
        assertThat(commits.get(1).path("operation").asString()).isEqualTo("VACUUM START");
        assertThat(vacuum(table, "{}").path("numDeletedFiles").asInt()).isZero();
    }

    @Test
    void a_full_one_finds_files_that_no_log_ever_named_and_leaves_what_is_hidden_or_young() throws Exception {
        Table table = worked();
        Path orphan = table.directory().resolve("_p=a/orphan.parquet");
        Path hidden = table.directory().resolve("_mine/keep.parquet");
        Files.createDirectories(hidden.getParent());
        Files.writeString(orphan, "x");
        Files.writeString(hidden, "x");
        age(table);
        Path young = table.directory().resolve("young.parquet");
        Files.writeString(young, "x");
        List<String> content = table.content();
        assertThat(vacuum(table, "{\"dryRun\":true}").path("sample").toString()).doesNotContain("orphan");
        JsonNode result = vacuum(table, "{\"full\":true}");
        assertThat(result.path("type").asString()).isEqualTo("FULL");
        assertThat(orphan).doesNotExist();
        assertThat(hidden).exists();
        assertThat(young).exists();
        assertThat(table.content()).isEqualTo(content);
        // Live files and the young one are left: neither change files nor vectors of a month ago.
        assertThat(files(table))
                .hasSize((int) table.show().path("statistics").path("files").asLong() + 2);
    }

    @Test
    void a_full_one_follows_no_links(@TempDir Path outside) throws IOException {
        Table table = worked();
        Path foreign = Files.writeString(outside.resolve("foreign.parquet"), "x");
        Files.setLastModifiedTime(foreign, FileTime.from(Instant.now().minus(LONG_AGO)));
        age(table);
        Files.createSymbolicLink(table.directory().resolve("outside"), outside);
        Files.createSymbolicLink(table.directory().resolve("inside"), table.directory());
        List<String> content = table.content();
        vacuum(table, "{\"full\":true}");
        assertThat(foreign).exists();
        assertThat(table.content()).isEqualTo(content);
    }

    @Test
    void a_retention_below_the_floor_is_refused_before_it_begins() {
        Table table = Table.of(sluice, "id long");
        JsonNode problem = sluice.post(table.path() + "/vacuum")
                .json("{\"retention\":\"PT24H\"}")
                .send()
                .expectProblem(409, "retention-too-short");
        assertThat(problem.path("least").asString()).isEqualTo("PT168H");
        assertThat(vacuum(table, "{\"retention\":\"P2W\",\"dryRun\":true}")
                        .path("retentionMillis")
                        .asLong())
                .isEqualTo(Duration.ofDays(14).toMillis());
        for (String retention : List.of("1 day", "-PT200H", "P1000000000000D", "")) {
            Answer answer = sluice.post(table.path() + "/vacuum")
                    .json("{\"retention\":\"" + retention + "\",\"dryRun\":true}")
                    .send();
            if (retention.isEmpty()) {
                answer.expect(202);
            } else {
                answer.expectProblem(400, "malformed-body");
            }
        }
        Table brief = Table.with(sluice, retention("interval 0 seconds"), "id long");
        sluice.post(brief.path() + "/vacuum")
                .json("{\"retention\":\"PT0S\"}")
                .send()
                .expectProblem(409, "retention-too-short");
        assertThat(vacuum(brief, "{\"retention\":\"PT2H\"}")
                        .path("retentionMillis")
                        .asLong())
                .isEqualTo(Duration.ofHours(2).toMillis());
    }

    private static String retention(String interval) {
        return ",\"properties\":{\"delta.deletedFileRetentionDuration\":\"" + interval + "\"}";
    }

    @Test
    void the_tables_own_retention_counts_in_whatever_unit_and_one_that_is_none_is_no_week() throws IOException {
        Table table = Table.with(sluice, retention("interval 2592000000 milliseconds"), "id long");
        sluice.post(table.path() + "/vacuum")
                .json("{\"retention\":\"PT200H\"}")
                .send()
                .expectProblem(409, "retention-too-short");
        assertThat(vacuum(table, "{\"dryRun\":true}").path("retentionMillis").asLong())
                .isEqualTo(Duration.ofDays(30).toMillis());
        Path log = table.directory().resolve("_delta_log");
        // As another writer may have it.
        Files.writeString(
                log.resolve("00000000000000000001.json"),
                Files.readString(log.resolve("00000000000000000000.json"))
                        .replace("interval 2592000000 milliseconds", "interval 1 month"));
        assertThat(table.show().path("properties").toString()).contains("interval 1 month");
        sluice.post(table.path() + "/vacuum").json("{}").send().expectProblem(422, "invalid-schema");
    }

    @Test
    void versions_that_are_to_be_kept_stay_whatever_their_age() {
        Table table = worked();
        age(table);
        long version = table.version();
        int all = vacuum(table, "{\"dryRun\":true}").path("numFilesToDelete").asInt();
        int beside = vacuum(table, "{\"dryRun\":true,\"keepVersions\":[1,2]}")
                .path("numFilesToDelete")
                .asInt();
        assertThat(beside).isPositive().isLessThan(all);
        vacuum(table, "{\"keepVersions\":[1,2]}");
        table.rows().query("version", version - 1).send().expectProblem(409, "files-missing");
        table.rows().query("version", 2).send().expect(200);
        vacuum(table, "{\"keepVersions\":1}");
        table.rows().query("version", 2).send().expectProblem(409, "files-missing");
        Table other = worked();
        age(other);
        vacuum(other, "{\"keepVersions\":2}");
        other.rows().query("version", version - 1).send().expect(200);
        other.rows().query("version", version - 2).send().expectProblem(409, "files-missing");
        for (String keep : List.of("0", "\"1\"", "1.5", "[-1]", "[\"a\"]", "{}")) {
            sluice.post(table.path() + "/vacuum")
                    .json("{\"keepVersions\":" + keep + "}")
                    .send()
                    .expectProblem(400, "malformed-body");
        }
        sluice.post(table.path() + "/vacuum")
                .json("{\"keepVersions\":[1000]}")
                .send()
                .expectProblem(404, "version-not-found");
    }

    @Test
    void nothing_is_deleted_when_the_log_no_longer_tells_what_is_needed() throws Exception {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":1}]");
        sluice.post(table.path() + "/checkpoint")
                .header("Prefer", "wait=60")
                .send()
                .expect(200);
        table.append("[{\"id\":2}]");
        Files.delete(table.directory().resolve("_delta_log/00000000000000000000.json"));
        Files.delete(table.directory().resolve("_delta_log/00000000000000000001.json"));
        Set<String> before = files(table);
        JsonNode ended = sluice.post(table.path() + "/vacuum")
                .header("Prefer", "wait=60")
                .json("{\"full\":true}")
                .send()
                .expect(200)
                .json();
        assertThat(ended.path("state").asString()).isEqualTo("failed");
        assertThat(ended.path("problem").path("type").asString()).isEqualTo("/problems/version-not-found");
        assertThat(files(table)).isEqualTo(before);
    }
}
