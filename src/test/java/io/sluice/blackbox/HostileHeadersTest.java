package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Headers that are long, deep, contradictory or nonsense, and requests whose end is a matter of opinion.
class HostileHeadersTest {

    private final RunningSluice sluice = RunningSluice.shared();
    private final Table table = Table.of(sluice, "id long");

    private static String many(String one) {
        return String.join(",", java.util.Collections.nCopies(5_000, one));
    }

    static Stream<Map.Entry<String, String>> headers() {
        return Map.of(
                        "Accept",
                        List.of(
                                many("a/b"),
                                "*/*;q=" + "9".repeat(5_000),
                                "*/*;q=-1",
                                ";;;",
                                "application/json;" + "x=y;".repeat(5_000),
                                "\"".repeat(99)),
                        "Accept-Encoding",
                        List.of(many("gzip;q=0.001"), "gzip;q=" + "0".repeat(5_000), "identity;q=0,*;q=0", ";"),
                        "Idempotency-Key",
                        List.of("k".repeat(256), "ключ", "a b\tc", "\"", "k".repeat(100_000)),
                        "Sluice-Commit-Info",
                        List.of(
                                "{\"a\":".repeat(20_000) + "1" + "}".repeat(20_000),
                                "[".repeat(50_000),
                                "{\"a\":\"" + "x".repeat(150_000) + "\"}",
                                "{\"a\":1e999999999}",
                                "5",
                                "{",
                                "{\"a\":1,\"a\":2}"),
                        "If-Match",
                        List.of("x", "\"x\"", "\"99999999999999999999\"", many("\"1\""), "*", "W/\"0\"", "\"-1\""),
                        "If-None-Match",
                        List.of("x", many("\"1\""), "\"".repeat(5_000)),
                        "Sluice-Producer",
                        List.of("p", "p".repeat(10_000)),
                        "Sluice-Sequence",
                        List.of("1", "-1", "99999999999999999999", "x"),
                        "traceparent",
                        List.of("00-" + "f".repeat(100_000), many("00")),
                        "X-Request-Id",
                        List.of("x".repeat(10_000), "<script>", "${jndi:ldap://127.0.0.1:1/x}"))
                .entrySet()
                .stream()
                .flatMap(header -> header.getValue().stream().map(value -> Map.entry(header.getKey(), value)));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void a_header_is_understood_or_refused(Map.Entry<String, String> header) throws IOException {
        String request = "POST " + table.path()
                + "/rows HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\nConnection: close\r\n"
                + header.getKey() + ": " + header.getValue() + "\r\n\r\n[{\"id\":1}]";

        String answer = raw(request);

        assertThat(answer).as(header.getKey()).matches("(?s)HTTP/1\\.1 (200|4\\d\\d) .*");
        assertThat(answer).doesNotContain("<script>", "jndi");
        table.append("[{\"id\":2}]");
    }

    static Stream<String> requests() {
        String head = "POST /v1/tables/T/rows HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
        String hidden = "0\r\n\r\nDELETE /v1/tables/T?purge=true HTTP/1.1\r\nHost: x\r\n\r\n";
        return Stream.of(
                head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + hidden,
                head + "Content-Length: 4\r\nContent-Length: 60\r\n\r\n" + hidden,
                head + "Content-Length: 4, 60\r\n\r\n" + hidden,
                head + "Content-Length: +4\r\n\r\n" + hidden,
                head + "Content-Length: -1\r\n\r\n" + hidden,
                head + "Content-Length: 99999999999999999999\r\n\r\n" + hidden,
                head + "Content-Length : 4\r\n\r\n" + hidden,
                head + " Content-Length: 4\r\n\r\n" + hidden,
                head + "Transfer-Encoding: identity\r\n\r\n" + hidden,
                head + "Transfer-Encoding: chunked, identity\r\n\r\n" + hidden,
                head + "Transfer-Encoding: xchunked\r\n\r\n" + hidden,
                head + "Transfer-Encoding:\u000bchunked\r\n\r\n" + hidden,
                head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n" + hidden,
                head + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" + hidden,
                head + "Transfer-Encoding: chunked\r\n\r\n-1\r\n" + hidden,
                head + "Transfer-Encoding: chunked\r\n\r\n4;" + "x".repeat(20_000) + "\r\n" + hidden,
                head + "Transfer-Encoding: chunked\r\n\r\n4\n[{}]\n" + hidden,
                "POST /v1/tables/T/rows HTTP/1.1\nHost: x\n\n" + hidden,
                "POST /v1/tables/T/rows HTTP/1.1\r\n\r\n" + hidden,
                "POST /v1/tables/T/rows HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + hidden,
                "POST /v1/tables/T/rows HTTP/9.9\r\nHost: x\r\n\r\n" + hidden,
                "POST http://127.0.0.1:1/v1/tables/T/rows HTTP/1.1\r\nHost: x\r\n\r\n" + hidden,
                "CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: x\r\n\r\n" + hidden,
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + hidden,
                "\u0016\u0003\u0001\u0002\u0000" + hidden);
    }

    /// Whatever a server in front may take for the end of the first, the request hidden in its body is never obeyed
    /// where the first was ambiguous.
    @ParameterizedTest
    @MethodSource("requests")
    void no_request_hides_in_another(String request) throws IOException {
        table.append("[{\"id\":1}]");

        String answer = raw(request.replace("/T", "/" + table.name()));

        assertThat(answer).doesNotContain("HTTP/1.1 204", "HTTP/1.1 5");
        assertThat(table.count()).isPositive();
    }

    @Test
    void ten_thousand_headers_are_refused() throws IOException {
        StringBuilder request = new StringBuilder("GET /v1 HTTP/1.1\r\nHost: x\r\n");
        for (int number = 0; number < 10_000; number++) {
            request.append("X-").append(number).append(": y\r\n");
        }

        assertThat(raw(request + "\r\n")).startsWith("HTTP/1.1 4");
        table.append("[{\"id\":1}]");
    }

    /// What comes back until the connection ends, or nothing more comes for a while.
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(sluice.base().getHost(), sluice.base().getPort())) {
            socket.setSoTimeout(400);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            StringBuilder answer = new StringBuilder();
            byte[] buffer = new byte[1 << 16];
            try {
                for (int read = socket.getInputStream().read(buffer);
                        read >= 0;
                        read = socket.getInputStream().read(buffer)) {
                    answer.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
                }
            } catch (IOException silentOrReset) {
                // What came is all.
            }
            return answer.toString();
        }
    }
}
