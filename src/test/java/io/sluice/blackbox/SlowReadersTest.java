package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that do not take what they asked for keep nobody from theirs.
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowReadersTest {

    private static final int ROWS = 16_000;
    private static final String LAST_CHUNK = "0\r\n\r\n";

    @TempDir
    static Path root;

    private RunningSluice sluice = RunningSluice.shared();
    private Table table = Table.unmade(sluice);

    @BeforeAll
    void fill() {
        sluice = start("lenient", "1MB");
        table = filled(sluice);
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    private static RunningSluice start(String directory, String rate) {
        return RunningSluice.start(
                root.resolve(directory),
                Map.of(
                        "sluice.limits.answerRate", rate,
                        "sluice.limits.answerGrace", "1s",
                        "sluice.limits.concurrentQueries", "2"));
    }

    /// 16 MB of rows: more than sockets hold.
    private static Table filled(RunningSluice sluice) {
        Table table = Table.of(sluice, "id long", "v string");
        String text = "x".repeat(1000);
        table.post()
                .ndjson(IntStream.range(0, ROWS)
                        .mapToObj(i -> "{\"id\":" + i + ",\"v\":\"" + text + "\"}")
                        .collect(Collectors.joining("\n")))
                .send()
                .expect(200);
        return table;
    }

    /// A client with a small window that reads when it is told to.
    private static final class Reader implements AutoCloseable {

        private final Socket socket = new Socket();
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

        Reader(RunningSluice sluice, Table table, String accept) throws IOException {
            socket.setReceiveBufferSize(32 << 10);
            socket.connect(new InetSocketAddress("127.0.0.1", sluice.base().getPort()));
            String request = "GET " + table.path() + "/rows HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: " + accept
                    + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        }

        /// @return whether more may come
        boolean take(int bytes) throws IOException {
            byte[] some = socket.getInputStream().readNBytes(bytes);
            taken.writeBytes(some);
            return some.length == bytes;
        }

        void takeSlowly(int bytes, int everyMillis) throws Exception {
            var ticks = new Semaphore(0);
            try (var clock = Executors.newSingleThreadScheduledExecutor()) {
                clock.scheduleAtFixedRate(ticks::release, 0, everyMillis, TimeUnit.MILLISECONDS);
                do {
                    ticks.acquire();
                } while (take(bytes));
                clock.shutdownNow();
            }
        }

        /// What is left, up to the end or the break of the connection.
        String rest() {
            try {
                while (take(64 << 10)) {
                    // Goes on.
                }
            } catch (IOException e) {
                taken.writeBytes("(reset)".getBytes(StandardCharsets.US_ASCII));
            }
            return text();
        }

        String text() {
            return taken.toString(StandardCharsets.UTF_8);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/csv", "application/x-ndjson", "application/vnd.apache.arrow.stream"})
    void readers_that_stall_give_their_places_to_others(String format) throws Exception {
        try (var one = new Reader(sluice, table, format);
                var other = new Reader(sluice, table, format)) {
            one.take(1000);
            other.take(1000);

            Answer third = table.rows()
                    .query("select", "id")
                    .accept("application/x-ndjson")
                    .send()
                    .expect(200);

            assertThat(third.lines()).hasSize(ROWS);
            // The third had a place as soon as one of them had lost its own; the other may have gone on since.
            boolean isOneWhole = one.rest().endsWith(LAST_CHUNK);
            boolean isOtherWhole = other.rest().endsWith(LAST_CHUNK);
            assertThat(isOneWhole && isOtherWhole).isFalse();
        }
    }

    @Test
    void a_reader_that_is_slow_but_keeps_the_pace_gets_everything() throws Exception {
        try (var reader = new Reader(sluice, table, "text/csv")) {
            reader.takeSlowly(256 << 10, 50);
            assertThat(reader.text().endsWith(LAST_CHUNK)).isTrue();
        }
    }

    @Test
    void lines_that_are_taken_too_slowly_end_with_the_problem() throws Exception {
        try (RunningSluice strict = start("strict", "1GB");
                var reader = new Reader(strict, filled(strict), "application/x-ndjson")) {
            reader.takeSlowly(256 << 10, 50);
            String text = reader.text();
            assertThat(text.endsWith("\n\r\n" + LAST_CHUNK)).isTrue();
            assertThat(text.lines().count()).isLessThan(ROWS);
            String body = text.replaceAll("\r\n[0-9a-f]+\r\n", "");
            assertThat(body.substring(body.lastIndexOf("{\"$problem\":{")))
                    .contains("/problems/reader-too-slow", "sluice.limits.answer-rate");
        }
    }
}
