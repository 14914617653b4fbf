package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `Delta-Table-Version` and `ETag` on every answer about one table, and `If-Match` on every write.
class TableHeadersTest {

    private final RunningSluice sluice = RunningSluice.shared();
    private final Table table = Table.of(sluice, "id long");

    private record Refusal(String method, String path, String body, int status) {}

    private static List<Refusal> refusals() {
        return List.of(
                new Refusal("GET", "?version=7", "", 404),
                new Refusal("GET", "?version=0&timestamp=2026-11-20T00:00:00Z", "", 400),
                new Refusal("GET", "/rows?where=nothing%3D1", "", 400),
                new Refusal("GET", "/rows?whre=true", "", 400),
                new Refusal("GET", "/history/x", "", 400),
                new Refusal("GET", "/changes?fromVersion=0", "", 409),
                new Refusal("PUT", "/rows", "", 405),
                new Refusal("DELETE", "", "", 409),
                new Refusal("POST", "/rows", "[{\"id\":\"x\"}]", 422),
                new Refusal("POST", "/rows", "[{", 400),
                new Refusal("POST", "/merge", "{\"nothing\":1}", 400),
                new Refusal("POST", "/restore", "{\"version\":9}", 404),
                new Refusal("POST", "/vacuum", "{\"retention\":\"PT0S\"}", 409),
                new Refusal("POST", "/transactions/none/commit", "", 404));
    }

    private Call call(String method, String path) {
        return sluice.call(method, table.path() + path);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void a_problem_about_a_table_has_its_version(Refusal refusal) {
        table.append("[{\"id\":1}]");
        Call call = call(refusal.method, refusal.path);
        Answer answer =
                (refusal.body.isEmpty() ? call : call.json(refusal.body)).send().expect(refusal.status);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.version()).isEqualTo(1);
        assertThat(answer.header("ETag")).isEqualTo("\"1\"");
    }

    @Test
    void what_cannot_be_accepted_or_read_has_the_version_too() {
        assertThat(call("GET", "/rows").accept("image/png").send().expect(406).version())
                .isZero();
        assertThat(call("POST", "/rows")
                        .body("image/png", new byte[] {1})
                        .send()
                        .expect(415)
                        .version())
                .isZero();
        assertThat(call("OPTIONS", "/rows").send().expect(200).version()).isZero();
    }

    @Test
    void a_table_that_exists_already_tells_its_version() {
        table.append("[{\"id\":1}]");
        Answer again = sluice.post("/v1/tables")
                .json("{\"name\":\"" + table.name() + "\",\"columns\":[{\"name\":\"a\",\"type\":\"long\"}]}")
                .send();
        again.expectProblem(409, "table-exists");
        assertThat(again.version()).isEqualTo(1);
    }

    @Test
    void a_table_that_is_not_there_has_no_version() {
        Answer answer = sluice.get("/v1/tables/scenario.nowhere").send();
        answer.expectProblem(404, "table-not-found");
        assertThat(answer.header("Delta-Table-Version")).isEmpty();
        assertThat(answer.header("ETag")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/rows", "/count", "/history", "/history/1"})
    void who_has_the_version_gets_no_body(String path) {
        table.append("[{\"id\":1}]");
        for (String tags : List.of("\"1\"", "W/\"1\"", "\"7\", \"1\"", "*")) {
            Answer answer =
                    call("GET", path).header("If-None-Match", tags).send().expect(304);
            assertThat(answer.version()).isEqualTo(1);
            assertThat(answer.body()).isEmpty();
        }
        call("GET", path).header("If-None-Match", "\"7\"").send().expect(200);
    }

    @Test
    void dropping_needs_the_version_that_is_asked_for() {
        table.append("[{\"id\":1}]");
        var problem =
                call("DELETE", "?purge=true").header("If-Match", "\"0\"").send().expectProblem(412, "stale-version");
        assertThat(problem.path("actual").asLong()).isEqualTo(1);
        assertThat(Files.isDirectory(table.directory())).isTrue();

        Answer dropped =
                call("DELETE", "?purge=true").header("If-Match", "\"1\"").send().expect(204);
        assertThat(dropped.version()).isEqualTo(1);
        assertThat(Files.exists(table.directory())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "1", "TRUE"})
    void only_true_deletes_files(String purge) {
        call("DELETE", "").query("purge", purge).send().expectProblem(400, "bad-parameter");
        assertThat(Files.isDirectory(table.directory())).isTrue();
    }

    /// A vacuum writes its begin and its end into the log, a restore one version; the others have nothing to write.
    private static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of("optimize", 1),
                Arguments.of("vacuum", 3),
                Arguments.of("restore", 2),
                Arguments.of("checkpoint", 1),
                Arguments.of("repair", 1));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void maintenance_needs_the_version_that_is_asked_for_and_tells_the_one_it_wrote(String kind, long written) {
        table.append("[{\"id\":1}]");
        String body = kind.equals("restore") ? "{\"version\":0}" : "{}";
        Answer refused =
                call("POST", "/" + kind).header("If-Match", "\"0\"").json(body).send();
        assertThat(refused.expectProblem(412, "stale-version").path("actual").asLong())
                .isEqualTo(1);
        assertThat(refused.version()).isEqualTo(1);
        Answer begun = call("POST", "/" + kind)
                .header("If-Match", "\"1\"")
                .header("Prefer", "wait=30")
                .json(body)
                .send()
                .expect(200);
        assertThat(begun.json().path("state").asString()).isEqualTo("succeeded");
        assertThat(begun.version()).isEqualTo(written);
    }

    @Test
    void a_transaction_that_is_given_up_tells_the_version() {
        String id = call("POST", "/transactions")
                .send()
                .expect(201)
                .json()
                .path("id")
                .asString();
        assertThat(call("DELETE", "/transactions/" + id).send().expect(204).version())
                .isZero();
    }

    @Test
    void a_transaction_takes_no_members_and_needs_its_table() {
        call("POST", "/transactions").json("{\"ttl\":\"PT1H\"}").send().expectProblem(400, "malformed-body");
        for (String step : List.of("/rows", "/commit")) {
            sluice.post("/v1/tables/scenario.nowhere/transactions/00000000-0000-0000-0000-000000000000" + step)
                    .json("[]")
                    .send()
                    .expectProblem(404, "table-not-found");
        }
    }
}
