package io.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.contract.OpenApiDocument.Operation;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An answer that the document does not declare is seen.
class AnswerCheckTest {

    private static final OpenApiDocument DOCUMENT = OpenApiDocument.current();
    private static final Operation COUNT = DOCUMENT.operations().stream()
            .filter(operation -> operation.name().equals("countRows"))
            .findFirst()
            .orElseThrow();
    private static final String MISSING = """
        {"type": "/problems/table-not-found", "title": "The table does not exist", "status": 404, "detail": "No.",
         "instance": "/v1", "requestId": "r-1", "table": "a.b"}\
        """;

    private static List<String> check(int status, String type, String body, Map<String, String> more) {
        Map<String, List<String>> headers = new HashMap<>();
        headers.put("Content-Type", List.of(type));
        headers.put("X-Request-Id", List.of("r-1"));
        more.forEach((name, value) -> headers.put(name, List.of(value)));
        return new AnswerCheck(DOCUMENT)
                .check(COUNT, status, HttpHeaders.of(headers, (_, _) -> true), body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void what_is_declared_is_right() {
        assertThat(check(200, "application/json", "{\"version\": 3, \"count\": 7}", Map.of("ETag", "\"3\"")))
                .isEmpty();
        assertThat(check(404, "application/problem+json", MISSING, Map.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "201 | application/json | {\"version\": 3, \"count\": 7} | status 201 is not declared",
                "200 | text/csv | count | the media type 'text/csv' is not declared",
                "200 | application/json | {\"version\": 3} | $ has no count",
                "200 | application/json | {\"version\": 3, \"count\": \"7\"} | $.count is \"7\", not of type",
                "200 | application/json | {\"version\": 3, \"count\": 7, \"more\": 1} | $ has more",
                "200 | application/json | {\"version\": | no JSON",
                "409 | application/problem+json | {\"type\": \"/problems/table-exists\", \"title\": \"\", \"status\":"
                        + " 409, \"detail\": \"\", \"requestId\": \"r-1\", \"table\": \"a\"} | table-exists is not"
                        + " declared",
            })
    void what_is_not_is_named(int status, String type, String body, String named) {
        assertThat(check(status, type, body, Map.of())).anyMatch(wrong -> wrong.contains(named));
    }

    @Test
    void a_problem_has_the_members_of_its_type_and_the_id_of_its_answer() {
        assertThat(check(404, "application/problem+json", MISSING.replace("\"table\"", "\"tables\""), Map.of()))
                .anyMatch(wrong -> wrong.contains("$ has no table"))
                .anyMatch(wrong -> wrong.contains("table-not-found has tables"));
        assertThat(check(404, "application/problem+json", MISSING.replace("r-1", "r-2"), Map.of()))
                .anyMatch(wrong -> wrong.contains("another status or request id"));
    }

    @Test
    void a_header_that_is_not_declared_is_named() {
        assertThat(check(200, "application/json", "{\"version\": 3, \"count\": 7}", Map.of("X-Powered-By", "x")))
                .containsExactly("header X-Powered-By of 200 is not declared");
    }
}
