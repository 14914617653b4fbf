package io.sluice.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.commit.CommitOutcome.Committed;
import io.sluice.commit.CommitOutcome.Refused;
import io.sluice.commit.CommitOutcome.Unknown;
import io.sluice.commit.FaultyStorage.Fault;
import io.sluice.delta.TableSpec;
import io.sluice.storage.FileEntry;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CreateTest {

    private static final TableSpec SPEC = new TableSpec(
            new Schema(List.of(new Column("line", DataType.Primitive.STRING))),
            List.of(),
            List.of(),
            Map.of(),
            Optional.of("lines"));

    private TestTables tables;

    @BeforeEach
    void root(@TempDir Path root) {
        tables = new TestTables(root);
    }

    private CommitOutcome create(TestTables.Process process) {
        return process.commits().create(TestTables.NAME, tables.location(), SPEC, Optional.empty());
    }

    @Test
    void a_created_table_is_there_and_takes_rows() throws IOException {
        TestTables.Process process = tables.process();
        assertThat(create(process)).isEqualTo(new Committed(0, 0, 0, 0));
        assertThat(process.latest().metadata().description()).contains("lines");
        assertThat(process.append("a")).isEqualTo(new Committed(1, 1, 1, 2));
        assertThat(tables.lines()).containsExactly("a");
    }

    @Test
    void a_table_that_is_there_is_not_created_again() {
        TestTables.Process process = tables.process();
        create(process);
        assertThat(create(process)).isEqualTo(new Refused(new Failure.TableExists(TestTables.NAME)));
        assertThat(create(tables.process())).isEqualTo(new Refused(new Failure.TableExists(TestTables.NAME)));
    }

    @Test
    void a_lost_answer_is_no_other_creator() {
        tables.storage().nextFaults(Fault.ANSWER_LOST_AND_RETRIED);
        assertThat(create(tables.process())).isEqualTo(new Committed(0, 0, 0, 0));
    }

    @Test
    void silence_until_the_deadline_is_unknown() {
        tables.storage().faults(_ -> Fault.PUT_LOST);
        assertThat(create(tables.process(TestTables.settings(), TestTables.at(new ManualTime()))))
                .isInstanceOf(Unknown.class);
    }

    @Test
    void of_many_creators_at_once_exactly_one_is_told_that_it_is_its() throws Exception {
        CyclicBarrier start = new CyclicBarrier(16);
        List<FutureTask<CommitOutcome>> creators = new ArrayList<>();
        for (int n = 0; n < 16; n++) {
            TestTables.Process process = tables.process();
            FutureTask<CommitOutcome> creator = new FutureTask<>(() -> {
                start.await();
                return create(process);
            });
            creators.add(creator);
            Thread.ofVirtual().start(creator);
        }
        int created = 0;
        for (FutureTask<CommitOutcome> creator : creators) {
            if (creator.get() instanceof Committed) {
                created++;
            } else {
                assertThat(creator.get()).isEqualTo(new Refused(new Failure.TableExists(TestTables.NAME)));
            }
        }
        assertThat(created).isEqualTo(1);
    }

    @Test
    void checkpoints_that_are_due_are_written_by_the_end_and_read_back() throws Exception {
        TestTables.Process process = tables.process();
        create(process);
        for (int n = 1; n <= 23; n++) {
            process.append("row " + n);
        }
        process.commits().close();
        List<String> names = tables.storage().list(tables.location().resolve("_delta_log"), "").stream()
                .map(FileEntry::name)
                .filter(name -> name.contains("checkpoint"))
                .toList();
        assertThat(names).contains("_last_checkpoint").anyMatch(name -> name.endsWith(".checkpoint.parquet"));
        assertThat(tables.lines()).hasSize(23);
    }
}
