package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// A restore needs files that the log has given up, and a vacuum deletes just those: no restore commits a version
/// whose files go.
class RestoreBesideVacuumTest {

    private static RunningSluice sluice;
    private static RunningSluice rival;

    @BeforeAll
    static void start() {
        rival = RunningSluice.shared();
        sluice = RunningSluice.startWith(rival.root(), Barrier.WithBarrier.class);
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    /// One row, deleted a month ago, file and all, and one that is there.
    private static Table worked() {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":1}]");
        sluice.delete(table.path() + "/rows").query("where", "true").send().expect(200);
        Instant then = Instant.now().minus(Duration.ofDays(30));
        try (var files = Files.walk(table.directory())) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (file.toString().endsWith(".json")) {
                    String aged = Files.readString(file)
                            .replaceAll("\"deletionTimestamp\":\\d+", "\"deletionTimestamp\":" + then.toEpochMilli());
                    Files.writeString(file, aged);
                }
                Files.setLastModifiedTime(file, FileTime.from(then));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        table.append("[{\"id\":2}]");
        return table;
    }

    private static Answer operate(RunningSluice replica, Table table, String kind, String body) {
        return replica.post(table.path() + "/" + kind)
                .header("Prefer", "wait=60")
                .json(body)
                .send();
    }

    private static JsonNode ended(Answer answer, String state) {
        JsonNode operation = answer.expect(200).json();
        assertThat(operation.path("state").asString()).as(operation.toString()).isEqualTo(state);
        return operation;
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"full\":true}"})
    void while_a_vacuum_is_under_way_no_replica_restores(String vacuum) {
        Table table = worked();
        var told = new AtomicReference<JsonNode>();
        Barrier.beforeNextEntry(
                table,
                () -> told.set(operate(rival, table, "restore", "{\"version\":1}")
                        .expectProblem(409, "operation-in-progress")));
        JsonNode vacuumed = ended(operate(sluice, table, "vacuum", vacuum), "succeeded");
        assertThat(vacuumed.path("result").path("numDeletedFiles").asInt()).isEqualTo(1);
        assertThat(told.get().path("operation").asString())
                .isEqualTo(vacuumed.path("id").asString());
        assertThat(told.get().path("detail").asString()).contains("vacuum");
        operate(rival, table, "restore", "{\"version\":1}").expectProblem(409, "files-missing");
        assertThat(table.content()).containsExactly("{\"id\":2}");
    }

    @Test
    void while_a_restore_is_under_way_no_replica_vacuums() {
        Table table = worked();
        Barrier.beforeNextEntry(
                table, () -> operate(rival, table, "vacuum", "{}").expectProblem(409, "operation-in-progress"));
        ended(operate(sluice, table, "restore", "{\"version\":1}"), "succeeded");
        assertThat(table.content()).containsExactly("{\"id\":1}");
        JsonNode vacuumed = ended(operate(rival, table, "vacuum", "{}"), "succeeded");
        assertThat(vacuumed.path("result").path("numDeletedFiles").asInt()).isZero();
        assertThat(table.content()).containsExactly("{\"id\":1}");
    }

    @Test
    void a_table_with_two_names_is_one_table() {
        Table table = worked();
        var other = new Table(rival, table.name() + "_too");
        rival.post("/v1/tables")
                .json("{\"name\":\"" + other.name() + "\",\"location\":\"" + table.directory() + "\"}")
                .send()
                .expect(201);
        Barrier.beforeNextEntry(
                table, () -> operate(rival, other, "vacuum", "{}").expectProblem(409, "operation-in-progress"));
        ended(operate(sluice, table, "restore", "{\"version\":1}"), "succeeded");
        assertThat(table.content()).containsExactly("{\"id\":1}");
    }

    /// As a client that is not Sluice does it: with an entry alone.
    private static void foreignEntry(Table table, String actions) {
        try {
            Path log = table.directory().resolve("_delta_log");
            Files.writeString(log.resolve(String.format("%020d.json", table.version() + 1)), actions);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String addAgain(Table table) {
        try {
            Path log = table.directory().resolve("_delta_log");
            return Files.readAllLines(log.resolve("00000000000000000001.json")).stream()
                    .filter(line -> line.startsWith("{\"add\""))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"full\":true}"})
    void a_vacuum_spares_what_a_foreign_restore_names_before_it_begins_to_delete(String vacuum) {
        Table table = worked();
        Barrier.beforeNextEntry(table, () -> foreignEntry(table, addAgain(table)));
        JsonNode vacuumed = ended(operate(sluice, table, "vacuum", vacuum), "succeeded");
        assertThat(vacuumed.path("result").path("numDeletedFiles").asInt()).isZero();
        assertThat(table.content()).containsExactly("{\"id\":1}", "{\"id\":2}");
    }

    @Test
    void a_restore_looks_again_when_a_foreign_vacuum_began_meanwhile() throws IOException {
        Table table = worked();
        List<String> before = table.content();
        String path =
                Answer.JSON.readTree(addAgain(table)).path("add").path("path").asString();
        Path file = table.directory().resolve(path);
        Barrier.beforeNextEntry(table, () -> {
            foreignEntry(table, "{\"commitInfo\":{\"timestamp\":0,\"operation\":\"VACUUM START\"}}");
            try {
                Files.delete(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        JsonNode restored = ended(operate(sluice, table, "restore", "{\"version\":1}"), "failed");
        assertThat(restored.path("problem").path("type").asString()).isEqualTo("/problems/files-missing");
        assertThat(table.content()).isEqualTo(before);
    }
}
