package io.sluice.commit.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.commit.CommitOutcome;
import io.sluice.commit.CommitSettings;
import io.sluice.commit.Stager;
import io.sluice.commit.TestTables;
import io.sluice.commit.entry.Receipts;
import io.sluice.commit.log.FullJitter;
import io.sluice.commit.log.LogPut;
import io.sluice.delta.Action;
import io.sluice.delta.Checkpoints;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Failure;
import io.sluice.trace.Stages;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Errors of the machine on the way of a group, such as memory that has run out.
class GroupErrorTest {

    private final CommitSettings settings = TestTables.settings();
    private final Surroundings surroundings = Surroundings.ofTheMachine();
    private TestTables tables;
    private TestTables.Process process;

    @BeforeEach
    void table(@TempDir Path root) {
        tables = new TestTables(root);
        tables.create();
        process = tables.process();
    }

    @AfterEach
    void end() throws InterruptedException {
        tables.close();
    }

    /// Cannot be settled the first time.
    private static final class Exhausted extends CompletableFuture<CommitOutcome> {

        private boolean hasFailed;

        @Override
        public boolean complete(CommitOutcome outcome) {
            if (!hasFailed) {
                hasFailed = true;
                throw new InternalError("injected");
            }
            return super.complete(outcome);
        }
    }

    @Test
    void an_error_after_the_put_leaves_nobody_refused_whose_rows_are_in_the_log() throws IOException {
        Member<List<String>> one = member(new Exhausted(), process.stager(), "a");
        Member<List<String>> other = member("b");

        commits().commit(List.of(one, other));

        assertThat(List.of(one, other))
                .allSatisfy(member -> assertThat(member.outcome()).isCompletedWithValue(new CommitOutcome.Unknown()));
        assertThat(tables.lines()).containsExactly("a", "b");
    }

    @Test
    void a_queue_that_gets_no_thread_refuses_and_serves_whoever_comes_when_there_is_one() throws IOException {
        Deque<Runnable> tasks = new ArrayDeque<>();
        Deque<Executor> threads = new ArrayDeque<>(List.of(
                _ -> {
                    throw new InternalError("injected: unable to create native thread");
                },
                tasks::add));
        var queue = new TableQueue(
                settings, surroundings, commits(), task -> threads.remove().execute(task));

        assertThat(queue.offer(member("a"))).contains(new Failure.Internal());
        Member<List<String>> next = member("b");
        assertThat(queue.offer(next)).isEmpty();
        tasks.remove().run();

        assertThat(next.answer()).isCompletedWithValue(new CommitOutcome.Committed(1, 1, 1, 2));
        assertThat(tables.lines()).containsExactly("b");
    }

    @Test
    void requests_that_were_being_taken_into_a_group_are_refused_when_that_breaks_off() throws IOException {
        Deque<Runnable> tasks = new ArrayDeque<>();
        var queue = new TableQueue(settings, surroundings, commits(), tasks::add);
        List<Member<List<String>>> members = List.of(member("a"), member(new Incomparable()), member("c"));
        members.forEach(member -> assertThat(queue.offer(member)).isEmpty());

        tasks.remove().run();

        assertThat(members)
                .allSatisfy(member -> assertThat(member.answer())
                        .isCompletedWithValue(new CommitOutcome.Refused(new Failure.Internal())));
        servesTheNext(queue, tasks);
    }

    /// Of the clock the queue asks when it takes a group, and when it has begun with it.
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_queue_that_breaks_off_answers_and_serves_whoever_comes_next(int failing) throws IOException {
        AtomicInteger looks = new AtomicInteger();
        Clock clock = ((InstantSource) () -> {
                    if (looks.incrementAndGet() == failing) {
                        throw new InternalError("injected");
                    }
                    return Instant.now();
                })
                .withZone(ZoneOffset.UTC);
        Deque<Runnable> tasks = new ArrayDeque<>();
        var broken = new Surroundings(
                clock, surroundings.random(), surroundings.sleeper(), surroundings.ids(), surroundings.ticker());
        var queue = new TableQueue(settings, broken, commits(), tasks::add);
        Member<List<String>> member = member("a");
        assertThat(queue.offer(member)).isEmpty();

        tasks.remove().run();

        assertThat(member.answer())
                .isCompletedWithValue(
                        failing == 1 ? new CommitOutcome.Refused(new Failure.Internal()) : new CommitOutcome.Unknown());
        servesTheNext(queue, tasks);
    }

    private void servesTheNext(TableQueue queue, Deque<Runnable> tasks) throws IOException {
        Member<List<String>> next = member("next");
        assertThat(queue.offer(next)).isEmpty();
        tasks.remove().run();
        assertThat(next.answer()).isCompletedWithValue(new CommitOutcome.Committed(1, 1, 1, 5));
        assertThat(tables.lines()).containsExactly("next");
    }

    /// Cannot be told from another one.
    private static final class Incomparable implements Stager<List<String>> {

        @Override
        public List<Action.AddFile> stage(TableSnapshot snapshot, List<List<String>> group) {
            return List.of();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            throw new InternalError("injected");
        }

        @Override
        public int hashCode() {
            return 0;
        }
    }

    private Member<List<String>> member(String line) {
        return member(new CompletableFuture<>(), process.stager(), line);
    }

    private Member<List<String>> member(Stager<List<String>> stager) {
        return member(new CompletableFuture<>(), stager, "of another stager");
    }

    private Member<List<String>> member(
            CompletableFuture<CommitOutcome> outcome, Stager<List<String>> stager, String line) {
        return new Member<>(
                process.request(line), stager, Instant.MAX, Stages.here(), outcome, new CompletableFuture<>());
    }

    private GroupCommit commits() {
        var snapshots = new Snapshots(tables.storages());
        var receipts = new Receipts(tables.storages(), surroundings.clock(), TestTables.WINDOW);
        var checkpoints = new CheckpointQueue(
                snapshots, new Checkpoints(tables.storages()), receipts::memory, surroundings.ticker());
        var backoff = new FullJitter(surroundings.random(), settings.firstBackoff(), settings.longestBackoff());
        var logPut = new LogPut(surroundings.clock(), surroundings.sleeper(), backoff);
        return new GroupCommit(
                tables.storages(),
                snapshots,
                receipts,
                new EntryPut(logPut, backoff, settings, surroundings, "Sluice/test"),
                settings,
                surroundings,
                new Aftermath(tables.storages(), snapshots, checkpoints),
                new CommitMetrics(new SimpleMeterRegistry()));
    }
}
