package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Whatever goes wrong, the answer is a problem document that a program and a person can use.
class ProblemDocumentsTest {

    private final RunningSluice sluice = RunningSluice.shared();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "malformed-body",
                "bad-parameter",
                "bad-filter",
                "not-found",
                "table-not-found",
                "version-not-found",
                "partition-not-found",
                "method-not-allowed",
                "not-acceptable",
                "unsupported-media-type",
                "request-too-slow",
                "reader-too-slow",
                "table-exists",
                "purge-required",
                "metadata-changed",
                "protocol-changed",
                "concurrent-transaction",
                "request-in-progress",
                "files-missing",
                "commit-contention",
                "stale-version",
                "too-large",
                "bad-rows",
                "schema-mismatch",
                "invalid-schema",
                "idempotency-key-reused",
                "unsupported-table-feature",
                "too-many-requests",
                "table-corrupt",
                "outcome-unknown",
                "internal",
                "not-implemented",
                "overloaded",
                "storage-unavailable",
                "shutting-down",
                "query-timeout",
                "out-of-space"
            })
    void the_type_of_a_problem_explains_itself(String slug) {
        Answer page = sluice.get("/problems/" + slug).accept("text/html").send().expect(200);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.text()).contains(slug);
        JsonNode json = sluice.get("/problems/" + slug)
                .accept("application/json")
                .send()
                .expect(200)
                .json();
        assertThat(json.path("status").asInt()).isBetween(400, 599);
        assertThat(json.path("title").asString()).isNotBlank();
    }

    @Test
    void a_problem_that_does_not_exist_is_not_found() {
        sluice.get("/problems/nope").send().expectProblem(404, "not-found");
    }

    @Test
    void the_request_id_is_echoed_or_made() {
        Answer echoed = sluice.get("/v1/tables/scenario.nope")
                .header("X-Request-Id", "my-id-1")
                .send();
        assertThat(echoed.expectProblem(404, "table-not-found")
                        .path("requestId")
                        .asString())
                .isEqualTo("my-id-1");
        Set<String> made = Set.of(
                sluice.get("/v1").send().expect(200).header("X-Request-Id"),
                sluice.get("/v1").send().header("X-Request-Id"));
        assertThat(made).hasSize(2).doesNotContain("");
        for (String hostile : new String[] {"x".repeat(1000), "<script>", "a b"}) {
            Answer answer = sluice.get("/v1/tables/scenario.nope")
                    .header("X-Request-Id", hostile)
                    .send();
            assertThat(answer.header("X-Request-Id")).isNotEqualTo(hostile).isNotBlank();
        }
    }

    @Test
    void the_instance_is_the_path_that_was_asked() {
        JsonNode problem = sluice.get("/v1/tables/scenario.nope/rows")
                .query("limit", 5)
                .send()
                .expectProblem(404, "table-not-found");
        assertThat(problem.path("instance").asString()).isEqualTo("/v1/tables/scenario.nope/rows");
        assertThat(problem.path("table").asString()).isEqualTo("scenario.nope");
    }

    @Test
    void a_client_that_takes_no_json_still_gets_the_problem() {
        for (String accept :
                new String[] {"text/csv", "application/vnd.apache.arrow.stream", "text/html", "image/png"}) {
            sluice.get("/v1/tables/scenario.nope/rows")
                    .accept(accept)
                    .send()
                    .expectProblem(
                            accept.startsWith("text/html") || accept.startsWith("image") ? 406 : 404,
                            accept.startsWith("text/html") || accept.startsWith("image")
                                    ? "not-acceptable"
                                    : "table-not-found");
        }
    }

    @Test
    void the_service_names_itself() {
        JsonNode service = sluice.get("/v1").send().expect(200).json();
        assertThat(service.toString()).contains("version", "limits", "formats");
        assertThat(sluice.get("/actuator/health/liveness").send().expect(200).text())
                .contains("UP");
        assertThat(sluice.get("/actuator/health/readiness").send().expect(200).text())
                .contains("UP");
        assertThat(sluice.get("/actuator/prometheus").send().expect(200).text()).contains("jvm_");
        assertThat(sluice.get("/openapi.json")
                        .send()
                        .expect(200)
                        .json()
                        .path("paths")
                        .has("/v1/tables"))
                .isTrue();
        assertThat(sluice.get("/openapi.yaml").send().expect(200).text()).contains("/v1/tables");
    }

    @Test
    void nothing_else_is_served() {
        for (String path : new String[] {
            "/actuator/env",
            "/actuator/heapdump",
            "/actuator/beans",
            "/error",
            "/h2-console",
            "/.git/config",
            "/application.yaml"
        }) {
            sluice.get(path).send().expectProblem(404, "not-found");
        }
    }

    @Test
    void what_comes_later_says_so() {
        Table table = Table.of(sluice, "id long");
        for (Call call : new Call[] {
            sluice.post("/v1/query").json("{\"sql\":\"SELECT 1\"}"),
        }) {
            call.send().expectProblem(501, "not-implemented");
        }
    }
}
