package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What came back.
///
/// @param request method and path, for messages of failed assertions
record Answer(String request, int status, HttpHeaders headers, byte[] body) {

    static final JsonMapper JSON = JsonMapper.builder().build();

    /// Words that only the inside of the service knows.
    private static final Pattern INTERNAL = Pattern.compile(
            "Exception|java\\.|io\\.sluice|io\\.delta|org\\.|\\bat [a-z]+\\.[a-z]+\\.|DuckDB|Binder Error|Parser Error|Kernel|Hadoop|/tmp/|\\.java:");

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    JsonNode json() {
        return JSON.readTree(body);
    }

    /// The rows of an NDJSON answer.
    List<JsonNode> lines() {
        return text().lines()
                .filter(line -> !line.isBlank())
                .map(JSON::readTree)
                .toList();
    }

    String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    long version() {
        return Long.parseLong(header("Delta-Table-Version"));
    }

    Answer expect(int expected) {
        assertThat(status).as("%s answered %s", request, excerpt()).isEqualTo(expected);
        return this;
    }

    /// Checks that this is a whole problem document of this kind (RFC 9457) and gives it.
    JsonNode expectProblem(int expectedStatus, String slug) {
        assertThat(status).as("%s answered %s", request, excerpt()).isEqualTo(expectedStatus);
        assertThat(header("Content-Type")).as(request).startsWith("application/problem+json");
        JsonNode problem = json();
        assertThat(problem.path("type").asString("")).as(excerpt()).isEqualTo("/problems/" + slug);
        assertThat(problem.path("status").asInt()).isEqualTo(expectedStatus);
        for (String member : List.of("title", "detail", "instance", "requestId")) {
            assertThat(problem.path(member).asString(""))
                    .as("%s of %s", member, excerpt())
                    .isNotBlank();
        }
        assertThat(problem.path("requestId").asString()).isEqualTo(header("X-Request-Id"));
        assertThat(saysInternals(problem)).as("internals in %s", excerpt()).isFalse();
        return problem;
    }

    private static boolean saysInternals(JsonNode problem) {
        return problem.properties().stream()
                .filter(member -> !List.of("instance", "requestId").contains(member.getKey()))
                .map(Map.Entry::getValue)
                .anyMatch(value -> INTERNAL.matcher(value.toString()).find());
    }

    private String excerpt() {
        String text = text();
        return status + " " + (text.length() > 2000 ? text.substring(0, 2000) + "…" : text);
    }
}
