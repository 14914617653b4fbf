package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.LongRuns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A table with a long log stays quick: what a request costs does not grow with the number of commits.
///
/// The commits are written by hand, one file each; their data files are not there, as nothing here reads rows.
@Tag("long-runs")
class LongHistoryTest {

    private static final int COMMITS = LongRuns.size("sluice.long-history.commits", 2_000, 100_000);
    private static final int APPENDS = LongRuns.size("sluice.long-history.appends", 10, 200);
    /// Of what reads every commit.
    private static final Duration WHOLE_LOG_LIMIT = Duration.ofMinutes(1);

    /// For a machine that does other work at the same time.
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(20);

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

    @TempDir
    Path root;

    private final List<String> figures = new ArrayList<>();

    @Test
    void a_table_of_many_commits_opens_answers_and_takes_rows() throws Exception {
        try (Replica replica = start()) {
            call(replica, "POST", "/v1/tables")
                    .json("{\"name\":\"long.t\",\"columns\":[{\"name\":\"id\",\"type\":\"long\"}]}")
                    .send()
                    .expect(201);
        }
        for (int version = 1; version <= COMMITS; version++) {
            write(version);
        }
        try (Replica replica = start()) {
            timed("first look without a checkpoint", WHOLE_LOG_LIMIT, () -> get(replica, ""));
            timed("checkpoint", WHOLE_LOG_LIMIT, () -> checkpoint(replica));
        }
        try (Replica replica = start()) {
            JsonNode opened = timed("first look of a process", OPEN_LIMIT, () -> get(replica, ""))
                    .json();
            assertThat(opened.path("version").asLong()).isEqualTo(COMMITS);
            assertThat(opened.path("statistics").path("rows").asLong()).isEqualTo(COMMITS);
            timed("first append", ANSWER_LIMIT, () -> append(replica, 0));
            timed("look after a commit", ANSWER_LIMIT, () -> get(replica, ""));
            long[] appends = new long[APPENDS];
            for (int at = 0; at < APPENDS; at++) {
                long begunNanos = System.nanoTime();
                append(replica, 1 + at);
                appends[at] = System.nanoTime() - begunNanos;
            }
            Arrays.sort(appends);
            figure("append, median", Duration.ofNanos(appends[APPENDS / 2]));
            timed("newest history page", ANSWER_LIMIT, () -> get(replica, "/history"));
            timed("history page in the middle", ANSWER_LIMIT, () -> get(replica, "/history?before=" + COMMITS / 2));
            timed("count", ANSWER_LIMIT, () -> get(replica, "/count"));
            count(replica, "count of an old version after the checkpoint", OPEN_LIMIT, COMMITS + APPENDS / 2);
            count(replica, "count of one before it", WHOLE_LOG_LIMIT, COMMITS - 7);
            figures.add("resident " + residentMegabytes(replica) + " MB");
        } finally {
            System.out.println("a table of " + COMMITS + " commits: " + String.join(", ", figures));
        }
    }

    private void count(Replica replica, String what, Duration limit, int version) {
        JsonNode old = timed(what, limit, () -> get(replica, "/count?version=" + version))
                .json();
        assertThat(old.path("count").asLong()).isEqualTo(version);
    }

    private static Answer checkpoint(Replica replica) {
        Answer begun = call(replica, "POST", "/v1/tables/long.t/checkpoint")
                .header("Prefer", "wait=60")
                .json("{}")
                .send();
        Answer told = begun;
        while (!told.json().path("state").asString().equals("succeeded")) {
            assertThat(told.json().path("state").asString()).isIn("queued", "running");
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            told = call(
                            replica,
                            "GET",
                            "/v1/operations/" + begun.json().path("id").asString())
                    .send()
                    .expect(200);
        }
        return told;
    }

    private Replica start() {
        Replica replica = Replica.start(Map.of("sluice.root", root.toString()));
        replica.base();
        return replica;
    }

    private static Call call(Replica replica, String method, String path) {
        return new Call(replica.base(), method, path);
    }

    private static Answer get(Replica replica, String what) {
        return call(replica, "GET", "/v1/tables/long.t" + what).send().expect(200);
    }

    private static Answer append(Replica replica, int id) {
        return call(replica, "POST", "/v1/tables/long.t/rows")
                .json("[{\"id\":" + id + "}]")
                .send()
                .expect(200);
    }

    private Answer timed(String what, Duration limit, Supplier<Answer> work) {
        long begunNanos = System.nanoTime();
        Answer answer = work.get();
        Duration took = Duration.ofNanos(System.nanoTime() - begunNanos);
        figure(what, took);
        assertThat(took).as(what).isLessThan(limit);
        return answer;
    }

    private void figure(String what, Duration took) {
        figures.add(what + " " + took.toMillis() + " ms");
    }

    private void write(int version) throws IOException {
        String add = """
                {"commitInfo":{"timestamp":%d,"operation":"WRITE","operationParameters":{"mode":"Append"}}}
                {"add":{"path":"part-%d.parquet","partitionValues":{},"size":500,"modificationTime":%d,"dataChange":true,\
                "stats":"{\\"numRecords\\":1,\\"minValues\\":{\\"id\\":%d},\\"maxValues\\":{\\"id\\":%d}}"}}
                """;
        long time = 1_790_000_000_000L + version;
        Files.write(
                root.resolve("long/t/_delta_log").resolve(String.format("%020d.json", version)),
                String.format(add, time, version, time, version, version).getBytes(StandardCharsets.UTF_8));
    }

    private static long residentMegabytes(Replica replica) throws IOException {
        Path status = Path.of("/proc/" + replica.pid() + "/status");
        if (Files.notExists(status)) {
            return -1;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(-1);
    }
}
