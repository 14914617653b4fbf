package io.sluice.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.commit.CommitOutcome.Committed;
import io.sluice.commit.CommitOutcome.Refused;
import io.sluice.commit.CommitOutcome.Replayed;
import io.sluice.commit.CommitOutcome.Unknown;
import io.sluice.commit.FaultyStorage.Fault;
import io.sluice.commit.RequestIdentity.Key;
import io.sluice.commit.RequestIdentity.Sequence;
import io.sluice.delta.Action;
import io.sluice.table.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdempotencyTest {

    private static final Key KEY = new Key("order-17", "f1");

    private final ManualTime time = new ManualTime();
    private TestTables tables;
    private TestTables.Process process;

    @BeforeEach
    void table(@TempDir Path root) {
        tables = new TestTables(root);
        tables.create();
        process = newProcess();
    }

    private TestTables.Process newProcess() {
        return tables.process(TestTables.settings(100, 5), TestTables.at(time));
    }

    @Test
    void the_same_key_again_gives_the_same_figures_also_after_a_restart() throws IOException {
        assertThat(process.append(KEY, "a", "b")).isEqualTo(new Committed(1, 2, 1, 4));
        process.append("something else");
        assertThat(process.append(KEY, "a", "b")).isEqualTo(new Replayed(1, 2, 1, 4));
        assertThat(newProcess().append(KEY, "a", "b")).isEqualTo(new Replayed(1, 2, 1, 4));
        assertThat(tables.lines()).containsExactly("a", "b", "something else");
    }

    @Test
    void a_replay_is_found_before_anything_is_decoded() {
        process.append(KEY, "a");
        assertThat(process.commits().findReplay(process.latest(), KEY)).contains(new Replayed(1, 1, 1, 2));
        assertThat(process.commits().findReplay(process.latest(), new Key("order-18", "f1")))
                .isEmpty();
    }

    @Test
    void a_key_of_another_request_is_refused() {
        process.append(KEY, "a");
        assertThat(process.append(new Key("order-17", "f2"), "b"))
                .isEqualTo(new Refused(new Failure.IdempotencyKeyReused()));
    }

    @Test
    void a_key_that_was_last_used_before_the_window_is_new() throws IOException {
        process.append(KEY, "a");
        time.sleep(TestTables.WINDOW.plus(Duration.ofSeconds(1)));
        assertThat(process.append(KEY, "a")).isEqualTo(new Committed(2, 1, 1, 2));
        assertThat(tables.lines()).containsExactly("a", "a");
    }

    @Test
    void a_retry_after_an_unknown_outcome_settles_it_when_the_rows_are_there() throws IOException {
        tables.storage().faults(_ -> Fault.PUT_LATE);
        assertThat(process.append(KEY, "a")).isInstanceOf(Unknown.class);
        tables.storage().faults(_ -> Fault.NONE);
        tables.storage().releaseLatePuts();
        assertThat(process.append(KEY, "a")).isEqualTo(new Replayed(1, 1, 1, 2));
        assertThat(tables.lines()).containsExactly("a");
    }

    @Test
    void a_retry_that_races_with_its_own_late_put_is_there_once() throws IOException {
        tables.storage().faults(_ -> Fault.PUT_LATE);
        assertThat(process.append(KEY, "a")).isInstanceOf(Unknown.class);
        tables.storage().faults(_ -> Fault.NONE);
        tables.storage().beforeNextPut(_ -> tables.storage().releaseLatePuts());
        assertThat(process.append(KEY, "a")).isEqualTo(new Replayed(1, 1, 1, 2));
        assertThat(tables.lines()).containsExactly("a");
    }

    @Test
    void duplicates_that_are_under_way_together_are_written_once() throws Exception {
        List<FutureTask<CommitOutcome>> duplicates = new ArrayList<>();
        for (int n = 0; n < 16; n++) {
            FutureTask<CommitOutcome> task = new FutureTask<>(() -> process.append(KEY, "a"));
            duplicates.add(task);
            Thread.ofVirtual().start(task);
        }
        int committed = 0;
        for (FutureTask<CommitOutcome> duplicate : duplicates) {
            switch (duplicate.get()) {
                case Committed done -> {
                    committed++;
                    assertThat(done).isEqualTo(new Committed(1, 1, 1, 2));
                }
                case Replayed done -> assertThat(done).isEqualTo(new Replayed(1, 1, 1, 2));
                case Refused _, Unknown _ -> throw new AssertionError(duplicate.get());
            }
        }
        assertThat(committed).isEqualTo(1);
        assertThat(tables.lines()).containsExactly("a");
    }

    @Test
    void the_same_key_on_another_replica_wins_the_race_and_this_one_replays_it() throws IOException {
        TestTables.Process other = newProcess();
        tables.storage().beforeNextPut(_ -> other.append(KEY, "a"));
        assertThat(process.append(KEY, "a")).isEqualTo(new Replayed(1, 1, 1, 2));
        assertThat(tables.lines()).containsExactly("a");
        assertThat(tables.dataFilesOnStorage()).isEqualTo(1);
    }

    @Test
    void a_request_without_rows_is_remembered_too() {
        assertThat(process.append(KEY)).isEqualTo(new Committed(1, 0, 0, 0));
        assertThat(process.append(KEY)).isEqualTo(new Replayed(1, 0, 0, 0));
    }

    @Test
    void a_sequence_that_is_not_greater_than_the_last_one_is_a_replay() throws IOException {
        assertThat(process.append(new Sequence("p", 5), "five")).isInstanceOf(Committed.class);
        assertThat(process.append(new Sequence("p", 5), "five")).isInstanceOf(Replayed.class);
        assertThat(newProcess().append(new Sequence("p", 4), "four")).isInstanceOf(Replayed.class);
        assertThat(process.append(new Sequence("p", 6), "six")).isInstanceOf(Committed.class);
        assertThat(process.append(new Sequence("q", 1), "one")).isInstanceOf(Committed.class);
        assertThat(tables.lines()).containsExactly("five", "six", "one");
    }

    @Test
    void a_producer_that_moved_on_elsewhere_meanwhile_is_told() {
        process.append(new Sequence("p", 1), "one");
        tables.storage()
                .beforeNextPut(
                        _ -> tables.rival(2, new Action.SetTransaction("sluice-producer-p", 2, OptionalLong.empty())));
        assertThat(process.append(new Sequence("p", 3), "three"))
                .isEqualTo(new Refused(new Failure.ConcurrentTransaction("sluice-producer-p", 2)));
    }

    @Test
    void a_foreign_application_is_not_ours() {
        tables.storage()
                .beforeNextPut(_ -> tables.rival(1, new Action.SetTransaction("spark", 9, OptionalLong.empty())));
        assertThat(process.append(KEY, "a")).isEqualTo(new Committed(2, 1, 1, 2));
    }
}
