package io.sluice.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.commit.ChangeRequest.OnConflict;
import io.sluice.commit.RequestIdentity.Key;
import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.table.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Small changes that wait for one table go together.
class GroupWorkTest {

    private static final int CLIENTS = 16;
    private static final int EACH = 10;

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
        process = tables.process();
    }

    /// @param lines of the table after this request
    record Counted(int lines) {}

    /// Replaces the only file by one that has the requests' lines too: any two of them collide.
    private final class AddLines implements GroupWork<String, Counted> {

        private final AtomicInteger runs = new AtomicInteger();

        @Override
        public Preparation<List<Optional<Counted>>> prepare(TableSnapshot snapshot, List<String> requests)
                throws IOException {
            runs.incrementAndGet();
            List<String> lines = new ArrayList<>();
            List<Action> actions = new ArrayList<>();
            for (DataFile file : snapshot.files()) {
                new String(tables.storage().read(file.location()), StandardCharsets.UTF_8)
                        .lines()
                        .forEach(lines::add);
                actions.add(Action.RemoveFile.of(file.add(), 1, true));
            }
            List<Optional<Counted>> results = new ArrayList<>();
            for (String line : requests) {
                if (line.equals("poison")) {
                    throw new Failure.BadFilter("poisoned").asException();
                }
                if (line.startsWith("later") && !results.isEmpty()) {
                    results.add(Optional.empty());
                    continue;
                }
                lines.add(line);
                results.add(Optional.of(new Counted(lines.size())));
            }
            String name = UUID.randomUUID() + ".txt";
            Location written = snapshot.location().resolve(name);
            tables.storage().put(written, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
            actions.add(TestTables.add(name, 1, lines.size()));
            return new Preparation.Change<>(
                    new Preparation.Operation("MERGE", Map.of(), Map.of("numTargetRowsInserted", 1L)),
                    List.of(new Read.WholeTable()),
                    actions,
                    List.of(written),
                    results);
        }

        @Override
        public Class<Counted> resultType() {
            return Counted.class;
        }

        @Override
        public boolean mayJoin(List<String> requests, String further) {
            return !further.equals("alone");
        }
    }

    private ChangeRequest request(String key) {
        return new ChangeRequest(
                TestTables.NAME,
                tables.location(),
                Optional.empty(),
                Optional.of(new Key(key, "f")),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                OnConflict.RUN_AGAIN);
    }

    /// All lines at once, by as many clients.
    private List<ChangeOutcome<Counted>> together(AddLines work, String... lines) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<FutureTask<ChangeOutcome<Counted>>> tasks = new ArrayList<>();
        for (String line : lines) {
            FutureTask<ChangeOutcome<Counted>> task = new FutureTask<>(() -> {
                start.await();
                return process.commits().change(request("key-" + line), line, work);
            });
            tasks.add(task);
            Thread.ofVirtual().start(task);
        }
        start.countDown();
        List<ChangeOutcome<Counted>> outcomes = new ArrayList<>();
        for (FutureTask<ChangeOutcome<Counted>> task : tasks) {
            outcomes.add(task.get());
        }
        return outcomes;
    }

    @Test
    void many_small_changes_are_few_versions_and_none_is_lost() throws Exception {
        AddLines work = new AddLines();
        List<FutureTask<Integer>> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            String name = "c" + client;
            FutureTask<Integer> task = new FutureTask<>(() -> {
                for (int n = 0; n < EACH; n++) {
                    String line = name + "-" + n;
                    assertThat(process.commits().change(request(line), line, work))
                            .isInstanceOf(ChangeOutcome.Committed.class);
                }
                return EACH;
            });
            clients.add(task);
            Thread.ofVirtual().start(task);
        }
        for (FutureTask<Integer> client : clients) {
            client.get();
        }
        assertThat(tables.lines()).hasSize(CLIENTS * EACH).doesNotHaveDuplicates();
        assertThat(tables.snapshot().version()).isLessThan(CLIENTS * EACH / 2);
        assertThat(tables.dataFilesOnStorage())
                .as("files of versions, none of lost attempts")
                .isEqualTo((int) tables.snapshot().version());
    }

    @Test
    void each_of_a_group_is_recognised_when_it_comes_again() throws Exception {
        AddLines work = new AddLines();
        List<ChangeOutcome<Counted>> first = together(work, "a", "b", "c", "d");
        List<ChangeOutcome<Counted>> again = together(work, "a", "b", "c", "d");
        for (int at = 0; at < first.size(); at++) {
            assertThat(first.get(at)).isInstanceOf(ChangeOutcome.Committed.class);
            var committed = (ChangeOutcome.Committed<Counted>) first.get(at);
            assertThat(again.get(at))
                    .isEqualTo(new ChangeOutcome.Replayed<>(committed.version(), Optional.of(committed.result())));
        }
        assertThat(tables.lines()).containsExactlyInAnyOrder("a", "b", "c", "d");
    }

    @Test
    void one_that_cannot_be_computed_does_not_stop_the_others() throws Exception {
        List<ChangeOutcome<Counted>> outcomes = together(new AddLines(), "a", "b", "poison", "c", "d", "e");
        assertThat(outcomes.get(2)).isEqualTo(new ChangeOutcome.Refused<>(new Failure.BadFilter("poisoned")));
        assertThat(tables.lines()).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
    }

    @Test
    void the_work_says_what_goes_alone() throws Exception {
        together(new AddLines(), "a", "alone", "b", "c");
        assertThat(tables.lines()).containsExactlyInAnyOrder("a", "alone", "b", "c");
    }

    /// Each of them collides with every other one, at its own replica and at the two others.
    @Test
    void three_replicas_with_sixteen_writers_each_all_get_through() throws Exception {
        AddLines work = new AddLines();
        List<FutureTask<Integer>> writers = new ArrayList<>();
        for (int replica = 0; replica < 3; replica++) {
            TestTables.Process at = tables.process();
            for (int writer = 0; writer < CLIENTS; writer++) {
                String name = replica + "-" + writer;
                FutureTask<Integer> task = new FutureTask<>(() -> {
                    for (int n = 0; n < 2; n++) {
                        String line = name + "-" + n;
                        assertThat(at.commits().change(request(line), alone(work, line)))
                                .isInstanceOf(ChangeOutcome.Committed.class);
                    }
                    return 2;
                });
                writers.add(task);
                Thread.ofVirtual().start(task);
            }
        }
        for (FutureTask<Integer> writer : writers) {
            writer.get();
        }
        assertThat(tables.lines()).hasSize(3 * CLIENTS * 2).doesNotHaveDuplicates();
        assertThat(tables.dataFilesOnStorage())
                .isEqualTo((int) tables.snapshot().version());
    }

    private static ChangeWork<Counted> alone(AddLines work, String line) {
        return new ChangeWork<>() {
            @Override
            public Preparation<Counted> prepare(TableSnapshot snapshot) throws IOException {
                return switch (work.prepare(snapshot, List.of(line))) {
                    case Preparation.Nothing<List<Optional<Counted>>>(List<Optional<Counted>> results) ->
                        new Preparation.Nothing<>(results.getFirst().orElseThrow());
                    case Preparation.Change<List<Optional<Counted>>> change ->
                        new Preparation.Change<>(
                                change.operation(),
                                change.reads(),
                                change.actions(),
                                change.written(),
                                change.result().getFirst().orElseThrow());
                };
            }

            @Override
            public Class<Counted> resultType() {
                return Counted.class;
            }
        };
    }

    @Test
    void what_is_left_to_the_next_commit_is_taken_there() throws Exception {
        List<ChangeOutcome<Counted>> outcomes =
                together(new AddLines(), "a", "later-1", "b", "later-2", "c", "later-3");
        assertThat(outcomes).allMatch(ChangeOutcome.Committed.class::isInstance);
        assertThat(tables.lines()).containsExactlyInAnyOrder("a", "b", "c", "later-1", "later-2", "later-3");
    }

    @Test
    void a_group_that_collides_is_computed_again_whole() throws Exception {
        TestTables.Process other = tables.process();
        AddLines work = new AddLines();
        tables.storage().beforeNextPut(_ -> other.commits().change(request("rival"), "rival", new AddLines()));
        assertThat(together(work, "a", "b", "c")).allMatch(ChangeOutcome.Committed.class::isInstance);
        assertThat(tables.lines()).containsExactlyInAnyOrder("rival", "a", "b", "c");
    }
}
