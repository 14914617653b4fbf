package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Transactions whose commit was decided and did not come about, and those whose commit did although their files are
/// still there.
class GivenUpTransactionsTest {

    private final RunningSluice sluice = RunningSluice.shared();

    private static String begin(Table table) {
        return table.sluice()
                .post(table.path() + "/transactions")
                .send()
                .expect(201)
                .json()
                .path("id")
                .asString("");
    }

    private static Call step(Table table, String id, String step) {
        return table.sluice().post(table.path() + "/transactions/" + id + "/" + step);
    }

    private static Call abort(Table table, String id) {
        return table.sluice().delete(table.path() + "/transactions/" + id);
    }

    private static Path files(Table table, String id) {
        return table.directory().resolve("_sluice/transactions").resolve(id);
    }

    private static List<String> dataFiles(Table table) {
        return table.files().keySet().stream()
                .filter(file -> !file.startsWith("_delta_log/"))
                .toList();
    }

    private static void replace(Path file, String what, String by) throws IOException {
        Files.writeString(file, Files.readString(file).replaceFirst(what, by));
    }

    @Test
    void one_whose_commit_was_refused_can_be_given_up_and_leaves_no_file() {
        Table table = Table.of(sluice, "id long");
        String id = begin(table);
        step(table, id, "rows").json("[{\"id\":1}]").send().expect(200);
        step(table, id, "commit").header("If-Match", "\"7\"").send().expectProblem(412, "stale-version");
        assertThat(dataFiles(table)).isNotEmpty();

        assertThat(abort(table, id).send().expect(204).version()).isEqualTo(table.version());
        assertThat(dataFiles(table)).isEmpty();
        assertThat(table.count()).isZero();
        step(table, id, "commit").send().expectProblem(404, "transaction-not-found");
        step(table, id, "rows").json("[{\"id\":1}]").send().expectProblem(404, "transaction-not-found");
        abort(table, id).send().expectProblem(404, "transaction-not-found");
    }

    @Test
    void a_commit_that_is_under_way_elsewhere_does_not_come_after_it() throws Exception {
        Path root = Files.createTempDirectory("given-up");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Trees.delete(root)));
        try (RunningSluice slow = RunningSluice.startWith(root, Barrier.WithBarrier.class);
                RunningSluice other = RunningSluice.start(root, Map.of())) {
            Table table = Table.of(slow, "id long");
            String id = begin(table);
            step(table, id, "rows").json("[{\"id\":1}]").send().expect(200);
            Barrier.beforeNextEntry(
                    table,
                    () -> abort(new Table(other, table.name()), id).send().expect(204));
            step(table, id, "commit").send().expectProblem(404, "transaction-not-found");
            assertThat(dataFiles(table)).isEmpty();
            assertThat(ForeignReader.longs(table.directory(), "id")).isEmpty();
        }
    }

    @Test
    void one_that_is_committed_keeps_its_rows_even_if_the_log_has_forgotten_it() throws Exception {
        Table table = Table.of(sluice, "id long");
        String id = begin(table);
        step(table, id, "rows").json("[{\"id\":1}]").send().expect(200);
        Path kept = Files.createTempDirectory("kept");
        Trees.copy(files(table, id), kept);
        step(table, id, "commit").send().expect(200);
        Trees.copy(kept, files(table, id));
        Trees.delete(kept);
        Files.writeString(files(table, id).resolve("decision.json"), "{\"decision\":\"COMMIT\"}");
        abort(table, id).send().expectProblem(404, "transaction-not-found");

        replace(
                table.directory().resolve("_delta_log/00000000000000000001.json"),
                "\"lastUpdated\":\\d+",
                "\"lastUpdated\":1");
        try (RunningSluice another = RunningSluice.start(sluice.root(), Map.of())) {
            Table there = new Table(another, table.name());
            abort(there, id).send().expectProblem(404, "transaction-not-found");
            assertThat(there.content()).containsExactly("{\"id\":1}");
        }
    }

    @Test
    void one_whose_commit_was_refused_is_swept_when_no_commit_can_be_under_way() throws Exception {
        Path root = Files.createTempDirectory("swept");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Trees.delete(root)));
        String name;
        try (RunningSluice first = RunningSluice.start(root, Map.of())) {
            Table table = Table.of(first, "id long");
            name = table.name();
            String id = begin(table);
            step(table, id, "rows").json("[{\"id\":1}]").send().expect(200);
            step(table, id, "commit").header("If-Match", "\"7\"").send().expectProblem(412, "stale-version");
            replace(
                    files(table, id).resolve("begun.json"),
                    "\"expiresAt\":\"[^\"]+\"",
                    "\"expiresAt\":\"" + Instant.now().minus(Duration.ofMinutes(61)) + "\"");
        }
        try (RunningSluice second = RunningSluice.start(root, Map.of("sluice.transactions.sweep-interval", "100ms"))) {
            Table table = new Table(second, name);
            Instant limit = Instant.now().plusSeconds(20);
            while (!dataFiles(table).isEmpty() && Instant.now().isBefore(limit)) {
                Thread.onSpinWait();
            }
            assertThat(dataFiles(table)).isEmpty();
        }
    }
}
