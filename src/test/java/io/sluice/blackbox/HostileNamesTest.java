package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Names and parameters that try to be more than names and parameters.
class HostileNamesTest {

    private final RunningSluice sluice = RunningSluice.shared();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "%2e%2e",
                "a..b",
                "a.b.c",
                "%2e%2e%2fetc",
                "..%2f..%2fetc%2fpasswd",
                "a%2fb",
                "a%5cb",
                "a%00",
                "%00",
                "a%0ab",
                "1a",
                "-a",
                "a-b",
                "a%20b",
                "%C3%BC",
                ".a",
                "a.",
                "a%3Bb",
                "%25",
                "_delta_log%2f",
                "a;jsessionid=1"
            })
    void a_name_that_is_not_one(String name) {
        String before = Trees.listing(sluice.root()).keySet().toString();
        for (Call call : new Call[] {
            sluice.get("/v1/tables/" + name),
            sluice.get("/v1/tables/" + name + "/rows"),
            sluice.post("/v1/tables/" + name + "/rows").json("[{\"id\":1}]"),
            sluice.delete("/v1/tables/" + name).query("purge", true),
        }) {
            Answer answer = call.send();
            assertThat(answer.status()).as(answer.request()).isIn(400, 404, 405);
            answer.expectProblem(
                    answer.status(), answer.json().path("type").asString("").replace("/problems/", ""));
        }
        assertThat(Trees.listing(sluice.root()).keySet().toString()).isEqualTo(before);
    }

    @Test
    void a_name_of_three_hundred_characters() {
        sluice.get("/v1/tables/" + "a".repeat(300)).send().expectProblem(400, "bad-parameter");
        Answer answer = sluice.post("/v1/tables")
                .json("{\"name\":\"" + "a".repeat(300) + "\",\"columns\":" + Table.columns("id long") + "}")
                .send();
        assertThat(answer.status()).isIn(400, 422);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/b", "a.b.c", "", "x\\u0000y", "ü", "a b"})
    void a_name_in_a_body_that_is_not_one(String name) {
        Answer answer = sluice.post("/v1/tables")
                .json("{\"name\":\"" + name + "\",\"columns\":" + Table.columns("id long") + "}")
                .send();
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().path("type").asString()).isIn("/problems/bad-parameter", "/problems/malformed-body");
    }

    @Test
    void the_root_may_be_a_link() throws IOException {
        // Not a @TempDir: a probe of the storage that began at the start may still write when the service is closed.
        Path directory = Files.createTempDirectory("linked");
        Path link =
                Files.createSymbolicLink(directory.resolve("link"), Files.createDirectory(directory.resolve("data")));
        try (RunningSluice linked = RunningSluice.start(link, Map.of())) {
            Table table = Table.of(linked, "id long");
            table.append("[{\"id\":1}]");
            assertThat(table.content()).containsExactly("{\"id\":1}");
        }
        Trees.delete(directory);
    }

    @Test
    void registering_a_place_that_is_not_allowed(@TempDir Path elsewhere) {
        Table table = Table.of(sluice, "id long");
        Trees.copy(table.directory(), elsewhere.resolve("t"));
        for (String location : List.of(
                elsewhere.resolve("t").toString(),
                elsewhere.resolve("t").toUri().toString(),
                "/etc",
                "file:///etc",
                "http://127.0.0.1:1/x",
                "s3a://somebody/x",
                sluice.root() + "/../x",
                "jar:file:/x!/y",
                "hdfs://a/b",
                "%",
                "")) {
            Answer answer = sluice.post("/v1/tables")
                    .json("{\"name\":\"scenario.registered\",\"location\":\"" + location + "\"}")
                    .send();
            assertThat(answer.status())
                    .as("%s: %s", location, answer.text())
                    .isBetween(400, 501)
                    .isNotEqualTo(500);
            answer.expectProblem(
                    answer.status(), answer.json().path("type").asString("").replace("/problems/", ""));
        }
        sluice.get("/v1/tables/scenario.registered").send().expectProblem(404, "table-not-found");
    }

    @Test
    void version_and_timestamp_together() {
        Table table = Table.of(sluice, "id long");
        for (String what : List.of("", "/rows", "/count")) {
            table.get(what)
                    .query("version", 0)
                    .query("timestamp", "2026-01-01T00:00:00Z")
                    .send()
                    .expectProblem(400, "bad-parameter");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "1.5", "99999999999999999999", "1e3", "0x1", " 1", "", "1;2"})
    void a_version_that_is_not_one(String version) {
        Table table = Table.of(sluice, "id long");
        table.rows().query("version", version).send().expectProblem(400, "bad-parameter");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "2026-01-01",
                "2026-01-01T00:00:00",
                "2026-13-01T00:00:00Z",
                "now",
                "",
                "0",
                "+1000000000-01-01T00:00:00Z",
                "-1000000000-01-01T00:00:00Z"
            })
    void a_timestamp_that_is_not_one(String timestamp) {
        Table table = Table.of(sluice, "id long");
        Answer answer = table.rows().query("timestamp", timestamp).send();
        assertThat(answer.status()).as(answer.text()).isIn(400, 404);
        answer.expectProblem(answer.status(), answer.status() == 400 ? "bad-parameter" : "version-not-found");
    }

    @Test
    void a_parameter_that_is_unknown_or_comes_twice() {
        Table table = Table.of(sluice, "id long");
        table.rows().query("vesion", 0).send().expectProblem(400, "bad-parameter");
        table.rows().query("version", 0).query("version", 0).send().expectProblem(400, "bad-parameter");
        sluice.get("/v1/tables").query("nope", "x").send().expectProblem(400, "bad-parameter");
        table.get("").query("where", "true").send().expectProblem(400, "bad-parameter");
        table.get("/history").query("limit", -1).send().expectProblem(400, "bad-parameter");
        table.rows().query("", "x").send().expectProblem(400, "bad-parameter");
    }

    @Test
    void paths_and_methods_that_do_not_exist() {
        Table table = Table.of(sluice, "id long");
        sluice.get("/nowhere").send().expectProblem(404, "not-found");
        sluice.get("/v1/nowhere").send().expectProblem(404, "not-found");
        table.get("/nowhere").send().expectProblem(404, "not-found");
        sluice.call("PUT", table.path()).json("{}").send().expectProblem(405, "method-not-allowed");
        sluice.call("TRACE", table.path()).send().expectProblem(405, "method-not-allowed");
        assertThat(sluice.call("PUT", table.path()).json("{}").send().header("Allow"))
                .contains("GET");
    }
}
