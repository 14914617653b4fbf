package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.LongRuns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Optimize, vacuum and restore one after the other, for two minutes (`-Dsluice.maintenance.seconds`), while sixteen
/// clients write and four read versions inside the retention: no row is lost or doubled, and no reader fails.
@Tag("long-runs")
class MaintenanceUnderLoadTest {

    private static final int SECONDS = LongRuns.size("sluice.maintenance.seconds", 120, 3600);
    private static final int WRITERS = 16;
    private static final int READERS = 4;
    private static final int ROWS = 10;
    private static final String RETENTION = "PT20S";
    private static final long READ_SECONDS = 3;

    /// What a version was answered for.
    private sealed interface Event {
        long version();

        record Appended(long version, long first) implements Event {}

        record Deleted(long version, long first) implements Event {}

        /// @param target whose rows are the table's again
        record Restored(long version, long target) implements Event {}
    }

    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicLong> done = new TreeMap<>(Map.of(
            "optimize",
            new AtomicLong(),
            "vacuum",
            new AtomicLong(),
            "restore",
            new AtomicLong(),
            "read",
            new AtomicLong()));
    private final AtomicLong nextId = new AtomicLong();
    private final AtomicBoolean goesOn = new AtomicBoolean(true);

    @TempDir
    static Path root;

    private static ObjectNode told = Answer.JSON.createObjectNode();

    @AfterAll
    static void another_client_reads_the_same_rows() throws Exception {
        Path file = Files.writeString(root.resolve("tables.json"), "[" + told + "]");
        ForeignClients.Told answer = ForeignClients.run("--compare", file.toString());
        assertThat(answer.exit()).as(String.join("\n", answer.lines())).isZero();
    }

    @Test
    void no_row_is_lost_or_doubled_and_no_reader_fails() throws Exception {
        var settings = Map.of(
                "sluice.operations.longest-wait", "100s",
                "sluice.vacuum.retention-check", "false",
                "sluice.vacuum.least-retention", "10s",
                "sluice.vacuum.unknown-retention", "20s");
        try (var sluice = RunningSluice.start(root, settings)) {
            Table table = Table.with(
                    sluice, ",\"properties\":{\"delta.enableDeletionVectors\":\"false\"}", "id long", "text string");
            Instant end = Instant.now().plusSeconds(SECONDS);
            List<Long> unused = Together.run(WRITERS + READERS + 1, client -> {
                try {
                    return client == 0 ? keep(table, end) : client <= READERS ? read(table) : write(table, client);
                } finally {
                    // Whoever fails ends the run for all.
                    goesOn.set(false);
                }
            });
            List<Long> expected = expected(table.version());
            List<Long> rows = ids(table, table.version());
            String what = "after " + done + " and " + events.size() + " answers";
            assertThat(rows).as(what).isEqualTo(expected);
            assertThat(ForeignReader.longs(table.directory(), "id")).as(what).isEqualTo(expected);
            told = told(table);
            assertThat(done.values()).as(what).allMatch(count -> count.get() > 0);
        }
    }

    private static ObjectNode told(Table table) {
        ObjectNode told = Answer.JSON.createObjectNode();
        told.put("name", table.name()).put("path", table.directory().toString());
        ArrayNode columns = told.putArray("columns");
        columns.addObject().put("name", "id").put("type", "long");
        columns.addObject().put("name", "text").put("type", "string");
        told.putArray("features");
        table.rows().accept("application/x-ndjson").send().expect(200).lines().forEach(told.putArray("rows")::add);
        return told;
    }

    private long write(Table table, int writer) {
        var random = new Random(writer);
        Deque<Long> mine = new ArrayDeque<>();
        while (goesOn.get()) {
            long first = nextId.getAndAdd(ROWS);
            var rows = new StringBuilder();
            for (long id = first; id < first + ROWS; id++) {
                rows.append("{\"id\":")
                        .append(id)
                        .append(",\"text\":\"of ")
                        .append(writer)
                        .append("\"}\n");
            }
            Answer answer = table.post().ndjson(rows.toString()).send();
            if (isBusy(answer)) {
                continue;
            }
            events.add(
                    new Event.Appended(answer.expect(200).json().path("version").asLong(), first));
            mine.add(first);
            if (random.nextInt(8) == 0) {
                delete(table, mine.remove());
            }
        }
        return 0;
    }

    private void delete(Table table, long first) {
        Answer answer = table.sluice()
                .delete(table.path() + "/rows")
                .query("where", "id BETWEEN " + first + " AND " + (first + ROWS - 1))
                .send();
        if (isBusy(answer)) {
            return;
        }
        JsonNode deleted = answer.expect(200).json();
        // None were there when a restore took them back.
        if (deleted.path("deleted").asLong() > 0) {
            assertThat(deleted.path("deleted").asLong()).isEqualTo(ROWS);
            events.add(new Event.Deleted(deleted.path("version").asLong(), first));
        }
    }

    /// Refused under this much contention, and nothing was done.
    private static boolean isBusy(Answer answer) {
        return answer.status() == 409 || answer.status() == 429 || answer.status() == 503;
    }

    private long read(Table table) {
        while (goesOn.get()) {
            for (JsonNode commit : table.get("/history")
                    .query("limit", 20)
                    .send()
                    .expect(200)
                    .json()
                    .path("commits")) {
                // Its age when it is read counts, not when it was told.
                Instant oldest = Instant.now().minusSeconds(READ_SECONDS);
                if (Instant.parse(commit.path("timestamp").asString()).isBefore(oldest)) {
                    break;
                }
                long version = commit.path("version").asLong();
                List<Long> ids = ids(table, version);
                assertThat(new TreeSet<>(ids)).as("rows of version %d", version).hasSameSizeAs(ids);
                long count = table.get("/count")
                        .query("version", version)
                        .send()
                        .expect(200)
                        .json()
                        .path("count")
                        .asLong();
                assertThat(ids).as("rows of version %d", version).hasSize((int) count);
                done.get("read").incrementAndGet();
            }
        }
        return 0;
    }

    private static List<Long> ids(Table table, long version) {
        return table.rows()
                .query("version", version)
                .query("select", "id")
                .accept("text/csv")
                .send()
                .expect(200)
                .text()
                .lines()
                .skip(1)
                .map(Long::valueOf)
                .sorted()
                .toList();
    }

    private long keep(Table table, Instant end) {
        for (int round = 0; Instant.now().isBefore(end) && goesOn.get(); round++) {
            operate(table, "optimize", round % 3 == 2 ? "{\"zOrderBy\":[\"id\"]}" : "{}");
            operate(table, "vacuum", "{\"retention\":\"" + RETENTION + "\",\"full\":" + (round % 2 == 1) + "}");
            if (round % 2 == 1) {
                long target = Math.max(1, table.version() - 3);
                JsonNode result = operate(table, "restore", "{\"version\":" + target + "}");
                long version = result.path("version").asLong(-1);
                if (version > target) {
                    events.add(new Event.Restored(version, target));
                }
            }
        }
        return 0;
    }

    /// @return its result; nothing where it lost too many races
    private JsonNode operate(Table table, String kind, String body) {
        JsonNode ended = table.sluice()
                .post(table.path() + "/" + kind)
                .header("Prefer", "wait=100")
                .json(body)
                .send()
                .json();
        String operation = "/v1/operations/" + ended.path("id").asString();
        while (List.of("queued", "running").contains(ended.path("state").asString())) {
            ended = table.sluice().get(operation).send().expect(200).json();
        }
        if (ended.path("state").asString().equals("succeeded")) {
            done.get(kind).incrementAndGet();
        } else {
            assertThat(ended.path("problem").path("type").asString())
                    .as("%s", ended)
                    .isEqualTo("/problems/commit-contention");
        }
        return ended.path("result");
    }

    /// The rows that the answers together promise: along the versions from the last one back, a restore goes on at
    /// its target.
    private List<Long> expected(long last) {
        SortedMap<Long, List<Event>> byVersion = new TreeMap<>();
        events.forEach(event -> byVersion
                .computeIfAbsent(event.version(), _ -> new ArrayList<>())
                .add(event));
        Deque<Event> effective = new ArrayDeque<>();
        for (long version = last; version > 0; version--) {
            List<Event> told = byVersion.getOrDefault(version, List.of());
            long next = version;
            for (Event event : told) {
                if (event instanceof Event.Restored restored) {
                    next = restored.target() + 1;
                } else {
                    effective.push(event);
                }
            }
            version = next;
        }
        Map<Long, Long> firsts = new HashMap<>();
        for (Event event : effective) {
            switch (event) {
                case Event.Appended(long version, long first) -> firsts.put(first, version);
                case Event.Deleted deleted -> firsts.remove(deleted.first());
                case Event.Restored _ -> throw new IllegalStateException();
            }
        }
        var ids = new ArrayList<Long>();
        firsts.keySet().forEach(first -> {
            for (long id = first; id < first + ROWS; id++) {
                ids.add(id);
            }
        });
        return ids.stream().sorted().toList();
    }
}
