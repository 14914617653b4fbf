package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The change feed of tables that were written here. What Spark wrote is asked by `ConformanceTest`.
class ChangesTest {

    private static final String FEED = ",\"properties\":{\"delta.enableChangeDataFeed\":\"true\"}";
    private static final String LINES = "application/x-ndjson";

    private final RunningSluice sluice = RunningSluice.shared();

    /// Versions 1 to `commits` with two rows each.
    private Table written(int commits) {
        Table table = Table.with(sluice, FEED, "id long", "name string");
        for (int i = 1; i <= commits; i++) {
            table.append("[{\"id\":" + i + ",\"name\":\"a\"},{\"id\":" + -i + ",\"name\":\"b\"}]");
        }
        return table;
    }

    private static List<Integer> ids(JsonNode rows) {
        return rows.valueStream().map(row -> row.path("id").asInt()).toList();
    }

    @Test
    void a_column_with_a_name_of_the_feed_and_the_feed_exclude_each_other() {
        sluice.post("/v1/tables")
                .json("{\"name\":\"changes.reserved\",\"columns\":[{\"name\":\"_Change_Type\",\"type\":\"long\"}]"
                        + FEED + "}")
                .send()
                .expectProblem(422, "invalid-schema");
        Table without = Table.of(sluice, "id long", "_commit_version long");
        sluice.call("PATCH", without.path())
                .json(
                        "{\"changes\":[{\"op\":\"set-properties\",\"properties\":{\"delta.enableChangeDataFeed\":\"true\"}}]}")
                .send()
                .expectProblem(422, "invalid-schema");
        assertThat(without.append("[{\"id\":1,\"_commit_version\":2}]")
                        .path("version")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void appended_rows_are_inserts_with_their_commit() {
        Table table = written(3);
        JsonNode page =
                table.get("/changes").query("fromVersion", 2).send().expect(200).json();
        assertThat(page.path("version").asLong()).isEqualTo(3);
        assertThat(page.path("columns")
                        .valueStream()
                        .map(column -> column.path("name").asString() + " "
                                + column.path("type").asString()))
                .containsExactly(
                        "id long",
                        "name string",
                        "_change_type string",
                        "_commit_version long",
                        "_commit_timestamp timestamp");
        assertThat(ids(page.path("rows"))).containsExactly(2, -2, 3, -3);
        JsonNode first = page.path("rows").get(0);
        assertThat(first.path("_change_type").asString()).isEqualTo("insert");
        assertThat(first.path("_commit_version").asLong()).isEqualTo(2);
        Instant committed = Instant.parse(table.get("/history/2")
                .send()
                .expect(200)
                .json()
                .path("timestamp")
                .asString());
        assertThat(Instant.parse(first.path("_commit_timestamp").asString()).toEpochMilli())
                .isEqualTo(committed.toEpochMilli());
        assertThat(page.path("nextPageToken").isMissingNode()).isTrue();
    }

    @Test
    void without_a_range_all_versions_are_told() {
        assertThat(ids(written(2).get("/changes").send().expect(200).json().path("rows")))
                .containsExactly(1, -1, 2, -2);
    }

    @Test
    void select_where_and_limit_go_over_the_feed_columns_too() {
        Table table = written(4);
        JsonNode rows = table.get("/changes")
                .query("select", "id,_commit_version")
                .query("where", "_commit_version between 2 and 3 and _change_type = 'insert' and id > 0")
                .send()
                .expect(200)
                .json()
                .path("rows");
        assertThat(rows.toString()).isEqualTo("[{\"id\":2,\"_commit_version\":2},{\"id\":3,\"_commit_version\":3}]");
        assertThat(table.get("/changes")
                        .query("limit", 3)
                        .accept(LINES)
                        .send()
                        .expect(200)
                        .lines())
                .hasSize(3);
    }

    @Test
    void pages_follow_each_other_at_the_version_of_the_first_one() {
        Table table = written(5);
        var seen = new ArrayList<Integer>();
        String token = "";
        do {
            Call call = table.get("/changes").query("fromVersion", 1).query("limit", 3);
            JsonNode page = (token.isEmpty() ? call : call.query("pageToken", token))
                    .send()
                    .expect(200)
                    .json();
            assertThat(page.path("version").asLong()).isEqualTo(5);
            seen.addAll(ids(page.path("rows")));
            token = page.path("nextPageToken").asString("");
            table.append("[{\"id\":100}]");
        } while (!token.isEmpty());
        assertThat(seen).containsExactly(1, -1, 2, -2, 3, -3, 4, -4, 5, -5);
        table.get("/changes").query("pageToken", "x").send().expectProblem(400, "bad-parameter");
    }

    @Test
    void pages_of_an_initial_snapshot_stay_at_its_version() {
        Table table = written(3);
        var seen = new ArrayList<Integer>();
        String token = "";
        do {
            Call call = table.get("/changes").query("initialSnapshot", true).query("limit", 2);
            JsonNode page = (token.isEmpty() ? call : call.query("pageToken", token))
                    .send()
                    .expect(200)
                    .json();
            assertThat(page.path("version").asLong()).isEqualTo(3);
            seen.addAll(ids(page.path("rows")));
            token = page.path("nextPageToken").asString("");
            table.append("[{\"id\":100}]");
        } while (!token.isEmpty());
        assertThat(seen).containsExactlyInAnyOrder(1, -1, 2, -2, 3, -3);
    }

    /// Not in that of the log, which a replica that began with a checkpoint does not know.
    @Test
    void an_initial_snapshot_has_an_order_of_its_own() throws IOException {
        Table written = written(3);
        Table table = Table.unmade(sluice);
        Trees.copy(written.directory(), table.directory());
        for (int version = 1; version <= 3; version++) {
            Path entry = table.directory().resolve("_delta_log").resolve(String.format("%020d.json", version));
            Files.writeString(
                    entry,
                    Files.readString(entry)
                            .replaceFirst("\"modificationTime\":\\d+", "\"modificationTime\":" + (1_000 - version)));
        }
        JsonNode page = table.get("/changes")
                .query("initialSnapshot", true)
                .send()
                .expect(200)
                .json();
        assertThat(ids(page.path("rows"))).containsExactly(3, -3, 2, -2, 1, -1);
    }

    @Test
    void a_filter_on_the_kind_of_change_finds_rows_of_change_files() {
        Table table = written(2);
        sluice.call("PATCH", table.path() + "/rows")
                .json("{\"where\":\"id = 1\",\"set\":{\"name\":\"c\"}}")
                .send()
                .expect(200);
        assertThat(table.files().keySet()).anyMatch(file -> file.contains("_change_data"));
        for (String where : List.of(
                "_change_type = 'update_postimage'",
                "_change_type <> 'update_preimage' and _change_type <> 'insert'",
                "_change_type in ('update_postimage', 'delete')",
                "_change_type is not null and name = 'c'")) {
            JsonNode rows = table.get("/changes")
                    .query("select", "id,name,_change_type")
                    .query("where", where)
                    .send()
                    .expect(200)
                    .json()
                    .path("rows");
            assertThat(rows.toString())
                    .as(where)
                    .isEqualTo("[{\"id\":1,\"name\":\"c\",\"_change_type\":\"update_postimage\"}]");
        }
    }

    @Test
    void every_format_tells_the_same() {
        Table table = written(3);
        String csv = table.get("/changes")
                .query("select", "id,_change_type")
                .accept("text/csv")
                .send()
                .expect(200)
                .text();
        assertThat(csv.lines())
                .containsExactly(
                        "id,_change_type", "1,insert", "-1,insert", "2,insert", "-2,insert", "3,insert", "-3,insert");
        for (String format : List.of("application/vnd.apache.arrow.stream", "application/vnd.apache.parquet")) {
            Table copy = Table.of(
                    sluice,
                    "id long",
                    "name string",
                    "_change_type string",
                    "_commit_version long",
                    "_commit_timestamp timestamp");
            byte[] body =
                    table.get("/changes").accept(format).send().expect(200).body();
            copy.post().body(format, body).send().expect(200);
            assertThat(copy.content())
                    .isEqualTo(table.get("/changes").accept(LINES).send().expect(200).lines().stream()
                            .map(JsonNode::toString)
                            .sorted()
                            .toList());
        }
    }

    @Test
    void the_initial_snapshot_comes_first_on_request() {
        Table table = written(3);
        JsonNode rows = table.get("/changes")
                .query("fromVersion", 2)
                .query("initialSnapshot", true)
                .query("select", "id,_commit_version")
                .send()
                .expect(200)
                .json()
                .path("rows");
        assertThat(rows.valueStream().map(row -> row.path("_commit_version").asInt()))
                .containsExactly(2, 2, 2, 2, 3, 3);
        assertThat(ids(rows)).containsExactlyInAnyOrder(1, -1, 2, -2, 3, -3);
        assertThat(table.get("/changes")
                        .query("initialSnapshot", true)
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .size())
                .isEqualTo(6);
    }

    @Test
    void a_moment_means_the_commits_from_it_on_and_up_to_it() {
        Table table = written(3);
        String second = time(table, 2);
        assertThat(ids(table.get("/changes")
                        .query("fromTimestamp", second)
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")))
                .containsExactly(2, -2, 3, -3);
        assertThat(ids(table.get("/changes")
                        .query("toTimestamp", second)
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")))
                .containsExactly(1, -1, 2, -2);
        assertThat(table.get("/changes")
                        .query("fromTimestamp", "2999-01-01T00:00:00Z")
                        .send()
                        .expectProblem(404, "version-not-found")
                        .path("asked")
                        .asString())
                .isEqualTo("2999-01-01T00:00:00Z");
        table.get("/changes")
                .query("fromTimestamp", second)
                .query("fromVersion", 1)
                .send()
                .expectProblem(400, "bad-parameter");
    }

    private static String time(Table table, int version) {
        return table.get("/history/" + version)
                .send()
                .expect(200)
                .json()
                .path("timestamp")
                .asString();
    }

    @Test
    void a_table_without_the_feed_says_so() {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":1}]");
        JsonNode problem = table.get("/changes").send().expectProblem(409, "change-feed-not-enabled");
        assertThat(problem.path("version").asInt(-1)).isZero();
    }

    @Test
    void versions_that_are_not_there_and_ranges_that_end_before_they_begin() throws Exception {
        Table table = written(3);
        table.get("/changes").query("fromVersion", 4).send().expectProblem(404, "version-not-found");
        table.get("/changes").query("toVersion", 4).send().expectProblem(404, "version-not-found");
        table.get("/changes")
                .query("fromVersion", 3)
                .query("toVersion", 2)
                .send()
                .expectProblem(400, "bad-parameter");
        table.get("/changes").query("fromVersion", -1).send().expectProblem(400, "bad-parameter");
        Files.delete(table.directory().resolve("_delta_log/00000000000000000001.json"));
        JsonNode problem = table.get("/changes").query("fromVersion", 1).send().expectProblem(404, "version-not-found");
        assertThat(problem.path("earliest").asInt()).isEqualTo(2);
        assertThat(ids(table.get("/changes")
                        .query("fromVersion", 2)
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")))
                .containsExactly(2, -2, 3, -3);
    }

    @Test
    void a_file_that_is_gone_is_never_a_shorter_answer() throws Exception {
        Table table = written(2);
        try (var files = Files.list(table.directory())) {
            Files.delete(files.filter(file -> file.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow());
        }
        table.get("/changes").send().expectProblem(409, "files-missing");
    }
}
