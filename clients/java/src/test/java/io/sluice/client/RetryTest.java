package io.sluice.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.client.http.ApiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Against a service that fails in each way before it answers. */
class RetryTest {

    private record Answer(int status, String retryAfter, String body) {}

    private final List<String> keys = new ArrayList<>();
    private final List<Long> waits = new ArrayList<>();
    private final Retry retry = new Retry(
            8, Duration.ofMinutes(2), Duration.ofMillis(100), Duration.ofSeconds(10), bound -> bound, waits::add);

    @Test
    void a_request_is_sent_again_with_its_key() throws IOException {
        Queue<Answer> answers = new ArrayDeque<>(List.of(
                new Answer(503, "3", "{\"type\": \"/problems/overloaded\"}"),
                new Answer(429, "", "not even JSON"),
                new Answer(0, "", ""),
                new Answer(500, "", "{\"type\": \"/problems/outcome-unknown\"}"),
                new Answer(
                        200,
                        "",
                        "{\"version\": 7, \"rows\": 1, \"files\": 1, \"bytes\": 9, \"replayed\": true,"
                                + " \"rejected\": []}")));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> answer(exchange, answers.remove()));
        server.start();
        try {
            URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            var client = SluiceClient.of(address, "secret").with(retry);

            assertEquals(
                    7, client.append("sales.orders", List.of(Map.of("id", 1))).getVersion());
        } finally {
            server.stop(0);
        }
        assertEquals(5, keys.size());
        assertEquals(1, keys.stream().distinct().count());
        assertEquals("Bearer secret", keys.get(0).split(" ", 2)[1]);
        assertEquals(List.of(3_100L, 200L, 400L, 800L), waits);
    }

    private void answer(HttpExchange exchange, Answer answer) throws IOException {
        exchange.getRequestBody().readAllBytes();
        keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key") + " "
                + exchange.getRequestHeaders().getFirst("Authorization"));
        if (answer.status() > 0) {
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            if (!answer.retryAfter().isEmpty()) {
                exchange.getResponseHeaders().set("Retry-After", answer.retryAfter());
            }
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @Test
    void what_is_wrong_for_good_is_not_sent_again() {
        Retry.Request<Integer> refused = key -> {
            keys.add(key);
            throw new ApiException(422, "no", null, "{\"type\": \"/problems/bad-rows\"}");
        };

        assertEquals(
                "bad-rows",
                assertThrows(SluiceProblem.class, () -> retry.call(refused)).slug());
        assertEquals(1, keys.size());
    }

    @Test
    void it_ends() {
        Retry.Request<Integer> lost = key -> {
            throw new ApiException(new IOException("gone"));
        };

        assertThrows(UncheckedIOException.class, () -> retry.call(lost));
        assertEquals(7, waits.size());
    }
}
