package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Streams of changes that go on.
@Timeout(60)
class FollowTest {

    private static final String FEED = ",\"properties\":{\"delta.enableChangeDataFeed\":\"true\"}";
    private static final String LINES = "application/x-ndjson";
    private static final String EVENTS = "text/event-stream";

    private final RunningSluice sluice = RunningSluice.shared();

    /// An open answer.
    private static final class Stream implements AutoCloseable {
        private final HttpClient client = HttpClient.newHttpClient();
        private final BufferedReader reader;
        private final String version;

        Stream(RunningSluice sluice, Table table, String query, String... headers) throws Exception {
            URI uri = URI.create(sluice.base() + table.path() + "/changes?follow=true" + query);
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .timeout(Duration.ofSeconds(30))
                    .headers(headers)
                    .build();
            HttpResponse<java.io.InputStream> response =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            this.version = response.headers().firstValue("Delta-Table-Version").orElse("");
            assertThat(response.headers().firstValue("ETag")).contains("\"" + version + "\"");
            this.reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        /// The next line that is not empty and no heartbeat.
        String next() throws IOException {
            String line = reader.readLine();
            while (line != null && (line.isEmpty() || line.startsWith(":"))) {
                line = reader.readLine();
            }
            return String.valueOf(line);
        }

        String nextId() throws IOException {
            return String.valueOf(Answer.JSON.readTree(next()).path("id").asInt(-1));
        }

        @Override
        public void close() {
            client.shutdownNow();
        }
    }

    private Table table() {
        Table table = Table.with(sluice, FEED, "id long");
        table.append("[{\"id\":1}]");
        table.append("[{\"id\":2}]");
        return table;
    }

    @Test
    void lines_begin_with_the_next_commit() throws Exception {
        Table table = table();
        try (var stream = new Stream(sluice, table, "&select=id", "Accept", LINES)) {
            assertThat(stream.version).isEqualTo("2");
            table.append("[{\"id\":3}]");
            assertThat(stream.nextId()).isEqualTo("3");
            table.append("[{\"id\":4}]");
            assertThat(stream.nextId()).isEqualTo("4");
        }
    }

    @Test
    void lines_resume_where_the_client_says_or_begin_with_all_rows() throws Exception {
        Table table = table();
        try (var stream = new Stream(sluice, table, "&fromVersion=2", "Accept", LINES)) {
            assertThat(stream.nextId()).isEqualTo("2");
            table.append("[{\"id\":3}]");
            assertThat(stream.nextId()).isEqualTo("3");
        }
        try (var stream = new Stream(sluice, table, "&initialSnapshot=true&where=id%3E1", "Accept", LINES)) {
            assertThat(stream.next()).contains("\"id\":2", "\"_commit_version\":3");
            assertThat(stream.next()).contains("\"id\":3", "\"_commit_version\":3");
            table.append("[{\"id\":4}]");
            assertThat(stream.next()).contains("\"id\":4", "\"_commit_version\":4");
        }
    }

    @Test
    void a_stream_does_not_go_on_with_another_table_of_the_same_name() throws Exception {
        Table table = table();
        Table other = Table.with(sluice, FEED, "id long");
        for (int id = 10; id < 15; id++) {
            other.append("[{\"id\":" + id + "}]");
        }
        try (var stream = new Stream(sluice, table, "&select=id", "Accept", LINES)) {
            Path directory = table.directory();
            Files.move(directory, directory.resolveSibling(directory.getFileName() + "_gone"));
            Files.move(other.directory(), directory);
            assertThat(stream.next()).contains("$problem", "table-not-found");
            assertThat(stream.next()).isEqualTo("null");
        }
    }

    @Test
    void events_say_how_far_they_have_come_and_resume_from_there() throws Exception {
        Table table = table();
        try (var stream = new Stream(sluice, table, "&fromVersion=1&select=id", "Accept", EVENTS)) {
            assertThat(stream.next()).isEqualTo("event: committed");
            assertThat(stream.next()).isEqualTo("id: 0");
            assertThat(stream.next()).isEqualTo("data: {\"version\":0}");
            assertThat(stream.next()).isEqualTo("data: {\"id\":1}");
            assertThat(stream.next()).isEqualTo("data: {\"id\":2}");
            assertThat(stream.next()).isEqualTo("event: committed");
            assertThat(stream.next()).isEqualTo("id: 2");
        }
        table.append("[{\"id\":3}]");
        try (var stream = new Stream(
                sluice,
                table,
                "&initialSnapshot=true&fromVersion=0&select=id",
                "Accept",
                EVENTS,
                "Last-Event-ID",
                "2")) {
            assertThat(stream.next()).isEqualTo("event: committed");
            assertThat(stream.next()).isEqualTo("id: 2");
            assertThat(stream.next()).isEqualTo("data: {\"version\":2}");
            assertThat(stream.next()).isEqualTo("data: {\"id\":3}");
        }
    }

    @Test
    void what_cannot_be_followed_is_a_problem_before_the_first_line() {
        Table plain = Table.of(sluice, "id long");
        plain.get("/changes").query("follow", true).send().expectProblem(409, "change-feed-not-enabled");
        Table table = table();
        table.get("/changes").query("follow", true).query("limit", 1).send().expectProblem(400, "bad-parameter");
        table.get("/changes")
                .query("follow", true)
                .query("where", "nope = 1")
                .send()
                .expectProblem(400, "bad-filter");
        table.get("/changes")
                .query("follow", true)
                .query("fromVersion", 9)
                .send()
                .expectProblem(404, "version-not-found");
        table.get("/changes").query("follow", true).accept("text/csv").send().expectProblem(406, "not-acceptable");
        table.get("/changes").query("follow", "maybe").send().expectProblem(400, "bad-parameter");
    }

    @Test
    void followers_are_bounded_and_a_stopping_service_says_so(@TempDir Path root) throws Exception {
        RunningSluice own = RunningSluice.start(root, Map.of("sluice.changes.followers", "1"));
        Table table = Table.with(own, FEED, "id long");
        try (var stream = new Stream(own, table, "", "Accept", LINES)) {
            table.get("/changes").query("follow", true).send().expectProblem(503, "overloaded");
            own.close();
            assertThat(stream.next()).contains("$problem", "shutting-down");
            assertThat(stream.next()).isEqualTo("null");
        }
    }
}
