package io.sluice.commit.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.commit.CommitOutcome;
import io.sluice.commit.CommitSettings;
import io.sluice.commit.TestTables;
import io.sluice.commit.entry.Receipts;
import io.sluice.commit.log.FullJitter;
import io.sluice.commit.log.LogPut;
import io.sluice.delta.Checkpoints;
import io.sluice.delta.Snapshots;
import io.sluice.trace.Stages;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
                throw new OutOfMemoryError("injected");
            }
            return super.complete(outcome);
        }
    }

    @Test
    void an_error_after_the_put_leaves_nobody_refused_whose_rows_are_in_the_log() throws IOException {
        Member<List<String>> one = member(new Exhausted(), "a");
        Member<List<String>> other = member(new CompletableFuture<>(), "b");

        commits().commit(List.of(one, other));

        assertThat(List.of(one, other))
                .allSatisfy(member -> assertThat(member.outcome()).isCompletedWithValue(new CommitOutcome.Unknown()));
        assertThat(tables.lines()).containsExactly("a", "b");
    }

    private Member<List<String>> member(CompletableFuture<CommitOutcome> outcome, String... lines) {
        return new Member<>(
                process.request(lines),
                process.stager(),
                Instant.MAX,
                Stages.here(),
                outcome,
                new CompletableFuture<>());
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
