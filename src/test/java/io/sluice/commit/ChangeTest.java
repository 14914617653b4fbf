package io.sluice.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.commit.ChangeOutcome.Committed;
import io.sluice.commit.ChangeOutcome.Refused;
import io.sluice.commit.ChangeOutcome.Replayed;
import io.sluice.commit.ChangeOutcome.Unknown;
import io.sluice.commit.ChangeOutcome.Untouched;
import io.sluice.commit.ChangeRequest.OnConflict;
import io.sluice.commit.FaultyStorage.Fault;
import io.sluice.commit.RequestIdentity.Key;
import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeTest {

    private static final Key KEY = new Key("change-1", "f1");

    private final ManualTime time = new ManualTime();
    private TestTables tables;
    private TestTables.Process process;

    @AfterEach
    void end() throws InterruptedException {
        tables.close();
    }

    @BeforeEach
    void table(@TempDir Path root) {
        tables = new TestTables(root);
        tables.create();
        process = newProcess();
    }

    private TestTables.Process newProcess() {
        return tables.process(TestTables.settings(100, 5), TestTables.at(time));
    }

    record Deleted(long rows, Optional<String> note) {}

    /// Deletes the lines that begin with a text: every file with such a line is written anew without it.
    private final class DeleteLines implements ChangeWork<Deleted> {

        private final String prefix;
        private final AtomicInteger runs = new AtomicInteger();

        DeleteLines(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public Class<Deleted> resultType() {
            return Deleted.class;
        }

        @Override
        public Preparation<Deleted> prepare(TableSnapshot snapshot) throws IOException {
            runs.incrementAndGet();
            List<Action> actions = new ArrayList<>();
            List<Location> written = new ArrayList<>();
            long deleted = 0;
            for (DataFile file : snapshot.files()) {
                List<String> lines = lines(file);
                List<String> kept =
                        lines.stream().filter(line -> !line.startsWith(prefix)).toList();
                if (kept.size() < lines.size()) {
                    deleted += lines.size() - kept.size();
                    actions.add(Action.RemoveFile.of(file.add(), 1, true));
                    String name = UUID.randomUUID() + ".txt";
                    byte[] content = String.join("\n", kept).getBytes(StandardCharsets.UTF_8);
                    written.add(snapshot.location().resolve(name));
                    tables.storage().put(written.getLast(), content);
                    actions.add(TestTables.add(name, content.length, kept.size()));
                }
            }
            Deleted result = new Deleted(deleted, Optional.empty());
            if (actions.isEmpty()) {
                return new Preparation.Nothing<>(result);
            }
            return new Preparation.Change<>(
                    new Preparation.Operation(
                            "DELETE", Map.of("predicate", "[\"" + prefix + "\"]"), Map.of("numDeletedRows", deleted)),
                    List.of(new Read.WholeTable()),
                    actions,
                    written,
                    result);
        }

        private List<String> lines(DataFile file) throws IOException {
            return new String(tables.storage().read(file.location()), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    private ChangeRequest request() {
        return ChangeRequest.of(TestTables.NAME, tables.location());
    }

    private ChangeRequest request(Key key) {
        return new ChangeRequest(
                TestTables.NAME,
                tables.location(),
                Optional.empty(),
                Optional.of(key),
                OptionalLong.empty(),
                Optional.of("{\"job\":7}"),
                Optional.of(new User("ann", "subject:4711")),
                OnConflict.RUN_AGAIN);
    }

    private ChangeOutcome<Deleted> delete(String prefix) {
        return process.commits().change(request(), new DeleteLines(prefix));
    }

    private static Deleted deleted(long rows) {
        return new Deleted(rows, Optional.empty());
    }

    @Test
    void a_change_is_one_version_and_history_reads_as_spark_writes_it() throws IOException {
        process.append("a1", "a2", "b");
        assertThat(process.commits().change(request(KEY), new DeleteLines("a")))
                .isEqualTo(new Committed<>(2, deleted(2)));
        assertThat(tables.lines()).containsExactly("b");
        Map<String, Object> info = ((Action.CommitInfo) tables.actions(2).getFirst()).fields();
        assertThat(info)
                .containsEntry("operation", "DELETE")
                .containsEntry("operationParameters", Map.of("predicate", "[\"a\"]"))
                .containsEntry("operationMetrics", Map.of("numDeletedRows", "2"))
                .containsEntry("readVersion", 1L)
                .containsEntry("isolationLevel", "Serializable")
                .containsEntry("isBlindAppend", false)
                .containsEntry("userMetadata", "{\"job\":7}")
                .containsEntry("userName", "ann")
                .containsEntry("userId", "subject:4711")
                .containsEntry("engineInfo", "Sluice/test");
    }

    @Test
    void a_change_that_touches_nothing_makes_no_version() {
        process.append("a");
        assertThat(delete("z")).isEqualTo(new Untouched<>(1, deleted(0)));
        assertThat(tables.snapshot().version()).isEqualTo(1);
    }

    @Test
    void the_key_of_a_change_that_touched_nothing_is_free_again() {
        process.append("a");
        assertThat(process.commits().change(request(KEY), new DeleteLines("z")))
                .isEqualTo(new Untouched<>(1, deleted(0)));
        process.append("z");
        assertThat(process.commits().change(request(KEY), new DeleteLines("z")))
                .isEqualTo(new Committed<>(3, deleted(1)));
    }

    @Test
    void a_repeated_request_gets_the_first_answer_on_any_replica() {
        process.append("a1", "b");
        process.commits().change(request(KEY), new DeleteLines("a"));
        process.append("a2");
        DeleteLines again = new DeleteLines("a");
        assertThat(newProcess().commits().change(request(KEY), again))
                .isEqualTo(new Replayed<>(2, Optional.of(deleted(1))));
        assertThat(again.runs).hasValue(0);
        assertThat(process.commits().change(request(new Key("change-1", "other")), again))
                .isEqualTo(new Refused<>(new Failure.IdempotencyKeyReused()));
    }

    @Test
    void duplicates_under_way_together_are_computed_once() throws Exception {
        process.append("a", "b");
        DeleteLines work = new DeleteLines("a");
        List<FutureTask<ChangeOutcome<Deleted>>> duplicates = new ArrayList<>();
        for (int n = 0; n < 8; n++) {
            FutureTask<ChangeOutcome<Deleted>> task =
                    new FutureTask<>(() -> process.commits().change(request(KEY), work));
            duplicates.add(task);
            Thread.ofVirtual().start(task);
        }
        List<ChangeOutcome<Deleted>> outcomes = new ArrayList<>();
        for (FutureTask<ChangeOutcome<Deleted>> duplicate : duplicates) {
            outcomes.add(duplicate.get());
        }
        assertThat(outcomes).containsOnlyOnce(new Committed<>(2, deleted(1)));
        assertThat(outcomes).containsOnly(new Committed<>(2, deleted(1)), new Replayed<>(2, Optional.of(deleted(1))));
        assertThat(work.runs).hasValue(1);
    }

    @Test
    void a_concurrent_append_has_the_change_computed_again_and_its_files_go() throws IOException {
        process.append("a1", "b");
        TestTables.Process other = newProcess();
        tables.storage().beforeNextPut(_ -> other.append("a2", "c"));
        DeleteLines work = new DeleteLines("a");
        assertThat(process.commits().change(request(), work)).isEqualTo(new Committed<>(3, deleted(2)));
        assertThat(work.runs).hasValue(2);
        assertThat(tables.lines()).containsExactly("b", "c");
        assertThat(tables.dataFilesOnStorage()).isEqualTo(4);
    }

    @Test
    void appends_of_this_process_go_on_while_a_change_is_computed() throws Exception {
        process.append("a1", "b");
        AtomicInteger runs = new AtomicInteger();
        ChangeWork<Deleted> slow = new ChangeWork<>() {
            private final DeleteLines work = new DeleteLines("a");

            @Override
            public Preparation<Deleted> prepare(TableSnapshot snapshot) throws IOException {
                Preparation<Deleted> prepared = work.prepare(snapshot);
                if (runs.incrementAndGet() == 1) {
                    assertThat(process.append("a2")).isInstanceOf(CommitOutcome.Committed.class);
                }
                return prepared;
            }

            @Override
            public Class<Deleted> resultType() {
                return Deleted.class;
            }
        };
        assertThat(process.commits().change(request(), slow)).isEqualTo(new Committed<>(3, deleted(2)));
        assertThat(runs).hasValue(2);
        assertThat(tables.lines()).containsExactly("b");
    }

    @Test
    void a_long_change_is_computed_again_beside_the_appends_too() {
        process.append("a1", "b");
        AtomicInteger runs = new AtomicInteger();
        ChangeWork<Deleted> slow = new ChangeWork<>() {
            private final DeleteLines work = new DeleteLines("a");

            @Override
            public Preparation<Deleted> prepare(TableSnapshot snapshot) throws IOException {
                Preparation<Deleted> prepared = work.prepare(snapshot);
                time.sleep(Duration.ofSeconds(3));
                if (runs.incrementAndGet() <= 2) {
                    assertThat(process.append("a2")).isInstanceOf(CommitOutcome.Committed.class);
                }
                return prepared;
            }

            @Override
            public Class<Deleted> resultType() {
                return Deleted.class;
            }
        };
        assertThat(process.commits().change(request(), slow)).isEqualTo(new Committed<>(4, deleted(3)));
        assertThat(runs).hasValue(3);
    }

    @Test
    void a_change_that_waits_for_a_long_one_is_made_beside_it() {
        process.append("a1", "b1");
        TestTables.Process impatient =
                tables.process(TestTables.settings(100, 5, Duration.ofMillis(60)), TestTables.at(time));
        ChangeWork<Deleted> outer = new ChangeWork<>() {
            private final DeleteLines work = new DeleteLines("a");
            private boolean done;

            @Override
            public Preparation<Deleted> prepare(TableSnapshot snapshot) throws IOException {
                if (!done) {
                    done = true;
                    FutureTask<ChangeOutcome<Deleted>> inner =
                            new FutureTask<>(() -> impatient.commits().change(request(), new DeleteLines("b")));
                    Thread.ofVirtual().start(inner);
                    try {
                        assertThat(inner.get()).isEqualTo(new Committed<>(2, deleted(1)));
                    } catch (InterruptedException | ExecutionException failed) {
                        throw new AssertionError(failed);
                    }
                }
                return work.prepare(snapshot);
            }

            @Override
            public Class<Deleted> resultType() {
                return Deleted.class;
            }
        };
        assertThat(impatient.commits().change(request(), outer)).isEqualTo(new Committed<>(3, deleted(1)));
    }

    @Test
    void a_table_that_was_made_anew_meanwhile_gets_nothing_of_the_old_one() throws IOException {
        process.append("a1", "b");
        process.append("c");
        TestTables.Process other = newProcess();
        AtomicInteger runs = new AtomicInteger();
        ChangeWork<Deleted> slow = new ChangeWork<>() {
            private final DeleteLines work = new DeleteLines("a");

            @Override
            public Preparation<Deleted> prepare(TableSnapshot snapshot) throws IOException {
                Preparation<Deleted> prepared = work.prepare(snapshot);
                if (runs.incrementAndGet() == 1) {
                    tables.storage().deleteTree(tables.location());
                    tables.create();
                    other.append("a3", "d");
                }
                return prepared;
            }

            @Override
            public Class<Deleted> resultType() {
                return Deleted.class;
            }
        };
        assertThat(process.commits().change(request(), slow)).isEqualTo(new Committed<>(2, deleted(1)));
        assertThat(runs).hasValue(2);
        assertThat(tables.lines()).containsExactly("d");
    }

    @Test
    void what_passes_is_followed_without_computing_again() {
        process.append("a1", "b");
        tables.storage()
                .beforeNextPut(_ -> tables.rival(2, TestTables.metadata(Map.of("delta.checkpointInterval", "7"))));
        DeleteLines work = new DeleteLines("a");
        assertThat(process.commits().change(request(), work)).isEqualTo(new Committed<>(3, deleted(1)));
        assertThat(work.runs).hasValue(1);
    }

    @Test
    void work_that_is_not_done_twice_is_answered_with_what_collided() throws IOException {
        process.append("a1", "b");
        ChangeRequest once = new ChangeRequest(
                TestTables.NAME,
                tables.location(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                OnConflict.ANSWER);
        TestTables.Process other = newProcess();
        tables.storage().beforeNextPut(_ -> other.append("c"));
        assertThat(process.commits().change(once, new DeleteLines("a")))
                .isEqualTo(new Refused<>(new Failure.ConcurrentAppend(2)));
        assertThat(tables.dataFilesOnStorage()).isEqualTo(2);
    }

    @Test
    void a_definition_that_the_request_was_checked_against_must_still_hold() {
        process.append("a1");
        ChangeRequest checked = new ChangeRequest(
                TestTables.NAME,
                tables.location(),
                Optional.of(process.latest()),
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                OnConflict.RUN_AGAIN);
        tables.storage()
                .beforeNextPut(_ ->
                        tables.rival(2, TestTables.metadata(Map.of(), new Column("other", DataType.Primitive.LONG))));
        assertThat(process.commits().change(checked, new DeleteLines("a")))
                .isEqualTo(new Refused<>(new Failure.MetadataChanged(2)));
    }

    @Test
    void only_if_latest_holds_until_the_entry_is_written() {
        process.append("a1");
        ChangeRequest atOne = new ChangeRequest(
                TestTables.NAME,
                tables.location(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.of(1),
                Optional.empty(),
                Optional.empty(),
                OnConflict.RUN_AGAIN);
        tables.storage()
                .beforeNextPut(_ -> tables.rival(2, TestTables.metadata(Map.of("delta.checkpointInterval", "7"))));
        assertThat(process.commits().change(atOne, new DeleteLines("a")))
                .isEqualTo(new Refused<>(new Failure.StaleVersion(1, 2)));
    }

    @Test
    void rivals_who_are_always_faster_end_as_contention_and_leave_no_files() throws IOException {
        process.append("a1", "b");
        TestTables.Process other = newProcess();
        for (int n = 1; n <= 5; n++) {
            tables.storage().beforeNextPut(_ -> other.append("c"));
            tables.storage().beforeNextPut(_ -> {});
        }
        assertThat(delete("a"))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.failure()).isInstanceOf(Failure.CommitContention.class));
        assertThat(tables.dataFilesOnStorage()).isEqualTo(6);
    }

    @Test
    void silence_until_the_deadline_is_unknown_and_keeps_the_files() throws IOException {
        process.append("a1", "b");
        tables.storage().faults(_ -> Fault.PUT_LATE);
        assertThat(delete("a")).isEqualTo(new Unknown<>());
        assertThat(tables.dataFilesOnStorage()).isEqualTo(2);
        tables.storage().faults(_ -> Fault.NONE);
        tables.storage().releaseLatePuts();
        assertThat(tables.lines()).containsExactly("b");
    }

    @Test
    void a_lost_answer_is_settled_by_reading_the_log() throws IOException {
        process.append("a1", "b");
        tables.storage().nextFaults(Fault.ANSWER_LOST_AND_RETRIED);
        assertThat(delete("a")).isEqualTo(new Committed<>(2, deleted(1)));
        tables.storage().nextFaults(Fault.PUT_LOST);
        assertThat(delete("b")).isEqualTo(new Committed<>(3, deleted(1)));
        assertThat(tables.lines()).isEmpty();
    }

    @Test
    void a_refused_put_leaves_neither_an_entry_nor_files() throws IOException {
        process.append("a1", "b");
        tables.storage().nextFaults(Fault.REFUSED);
        assertThat(delete("a")).isInstanceOf(Refused.class);
        assertThat(tables.snapshot().version()).isEqualTo(1);
        assertThat(tables.dataFilesOnStorage()).isEqualTo(1);
    }

    @Test
    void what_the_work_refuses_is_the_answer() {
        ChangeWork<Deleted> refusing = new ChangeWork<>() {
            @Override
            public Preparation<Deleted> prepare(TableSnapshot snapshot) {
                throw new Failure.BadFilter("no").asException();
            }

            @Override
            public Class<Deleted> resultType() {
                return Deleted.class;
            }
        };
        assertThat(process.commits().change(request(), refusing)).isEqualTo(new Refused<>(new Failure.BadFilter("no")));
    }

    @Test
    void an_entry_that_cannot_be_encoded_was_not_sent_and_leaves_no_files() throws IOException {
        ChangeWork<Deleted> strange = new ChangeWork<>() {
            @Override
            public Preparation<Deleted> prepare(TableSnapshot snapshot) throws IOException {
                Location file = snapshot.location().resolve("new.txt");
                tables.storage().put(file, new byte[] {'x'});
                return new Preparation.Change<>(
                        new Preparation.Operation("WRITE", Map.of(), Map.of()),
                        List.of(),
                        List.of(TestTables.add("new.txt", 1, 1), new Action.Other("unknown")),
                        List.of(file),
                        deleted(0));
            }

            @Override
            public Class<Deleted> resultType() {
                return Deleted.class;
            }
        };
        assertThat(process.commits().change(request(), strange)).isEqualTo(new Refused<>(new Failure.Internal()));
        assertThat(tables.dataFilesOnStorage()).isZero();
    }
}
