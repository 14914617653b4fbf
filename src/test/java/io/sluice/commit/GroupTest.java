package io.sluice.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.commit.CommitOutcome.Committed;
import io.sluice.commit.CommitOutcome.Refused;
import io.sluice.commit.group.Surroundings;
import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupTest {

    private TestTables tables;

    @AfterEach
    void end() throws InterruptedException {
        tables.close();
    }

    @BeforeEach
    void table(@TempDir Path root) {
        tables = new TestTables(root);
        tables.create();
    }

    /// Holds the first group until it is let go, so that the requests after it must wait together.
    private static final class Gate implements Stager<List<String>> {

        private final Stager<List<String>> stager;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);

        Gate(Stager<List<String>> stager) {
            this.stager = stager;
        }

        @Override
        public List<Action.AddFile> stage(TableSnapshot snapshot, List<List<String>> group) throws IOException {
            reached.countDown();
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return stager.stage(snapshot, group);
        }
    }

    private record Pending(Thread thread, FutureTask<CommitOutcome> answer) {

        static Pending of(
                TestTables.Process process, AppendRequest<List<String>> request, Stager<List<String>> stager) {
            FutureTask<CommitOutcome> answer =
                    new FutureTask<>(() -> process.commits().append(request, stager));
            return new Pending(Thread.ofVirtual().start(answer), answer);
        }

        Pending waiting() {
            await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
            return this;
        }

        CommitOutcome get() throws InterruptedException, ExecutionException {
            return answer.get();
        }
    }

    @Test
    void requests_that_wait_go_together() throws Exception {
        TestTables.Process process = tables.process();
        Gate gate = new Gate(process.stager());
        Pending first = Pending.of(process, process.request("first"), gate);
        gate.reached.await();
        List<Pending> others = IntStream.range(0, 20)
                .mapToObj(n ->
                        Pending.of(process, process.request("row " + n), gate).waiting())
                .toList();
        gate.open.countDown();

        assertThat(first.get())
                .isInstanceOfSatisfying(
                        Committed.class, done -> assertThat(done.version()).isEqualTo(1));
        for (Pending other : others) {
            assertThat(other.get()).isInstanceOfSatisfying(Committed.class, done -> {
                assertThat(done.version()).isEqualTo(2);
                assertThat(done.rows()).isEqualTo(1);
            });
        }
        assertThat(tables.lines()).hasSize(21).doesNotHaveDuplicates();
    }

    @Test
    void a_poisoned_request_does_not_fail_its_group() throws Exception {
        TestTables.Process process = tables.process();
        Gate gate = new Gate(process.stager());
        Pending first = Pending.of(process, process.request("first"), gate);
        gate.reached.await();
        List<Pending> good = new ArrayList<>();
        for (int n = 0; n < 5; n++) {
            good.add(Pending.of(process, process.request("row " + n), gate).waiting());
        }
        Pending poisoned = Pending.of(process, process.request("poison"), gate).waiting();
        for (int n = 5; n < 10; n++) {
            good.add(Pending.of(process, process.request("row " + n), gate).waiting());
        }
        gate.open.countDown();

        assertThat(first.get()).isInstanceOf(Committed.class);
        assertThat(poisoned.get()).isEqualTo(new Refused(new Failure.Internal()));
        for (Pending other : good) {
            assertThat(other.get()).isInstanceOf(Committed.class);
        }
        assertThat(tables.lines()).hasSize(11).doesNotHaveDuplicates().doesNotContain("poison");
    }

    @Test
    void a_member_that_turns_out_to_be_a_replay_takes_its_rows_out_of_the_group() throws Exception {
        TestTables.Process one = tables.process();
        TestTables.Process other = tables.process();
        RequestIdentity key = new RequestIdentity.Key("k", "f");
        Gate gate = new Gate(one.stager());
        Pending first = Pending.of(one, one.request("first"), gate);
        gate.reached.await();
        Pending twice = Pending.of(one, with(one.request("keyed"), key, Optional.empty()), gate)
                .waiting();
        Pending plain = Pending.of(one, one.request("plain"), gate).waiting();
        tables.storage().beforeNextPut(_ -> {});
        tables.storage().beforeNextPut(_ -> other.append(key, "keyed"));
        gate.open.countDown();

        assertThat(first.get()).isInstanceOf(Committed.class);
        assertThat(twice.get()).isEqualTo(new CommitOutcome.Replayed(2, 1, 1, 6));
        assertThat(plain.get())
                .isInstanceOfSatisfying(
                        Committed.class, done -> assertThat(done.version()).isEqualTo(3));
        assertThat(tables.lines()).containsExactly("first", "keyed", "plain");
        assertThat(tables.dataFilesOnStorage()).isEqualTo(3);
    }

    @Test
    void files_that_a_large_request_wrote_ahead_survive_a_member_that_drops_out() throws Exception {
        TestTables.Process one = tables.process();
        TestTables.Process other = tables.process();
        RequestIdentity key = new RequestIdentity.Key("k", "f");
        Action.AddFile ahead =
                one.stager().stage(one.latest(), List.of(List.of("large"))).getFirst();
        Stager<List<String>> stager = (snapshot, group) -> {
            List<Action.AddFile> files = new ArrayList<>();
            List<List<String>> small = new ArrayList<>(group);
            if (small.remove(List.of("large"))) {
                files.add(ahead);
            }
            files.addAll(one.stager().stage(snapshot, small));
            return files;
        };
        Gate gate = new Gate(stager);
        Pending first = Pending.of(one, one.request("first"), gate);
        gate.reached.await();
        Pending large = Pending.of(one, one.request("large"), gate).waiting();
        Pending keyed = Pending.of(one, with(one.request("keyed"), key, Optional.empty()), gate)
                .waiting();
        tables.storage().beforeNextPut(_ -> {});
        tables.storage().beforeNextPut(_ -> other.append(key, "keyed"));
        gate.open.countDown();

        assertThat(first.get()).isInstanceOf(Committed.class);
        assertThat(keyed.get()).isInstanceOf(CommitOutcome.Replayed.class);
        assertThat(large.get()).isInstanceOf(Committed.class);
        assertThat(tables.lines()).containsExactly("first", "keyed", "large");
        assertThat(tables.dataFilesOnStorage()).isEqualTo(3);
    }

    @Test
    void files_that_a_large_request_wrote_ahead_survive_a_group_that_is_halved_after_a_lost_race() throws Exception {
        TestTables.Process one = tables.process();
        TestTables.Process other = tables.process();
        RequestIdentity key = new RequestIdentity.Key("k", "f");
        Action.AddFile ahead =
                one.stager().stage(one.latest(), List.of(List.of("large"))).getFirst();
        Stager<List<String>> stager = (snapshot, group) -> {
            if (group.equals(List.of(List.of("large"), List.of("plain")))) {
                throw new IllegalStateException("no room for both at the moment");
            }
            List<Action.AddFile> files = new ArrayList<>();
            List<List<String>> small = new ArrayList<>(group);
            if (small.remove(List.of("large"))) {
                files.add(ahead);
            }
            files.addAll(one.stager().stage(snapshot, small));
            return files;
        };
        Gate gate = new Gate(stager);
        Pending first = Pending.of(one, one.request("first"), gate);
        gate.reached.await();
        Pending large = Pending.of(one, one.request("large"), gate).waiting();
        Pending keyed = Pending.of(one, with(one.request("keyed"), key, Optional.empty()), gate)
                .waiting();
        Pending plain = Pending.of(one, one.request("plain"), gate).waiting();
        tables.storage().beforeNextPut(_ -> {});
        tables.storage().beforeNextPut(_ -> other.append(key, "keyed"));
        gate.open.countDown();

        assertThat(first.get()).isInstanceOf(Committed.class);
        assertThat(keyed.get()).isInstanceOf(CommitOutcome.Replayed.class);
        assertThat(large.get()).isInstanceOf(Committed.class);
        assertThat(plain.get()).isInstanceOf(Committed.class);
        assertThat(tables.lines()).containsExactly("first", "keyed", "large", "plain");
    }

    @Test
    void requests_with_different_user_metadata_do_not_share_a_version() throws Exception {
        TestTables.Process process = tables.process();
        Gate gate = new Gate(process.stager());
        Pending first = Pending.of(process, process.request("first"), gate);
        gate.reached.await();
        Pending plain = Pending.of(process, process.request("plain"), gate).waiting();
        Pending noted = Pending.of(process, with(process.request("noted"), null, Optional.of("{}")), gate)
                .waiting();
        Pending plainToo =
                Pending.of(process, process.request("plain too"), gate).waiting();
        gate.open.countDown();

        assertThat(first.get()).isInstanceOf(Committed.class);
        long version = ((Committed) plain.get()).version();
        assertThat(((Committed) plainToo.get()).version()).isEqualTo(version);
        assertThat(((Committed) noted.get()).version()).isNotEqualTo(version);
        assertThat(tables.lines()).hasSize(4);
    }

    @Test
    void a_full_queue_refuses_instead_of_growing() throws Exception {
        TestTables.Process process = tables.process(TestTables.settings(1, 5), Surroundings.ofTheMachine());
        Gate gate = new Gate(process.stager());
        Pending first = Pending.of(process, process.request("first"), gate);
        gate.reached.await();
        Pending waits = Pending.of(process, process.request("waits"), gate).waiting();
        CommitOutcome third = process.commits().append(process.request("too many"), gate);
        gate.open.countDown();

        assertThat(third)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.failure()).isInstanceOf(Failure.Overloaded.class));
        assertThat(first.get()).isInstanceOf(Committed.class);
        assertThat(waits.get()).isInstanceOf(Committed.class);
    }

    @Test
    void an_interrupted_request_that_waits_is_taken_back() throws Exception {
        TestTables.Process process = tables.process();
        Gate gate = new Gate(process.stager());
        Pending first = Pending.of(process, process.request("first"), gate);
        gate.reached.await();
        Pending waits = Pending.of(process, process.request("waits"), gate).waiting();
        waits.thread().interrupt();
        assertThat(waits.get())
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.failure()).isInstanceOf(Failure.ShuttingDown.class));
        gate.open.countDown();
        assertThat(first.get()).isInstanceOf(Committed.class);
        assertThat(tables.lines()).containsExactly("first");
    }

    @Test
    void closing_answers_those_who_wait_and_refuses_those_who_come() throws Exception {
        TestTables.Process process = tables.process();
        Gate gate = new Gate(process.stager());
        Pending first = Pending.of(process, process.request("first"), gate);
        gate.reached.await();
        Pending waits = Pending.of(process, process.request("waits"), gate).waiting();
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        Thread closing = Thread.ofVirtual().start(() -> {
            try {
                process.commits().close();
                closed.complete(true);
            } catch (InterruptedException e) {
                closed.completeExceptionally(e);
            }
        });
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        assertThat(process.append("late"))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.failure()).isInstanceOf(Failure.ShuttingDown.class));
        gate.open.countDown();

        assertThat(first.get()).isInstanceOf(Committed.class);
        assertThat(waits.get()).isInstanceOf(Committed.class);
        assertThat(closed.get()).isTrue();
    }

    @Test
    void a_crowd_of_one_process_makes_few_versions_and_each_row_once() throws Exception {
        TestTables.Process process = tables.process();
        List<Committed> answers = crowd(List.of(process), 64, 8);

        List<Long> versions =
                answers.stream().map(Committed::version).distinct().sorted().toList();
        assertThat(versions).hasSizeLessThan(128);
        assertThat(versions)
                .isEqualTo(IntStream.rangeClosed(1, versions.size())
                        .mapToObj(Long::valueOf)
                        .toList());
        assertThat(tables.lines()).hasSize(64 * 8).doesNotHaveDuplicates();
    }

    @Test
    void two_processes_append_at_once_and_each_row_is_there_once() throws Exception {
        List<TestTables.Process> processes = List.of(tables.process(), tables.process());
        List<Committed> answers = crowd(processes, 32, 10);

        assertThat(tables.lines()).hasSize(320).doesNotHaveDuplicates();
        long newest = answers.stream().mapToLong(Committed::version).max().orElseThrow();
        assertThat(tables.snapshot().version()).isEqualTo(newest);
        assertThat(answers.stream().map(Committed::version).distinct().count()).isEqualTo(newest);
    }

    @Test
    void a_client_alone_is_not_held_back() {
        ManualTime time = new ManualTime();
        TestTables.Process process = tables.process(TestTables.settings(), TestTables.at(time));
        for (int n = 0; n < 20; n++) {
            process.append("row " + n);
        }
        assertThat(Duration.between(new ManualTime().instant(), time.instant())).isZero();
    }

    private static List<Committed> crowd(List<TestTables.Process> processes, int threads, int appends)
            throws Exception {
        List<FutureTask<List<Committed>>> work = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            TestTables.Process process = processes.get(thread % processes.size());
            String name = "thread " + thread;
            FutureTask<List<Committed>> task = new FutureTask<>(() -> {
                List<Committed> answers = new ArrayList<>();
                for (int n = 0; n < appends; n++) {
                    answers.add((Committed) process.append(name + " row " + n));
                }
                return answers;
            });
            work.add(task);
            Thread.ofVirtual().start(task);
        }
        List<Committed> answers = new ArrayList<>();
        for (FutureTask<List<Committed>> task : work) {
            answers.addAll(task.get());
        }
        return answers;
    }

    private static AppendRequest<List<String>> with(
            AppendRequest<List<String>> request,
            @org.jspecify.annotations.Nullable RequestIdentity identity,
            Optional<String> userMetadata) {
        return new AppendRequest<>(
                request.table(),
                request.location(),
                request.preparedAgainst(),
                request.rows(),
                request.rowCount(),
                Optional.ofNullable(identity),
                OptionalLong.empty(),
                userMetadata,
                Optional.empty());
    }
}
