package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// One version out of many batches.
class TransactionsTest {

    private static final String NEVER = "00000000-0000-0000-0000-000000000000";

    private static RunningSluice replica;

    private final RunningSluice sluice = RunningSluice.shared();
    private final Table table = Table.of(sluice, "id long", "name string");

    @BeforeAll
    static void startReplica() {
        replica = RunningSluice.start(RunningSluice.shared().root(), Map.of());
    }

    @AfterAll
    static void stopReplica() {
        replica.close();
    }

    /// Not a temporary directory of JUnit: a probe of the storage that began at the start may still write when the
    /// service is closed.
    private static Path newRoot() throws IOException {
        Path root = Files.createTempDirectory("transactions");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Trees.delete(root)));
        return root;
    }

    private static String begin(Table table) {
        Answer answer =
                table.sluice().post(table.path() + "/transactions").send().expect(201);
        String id = answer.json().path("id").asString("");
        assertThat(answer.header("Location")).isEqualTo(table.path() + "/transactions/" + id);
        assertThat(Instant.parse(answer.json().path("expiresAt").asString("")))
                .isAfter(Instant.now().plus(Duration.ofHours(20)));
        return id;
    }

    private static Call rows(Table table, String id) {
        return table.sluice().post(table.path() + "/transactions/" + id + "/rows");
    }

    private static Call commit(Table table, String id) {
        return table.sluice().post(table.path() + "/transactions/" + id + "/commit");
    }

    private static Call abort(Table table, String id) {
        return table.sluice().delete(table.path() + "/transactions/" + id);
    }

    @Test
    void many_batches_are_one_version_and_nothing_is_seen_before() throws Exception {
        String id = begin(table);
        JsonNode taken = rows(table, id)
                .json("[{\"id\":1},{\"id\":2,\"name\":\"x\"}]")
                .send()
                .expect(200)
                .json();
        assertThat(taken.path("rows").asLong(0)).isEqualTo(2);
        rows(table, id).ndjson("{\"id\":3}\n").send().expect(200);
        rows(table, id).body("text/csv", "id,name\n4,y\n".getBytes()).send().expect(200);
        assertThat(table.version()).isZero();
        assertThat(table.count()).isZero();

        Answer committed = commit(table, id)
                .header("Sluice-Commit-Info", "{\"job\":7}")
                .send()
                .expect(200);
        assertThat(committed.version()).isEqualTo(1);
        assertThat(committed.json().path("version").asLong(0)).isEqualTo(1);
        assertThat(committed.json().path("rows").asLong(0)).isEqualTo(4);
        assertThat(committed.json().path("files").asLong(0)).isEqualTo(3);
        assertThat(table.count()).isEqualTo(4);
        assertThat(ForeignReader.longs(table.directory(), "id")).containsExactly(1L, 2L, 3L, 4L);
        JsonNode entry =
                table.get("/history").send().expect(200).json().path("commits").get(0);
        assertThat(entry.path("operation").asString("")).isEqualTo("WRITE");
        assertThat(entry.path("isBlindAppend").asBoolean(false)).isTrue();
        assertThat(entry.path("userMetadata").asString("")).isEqualTo("{\"job\":7}");
        assertThat(entry.path("operationMetrics").path("numOutputRows").asString(""))
                .isEqualTo("4");
    }

    @Test
    void a_commit_sent_again_answers_the_same_and_writes_nothing() {
        String id = begin(table);
        rows(table, id).json("[{\"id\":1}]").send().expect(200);
        JsonNode first = commit(table, id).send().expect(200).json();
        table.append("[{\"id\":2}]");
        Answer again = commit(table, id).send().expect(200);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        for (String member : List.of("version", "rows", "files", "bytes")) {
            assertThat(again.json().path(member)).as(member).isEqualTo(first.path(member));
        }
        assertThat(table.count()).isEqualTo(2);
        assertThat(table.files().keySet()).noneMatch(file -> file.startsWith("_sluice"));
        rows(table, id).json("[{\"id\":3}]").send().expectProblem(404, "transaction-not-found");
        abort(table, id).send().expectProblem(404, "transaction-not-found");
    }

    @Test
    void batches_with_one_key_count_once() {
        String id = begin(table);
        for (int attempt = 0; attempt < 3; attempt++) {
            Answer answer = rows(table, id)
                    .header("Idempotency-Key", "batch-1")
                    .json("[{\"id\":1}]")
                    .send()
                    .expect(200);
            assertThat(answer.json().path("replayed").asBoolean(false)).isEqualTo(attempt > 0);
            assertThat(answer.json().path("rows").asLong(0)).isEqualTo(1);
        }
        rows(table, id)
                .header("Idempotency-Key", "batch-1")
                .json("[{\"id\":2}]")
                .send()
                .expectProblem(422, "idempotency-key-reused");
        assertThat(commit(table, id).send().expect(200).json().path("rows").asLong(0))
                .isEqualTo(1);
        assertThat(table.count()).isEqualTo(1);
    }

    @Test
    void one_that_is_given_up_leaves_nothing() {
        SortedMap<String, Long> before = table.files();
        String id = begin(table);
        rows(table, id).json("[{\"id\":1}]").send().expect(200);
        assertThat(table.files()).hasSizeGreaterThan(before.size());
        abort(table, id).send().expect(204);
        assertThat(table.files()).isEqualTo(before);
        commit(table, id).send().expectProblem(404, "transaction-not-found");
        rows(table, id).json("[{\"id\":1}]").send().expectProblem(404, "transaction-not-found");
        assertThat(table.version()).isZero();
    }

    @Test
    void bad_rows_are_refused_or_skipped_and_never_quarantined() {
        String id = begin(table);
        rows(table, id).json("[{\"id\":\"x\"}]").send().expectProblem(422, "bad-rows");
        JsonNode skipped = rows(table, id)
                .query("onBadRow", "skip")
                .json("[{\"id\":\"x\"},{\"id\":5}]")
                .send()
                .expect(200)
                .json();
        assertThat(skipped.path("rows").asLong(0)).isEqualTo(1);
        assertThat(skipped.path("rejected")).hasSize(1);
        rows(table, id).query("onBadRow", "quarantine").json("[]").send().expectProblem(400, "bad-parameter");
        assertThat(commit(table, id).send().expect(200).json().path("rows").asLong(0))
                .isEqualTo(1);
    }

    @Test
    void what_was_never_begun_is_not_found() {
        for (String id : List.of(NEVER, "x", "..", "%2e%2e")) {
            int status = rows(table, id).json("[]").send().status();
            assertThat(status).as(id).isIn(400, 404);
            assertThat(commit(table, id).send().status()).as(id).isIn(400, 404);
        }
        commit(table, NEVER).send().expectProblem(404, "transaction-not-found");
        abort(table, NEVER).send().expectProblem(404, "transaction-not-found");
        sluice.post("/v1/tables/no.table/transactions").send().expectProblem(404, "table-not-found");
    }

    @Test
    void an_empty_transaction_can_be_committed() {
        String id = begin(table);
        JsonNode committed = commit(table, id).send().expect(200).json();
        assertThat(committed.path("rows").asLong(-1)).isZero();
        assertThat(commit(table, id).send().expect(200).json().path("version")).isEqualTo(committed.path("version"));
    }

    @Test
    void if_match_guards_the_commit() {
        String id = begin(table);
        rows(table, id).json("[{\"id\":1}]").send().expect(200);
        table.append("[{\"id\":2}]");
        commit(table, id).header("If-Match", "\"0\"").send().expectProblem(412, "stale-version");
        commit(table, id).header("If-Match", "\"1\"").send().expect(200);
        commit(table, id).header("If-Match", "\"1\"").send().expect(200);
        assertThat(table.count()).isEqualTo(2);
    }

    @Test
    void any_replica_serves_any_step_also_after_a_restart() throws Exception {
        String id = begin(table);
        rows(new Table(replica, table.name()), id)
                .header("Idempotency-Key", "k")
                .json("[{\"id\":1}]")
                .send()
                .expect(200);
        Answer again = rows(table, id)
                .header("Idempotency-Key", "k")
                .json("[{\"id\":1}]")
                .send()
                .expect(200);
        assertThat(again.json().path("replayed").asBoolean(false)).isTrue();
        JsonNode committed;
        try (RunningSluice restarted = RunningSluice.start(sluice.root(), Map.of())) {
            Table there = new Table(restarted, table.name());
            rows(there, id).json("[{\"id\":2}]").send().expect(200);
            committed = commit(there, id).send().expect(200).json();
            assertThat(committed.path("rows").asLong(0)).isEqualTo(2);
        }
        assertThat(commit(table, id).send().expect(200).json().path("version")).isEqualTo(committed.path("version"));
        assertThat(ForeignReader.longs(table.directory(), "id")).containsExactly(1L, 2L);
    }

    @Test
    void of_commits_and_an_abort_at_once_one_side_wins() throws Exception {
        Table there = new Table(replica, table.name());
        for (int round = 0; round < 10; round++) {
            long before = table.count();
            String id = begin(table);
            rows(table, id).json("[{\"id\":1}]").send().expect(200);
            List<Answer> answers = Together.run(
                    6,
                    client -> client % 3 == 2
                            ? abort(client < 3 ? table : there, id).send()
                            : commit(client < 3 ? table : there, id).send());
            long committed =
                    answers.stream().filter(answer -> answer.status() == 200).count();
            long aborted =
                    answers.stream().filter(answer -> answer.status() == 204).count();
            assertThat(answers).allMatch(answer -> List.of(200, 204, 404, 409).contains(answer.status()));
            assertThat(committed > 0 ? aborted : 0).as("round " + round).isZero();
            assertThat(table.count()).isEqualTo(before + (committed > 0 ? 1 : 0));
        }
    }

    @Test
    void every_batch_that_is_answered_is_in_the_commit_that_follows() throws Exception {
        Table there = new Table(replica, table.name());
        String id = begin(table);
        List<List<Long>> taken = Together.run(9, client -> {
            if (client == 8) {
                while (table.files().keySet().stream().noneMatch(file -> file.contains("batch-"))) {
                    Thread.onSpinWait();
                }
                commit(table, id).send().expect(200);
                return List.of();
            }
            Table at = client % 2 == 0 ? table : there;
            return LongStream.range(client * 100L, client * 100L + 10)
                    .filter(row ->
                            rows(at, id).json("[{\"id\":" + row + "}]").send().status() == 200)
                    .boxed()
                    .toList();
        });
        List<Long> acknowledged = taken.stream().flatMap(List::stream).sorted().toList();
        assertThat(ForeignReader.longs(table.directory(), "id")).isEqualTo(acknowledged);
        assertThat(commit(there, id).send().expect(200).json().path("rows").asLong(0))
                .isEqualTo(acknowledged.size());
    }

    @Test
    void a_batch_whose_transaction_is_committed_before_its_answer_is_in_the_table() throws Exception {
        Path root = newRoot();
        try (RunningSluice slow = RunningSluice.startWith(root, Barrier.WithBarrier.class);
                RunningSluice other = RunningSluice.start(root, Map.of())) {
            Table at = Table.of(slow, "id long");
            String id = begin(at);
            Barrier.afterNextBatch(
                    at, () -> commit(new Table(other, at.name()), id).send().expect(200));
            rows(at, id).json("[{\"id\":1}]").send().expect(200);
            assertThat(ForeignReader.longs(at.directory(), "id")).containsExactly(1L);
        }
    }

    @Test
    void of_a_batch_that_is_written_down_before_the_store_fails_nobody_says_that_it_is_not() throws Exception {
        try (RunningSluice failing = RunningSluice.startWith(newRoot(), Barrier.WithBarrier.class)) {
            Table at = Table.of(failing, "id long");
            String id = begin(at);
            Path unreadable = at.directory().resolve("_sluice/transactions/" + id + "/decision.json");
            Barrier.afterNextBatch(at, () -> unreadable.toFile().mkdir());
            Call batch = rows(at, id).header("Idempotency-Key", "k").json("[{\"id\":1}]");
            batch.send().expectProblem(500, "outcome-unknown");
            Files.delete(unreadable);
            assertThat(batch.send().expect(200).json().path("replayed").asBoolean(false))
                    .isTrue();
            commit(at, id).send().expect(200);
            assertThat(ForeignReader.longs(at.directory(), "id")).containsExactly(1L);
        }
    }

    @Test
    void files_of_a_commit_that_the_log_has_forgotten_stay() throws Exception {
        Path root = newRoot();
        String name;
        try (RunningSluice first = RunningSluice.start(root, Map.of())) {
            Table at = Table.of(first, "id long");
            name = at.name();
            String id = begin(at);
            rows(at, id).json("[{\"id\":1}]").send().expect(200);
            Path files = at.directory().resolve("_sluice/transactions/" + id);
            Path kept = newRoot();
            Trees.copy(files, kept);
            commit(at, id).send().expect(200);
            diesBeforeItForgets(files, kept);
            age(
                    at.directory().resolve("_delta_log/00000000000000000001.json"),
                    "\"lastUpdated\":\\d+",
                    "\"lastUpdated\":1");
        }
        try (RunningSluice second = RunningSluice.start(root, Map.of("sluice.transactions.sweep-interval", "100ms"))) {
            Table at = new Table(second, name);
            Instant limit = Instant.now().plusSeconds(20);
            while (at.files().keySet().stream().anyMatch(file -> file.startsWith("_sluice"))
                    && Instant.now().isBefore(limit)) {
                Thread.onSpinWait();
            }
            assertThat(at.files().keySet()).noneMatch(file -> file.startsWith("_sluice"));
            assertThat(ForeignReader.longs(at.directory(), "id")).containsExactly(1L);
        }
    }

    /// The files of a transaction as they are after its commit and before they are deleted, days ago.
    private static void diesBeforeItForgets(Path files, Path kept) throws IOException {
        Trees.copy(kept, files);
        String batch = Trees.listing(files).keySet().stream()
                .filter(file -> file.startsWith("batch-"))
                .findFirst()
                .orElseThrow();
        Files.writeString(files.resolve("sealed.json"), "{\"batches\":[\"" + batch + "\"]}");
        Files.writeString(files.resolve("decision.json"), "{\"decision\":\"COMMIT\"}");
        age(files.resolve("begun.json"), "\"expiresAt\":\"[^\"]+\"", "\"expiresAt\":\"2026-01-01T00:00:00Z\"");
    }

    private static void age(Path file, String what, String by) throws IOException {
        Files.writeString(file, Files.readString(file).replaceFirst(what, by));
    }

    @Test
    void limits_have_their_problems_and_one_that_expires_leaves_nothing() throws Exception {
        Path root = newRoot();
        Map<String, String> small = Map.of(
                "sluice.transactions.expiry", "8s",
                "sluice.transactions.sweep-interval", "100ms",
                "sluice.transactions.open", "1",
                "sluice.transactions.batches", "1");
        String name;
        String id;
        SortedMap<String, Long> before;
        try (RunningSluice first = RunningSluice.start(root, small)) {
            Table at = Table.of(first, "id long");
            name = at.name();
            before = at.files();
            Call begin = first.post(at.path() + "/transactions");
            id = begin.send().expect(201).json().path("id").asString("");
            begin.send().expectProblem(503, "overloaded");
            rows(at, id).json("[{\"id\":1}]").send().expect(200);
            JsonNode problem = rows(at, id).json("[{\"id\":2}]").send().expectProblem(413, "too-large");
            assertThat(problem.path("limit").asString("")).isEqualTo("sluice.transactions.batches");
            assertThat(at.files()).isNotEqualTo(before);
        }
        try (RunningSluice second = RunningSluice.start(root, small)) {
            Table at = new Table(second, name);
            Instant limit = Instant.now().plusSeconds(60);
            while (!at.files().equals(before) && Instant.now().isBefore(limit)) {
                Thread.onSpinWait();
            }
            assertThat(at.files()).isEqualTo(before);
            commit(at, id).send().expectProblem(404, "transaction-not-found");
            assertThat(at.version()).isZero();
        }
    }
}
