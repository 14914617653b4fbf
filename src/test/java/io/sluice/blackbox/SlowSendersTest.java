package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients whose request's head comes a byte at a time hold a connection for a while, and not for ever.
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowSendersTest {

    private static final int BETWEEN_BYTES_MILLIS = 100;
    private static final int CROWD = 12;
    private static final String BEGUN = "POST /v1/tables HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Content-Length: 10\r\nExpect: 100-continue\r\n\r\n";
    private static final String WHOLE = "GET /v1 HTTP/1.1\r\nHost: x\r\n\r\n";

    @TempDir
    static Path root;

    private RunningSluice sluice = RunningSluice.shared();

    @BeforeAll
    void start() {
        sluice = RunningSluice.start(
                root, Map.of("sluice.limits.headTime", "1s", "sluice.limits.longHeads", Integer.toString(CROWD)));
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    private Socket connect() throws IOException {
        var socket = new Socket(sluice.base().getHost(), sluice.base().getPort());
        socket.setSoTimeout(BETWEEN_BYTES_MILLIS);
        return socket;
    }

    /// Sends byte after byte, with a pause after each.
    ///
    /// @return whether the connection was closed meanwhile
    private static boolean dribble(Socket socket, String text) throws IOException {
        for (byte next : text.getBytes(StandardCharsets.US_ASCII)) {
            try {
                socket.getOutputStream().write(next);
                if (socket.getInputStream().read() < 0) {
                    return true;
                }
            } catch (SocketTimeoutException stillOpen) {
                // The next one.
            } catch (IOException closed) {
                return true;
            }
        }
        return false;
    }

    private static String answer(Socket socket) throws IOException {
        socket.setSoTimeout(10_000);
        byte[] buffer = new byte[1 << 16];
        int read = socket.getInputStream().read(buffer);
        return new String(buffer, 0, Math.max(0, read), StandardCharsets.US_ASCII);
    }

    @Test
    void a_head_without_end_is_cut_off() throws IOException {
        try (Socket socket = connect()) {
            long begunNanos = System.nanoTime();
            assertThat(dribble(socket, "GET /v1 HTTP/1.1\r\nX-Slow: " + "x".repeat(200)))
                    .isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - begunNanos))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
        }
    }

    @Test
    void so_is_one_after_a_good_request() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(WHOLE.getBytes(StandardCharsets.US_ASCII));
            assertThat(answer(socket)).startsWith("HTTP/1.1 200");
            socket.setSoTimeout(BETWEEN_BYTES_MILLIS);
            assertThat(dribble(socket, "GET /v1 HTTP/1.1\r\nX-Slow: " + "x".repeat(200)))
                    .isTrue();
        }
    }

    @Test
    void a_head_that_comes_in_time_is_answered_and_a_connection_may_rest_between_requests() throws IOException {
        try (Socket socket = connect()) {
            assertThat(dribble(socket, WHOLE.substring(0, 5))).isFalse();
            socket.getOutputStream().write(WHOLE.substring(5).getBytes(StandardCharsets.US_ASCII));
            assertThat(answer(socket)).startsWith("HTTP/1.1 200");
            socket.setSoTimeout(2_000);
            assertThat(dribble(socket, "G")).isFalse();
        }
    }

    @Test
    void a_body_that_dribbles_on_after_its_answer_is_cut_off() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(("POST /v1/nowhere HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: 1000\r\n\r\n[")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(answer(socket)).startsWith("HTTP/1.1 404");
            socket.setSoTimeout(BETWEEN_BYTES_MILLIS);
            assertThat(dribble(socket, " ".repeat(200))).isTrue();
        }
    }

    @Test
    void so_is_one_that_was_told_to_continue() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("GET /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            StringBuilder told = new StringBuilder(answer(socket));
            while (!told.toString().contains("HTTP/1.1 200")) {
                told.append(answer(socket));
            }
            assertThat(told.toString()).startsWith("HTTP/1.1 100");
            socket.setSoTimeout(BETWEEN_BYTES_MILLIS);
            assertThat(dribble(socket, " ".repeat(200))).isTrue();
        }
    }

    @Test
    void the_rest_of_a_body_is_taken_and_the_connection_serves_on() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(("POST /v1/nowhere HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: 300000\r\n\r\n" + " ".repeat(300_000) + WHOLE)
                            .getBytes(StandardCharsets.US_ASCII));
            StringBuilder told = new StringBuilder(answer(socket));
            while (!told.toString().contains("HTTP/1.1 200")) {
                told.append(answer(socket));
            }
            assertThat(told.toString()).startsWith("HTTP/1.1 404");
        }
    }

    /// Each connection with a request holds memory for the longest head that may come.
    @Test
    void in_a_crowd_heads_are_short() throws IOException {
        assertThat(withHead(100_000)).startsWith("HTTP/1.1 200");
        List<Socket> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < CROWD; i++) {
                Socket one = connect();
                crowd.add(one);
                one.getOutputStream().write(BEGUN.getBytes(StandardCharsets.US_ASCII));
                assertThat(answer(one)).startsWith("HTTP/1.1 100");
            }
            assertThat(withHead(100_000)).startsWith("HTTP/1.1 400");
            assertThat(withHead(10_000)).startsWith("HTTP/1.1 200");
        } finally {
            for (Socket one : crowd) {
                one.close();
            }
        }
        long lastNanos = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!withHead(100_000).startsWith("HTTP/1.1 200")) {
            assertThat(System.nanoTime()).as("the crowd is gone").isLessThan(lastNanos);
        }
        for (int i = 0; i < CROWD; i++) {
            assertThat(withHead(100_000)).startsWith("HTTP/1.1 200");
        }
    }

    private String withHead(int bytes) throws IOException {
        try (Socket socket = connect()) {
            String head =
                    "GET /v1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: " + "x".repeat(bytes) + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return answer(socket);
        }
    }
}
