package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.storage.Storages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitHistoryTest {

    @TempDir
    Path root;

    private Storages storages;
    private HandMadeTable table;

    @BeforeEach
    void write() {
        storages = PackTables.storages(root);
        table = HandMadeTable.create(storages, "t");
        table.commit(HandMadeTable.add("a.parquet"));
        table.commit(
                HandMadeTable.withVector(HandMadeTable.add("a.parquet"), VectorBytes.inline(1, 2, 3)),
                HandMadeTable.remove("a.parquet", Optional.empty()));
    }

    @Test
    void commits_come_newest_first_with_what_the_log_tells_of_their_rows() {
        List<CommitRecord> records = new CommitHistory(storages).read(table.location(), 3, 50, record -> record);

        assertThat(records).extracting(CommitRecord::version).containsExactly(2L, 1L, 0L);
        assertThat(records.get(0).rowsAdded()).hasValue(0);
        assertThat(records.get(0).rowsRemoved()).hasValue(3);
        assertThat(records.get(1).rowsAdded()).hasValue(10);
        assertThat(records.get(1).rowsRemoved()).isEqualTo(OptionalLong.of(0));
        assertThat(records.get(2).info().orElseThrow().fields()).containsEntry("operation", "CREATE TABLE");
    }

    @Test
    void a_page_ends_at_its_limit_and_where_the_log_was_cleaned_up() throws Exception {
        CommitHistory history = new CommitHistory(storages);

        assertThat(history.read(table.location(), 2, 1, CommitRecord::version)).containsExactly(1L);
        Files.delete(table.entry(0));
        assertThat(history.read(table.location(), 3, 50, CommitRecord::version)).containsExactly(2L, 1L);
        assertThat(history.find(table.location(), 0)).isEmpty();
    }

    @Test
    void a_checkpoint_is_due_at_every_tenth_version() {
        Snapshots snapshots = new Snapshots(storages);
        assertThat(Checkpoints.isDue(snapshots.latest(table.location()))).isFalse();
        for (int i = 3; i <= 10; i++) {
            table.commit(HandMadeTable.add("x" + i + ".parquet"));
        }
        TableSnapshot tenth = snapshots.latest(table.location());

        new Checkpoints(storages).writeIfDue(tenth, TransactionMemory.OF_THE_TABLE);

        assertThat(tenth.version()).isEqualTo(10);
        assertThat(table.log().resolve("00000000000000000010.checkpoint.parquet"))
                .exists();
        assertThat(new Snapshots(storages).latest(table.location()).files()).hasSize(9);
    }
}
