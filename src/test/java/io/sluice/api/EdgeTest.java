package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What every request meets, whatever it asks for.
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class EdgeTest {

    @LocalServerPort
    private int port;

    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = JsonMapper.shared();

    @ParameterizedTest
    @CsvSource({
        "/nowhere, 404, not-found",
        "/v1/nowhere, 404, not-found",
        "/v1/, 404, not-found",
        "/v1?x=1, 400, bad-parameter",
        "/v1?%zz=1, 400, bad-parameter",
        "/v1/%00, 400, bad-parameter",
        "/v1/tables/%2e%2e, 400, bad-parameter",
        "/v1/tables/x/../y, 400, bad-parameter",
        "/v1/tables/%2e%2e%2fetc, 400, bad-parameter",
        "/v1/tables/a%5cb, 400, bad-parameter",
        "/v1/tables/a;b=c, 400, bad-parameter",
        "/v1/tables/%ff, 400, bad-parameter",
        "/v1/tables/a%, 400, bad-parameter",
        "/problems/nothing, 404, not-found",
        "/v1/query, 405, method-not-allowed",
        "/v1/topics/t, 501, not-implemented",
        "/v1/tables/t/changes?fromVersion=1, 404, table-not-found",
    })
    void a_path_that_leads_nowhere_is_a_problem(String target, int status, String slug) throws Exception {
        Answer answer = raw("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.problem().get("type").asString()).isEqualTo("/problems/" + slug);
        assertThat(answer.problem().get("status").asInt()).isEqualTo(status);
        assertThat(answer.problem().get("requestId").asString()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"GET / HTTP/9.1, 400", "G\u0001T / HTTP/1.1, 400", "GET /\u0001 HTTP/1.1, 400", "TRACE / HTTP/1.1, 405"
    })
    void what_tomcat_refuses_is_a_problem_too(String requestLine, int status) throws Exception {
        Answer answer = raw(requestLine + "\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.problem().get("status").asInt()).isEqualTo(status);
    }

    @Test
    void headers_beyond_the_limit_are_a_problem() throws Exception {
        Answer answer =
                raw("GET /v1 HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(300_000) + "\r\nConnection: close\r\n\r\n");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem().get("type").asString()).startsWith("/problems/");
    }

    @Test
    void the_characters_of_a_filter_may_be_typed_as_they_are() throws Exception {
        Answer answer =
                raw("GET /v1/tables/t/changes?where=a>5|{x}^`[\"\\] HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer.problem().get("type").asString()).isEqualTo("/problems/table-not-found");
    }

    @Test
    void a_query_of_the_largest_filter_passes() throws Exception {
        Answer answer = raw("GET /v1/tables/t/changes?where=" + "%20".repeat(65_536)
                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer.problem().get("type").asString()).isEqualTo("/problems/table-not-found");
    }

    @Test
    void every_problem_type_is_explained_as_json_and_as_a_page() throws Exception {
        for (ProblemType type : ProblemType.values()) {
            assertThat(json.readTree(get(type.path(), "Accept", "*/*").body())
                            .get("type")
                            .asString())
                    .isEqualTo(type.path());
            assertThat(get(type.path(), "Accept", "text/html,*/*").body()).contains("<h1>" + type.title());
        }
    }

    @Test
    void the_service_names_its_limits_in_bytes() throws Exception {
        JsonNode service = json.readTree(get("/v1", "Accept", "*/*").body());

        assertThat(service.at("/limits/bodyBytes").asLong()).isEqualTo(256L << 20);
        assertThat(service.at("/limits/queryTime").asString()).isEqualTo("PT1M");
    }

    @Test
    void a_document_says_how_long_it_is() throws Exception {
        HttpResponse<String> response = get("/v1", "Accept", "*/*");

        assertThat(response.headers().firstValue("Content-Length"))
                .contains(Integer.toString(response.body().getBytes(StandardCharsets.UTF_8).length));
        assertThat(response.headers().firstValue("Transfer-Encoding")).isEmpty();
    }

    @Test
    void requests_are_timed_by_pattern_and_status() throws Exception {
        get("/problems/bad-rows", "Accept", "*/*");
        get("/nowhere/at/all", "Accept", "*/*");

        assertThat(get("/actuator/prometheus", "Accept", "*/*").body())
                .containsPattern(
                        "http_server_requests_seconds_count\\{method=\"GET\",outcome=\"SUCCESS\",status=\"200\",uri=\"/problems/\\{slug}\"} [1-9]")
                .containsPattern(
                        "http_server_requests_seconds_count\\{method=\"GET\",outcome=\"CLIENT_ERROR\",status=\"404\"[^\n]* [1-9]")
                .doesNotContain("/nowhere");
    }

    @Test
    void the_request_id_of_the_client_is_echoed() throws Exception {
        HttpResponse<String> response = get("/v1", "X-Request-Id", "mine-1");

        assertThat(response.headers().firstValue("X-Request-Id")).contains("mine-1");
    }

    @Test
    void an_insane_request_id_is_replaced() throws Exception {
        HttpResponse<String> response = get("/v1", "X-Request-Id", "a b");

        assertThat(response.headers().firstValue("X-Request-Id"))
                .get()
                .asString()
                .hasSize(36);
    }

    @Test
    void a_method_that_is_not_there_names_those_that_are() throws Exception {
        HttpResponse<String> response =
                client.send(HttpRequest.newBuilder(uri("/v1")).DELETE().build(), HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri(path)).headers(headers).build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private record Answer(int status, JsonNode problem) {}

    private Answer raw(String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int body = text.indexOf("\r\n\r\n");
            assertThat(text.substring(0, body)).contains("application/problem+json");
            return new Answer(
                    Integer.parseInt(text.split(" ", 3)[1]), json.readTree(text.substring(text.indexOf('{', body))));
        }
    }
}
