package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Checkpoints that we write, read by Kernel with nothing else of the log at hand.
class CheckpointKindsTest {

    private static final Map<String, String> V2 =
            Map.of("delta.checkpointPolicy", "v2", "delta.feature.v2Checkpoint", "supported");

    @TempDir
    private Path root;

    private Storages storages;
    private Checkpoints checkpoints;

    @BeforeEach
    void open() {
        storages = new Storages(StorageProperties.ofRoot(root.toString()));
        checkpoints = new Checkpoints(storages);
    }

    private HandMadeTable table(Map<String, String> properties) {
        HandMadeTable table = HandMadeTable.create(
                storages,
                "t",
                new TableSpec(
                        new Schema(List.of(new Column("id", DataType.Primitive.LONG))),
                        List.of(),
                        List.of(),
                        properties,
                        Optional.empty()));
        table.commit(HandMadeTable.add("a"), HandMadeTable.add("b"), HandMadeTable.add("c"));
        table.commit(
                HandMadeTable.remove("b", Optional.empty()),
                new Action.SetTransaction("job", 7, OptionalLong.of(System.currentTimeMillis())),
                new Action.SetTransaction("gone", 1, OptionalLong.of(1)),
                new Action.DomainMetadata("some.domain", "{}", false));
        return table;
    }

    private TableSnapshot cold(HandMadeTable table) {
        return new Snapshots(storages).latest(table.location());
    }

    private static List<Path> log(HandMadeTable table, String part) throws IOException {
        try (Stream<Path> files = Files.walk(table.log())) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains(part))
                    .sorted()
                    .toList();
        }
    }

    private void checkpoint(HandMadeTable table) throws IOException {
        checkpoints.write(
                cold(table),
                transaction -> transaction.lastUpdated().orElse(Long.MAX_VALUE) < 1_000
                        ? TransactionMemory.Verdict.FORGOTTEN
                        : TransactionMemory.Verdict.KEPT);
    }

    /// Without the commits before the last one only the checkpoint can tell.
    private static void forgetCommits(HandMadeTable table, long before) throws IOException {
        for (long version = 0; version < before; version++) {
            Files.delete(table.entry(version));
        }
    }

    private static List<String> paths(TableSnapshot snapshot) {
        return snapshot.files().stream().map(file -> file.add().path()).sorted().toList();
    }

    private void isWhole(HandMadeTable table) {
        TableSnapshot snapshot = cold(table);
        assertThat(paths(snapshot)).containsExactly("a", "c", "d");
        assertThat(snapshot.transaction("job")).isPresent();
        assertThat(snapshot.transaction("gone")).isEmpty();
        assertThat(snapshot.domainMetadata()).containsKey("some.domain");
        assertThat(snapshot.schema().columns()).hasSize(1);
        assertThat(snapshot.files().getFirst().statistics().numRecords()).hasValue(10);
    }

    @Test
    void a_classic_checkpoint_holds_everything() throws IOException {
        HandMadeTable table = table(Map.of());
        checkpoint(table);
        table.commit(HandMadeTable.add("d"));
        forgetCommits(table, 2);
        assertThat(log(table, ".checkpoint.")).hasSize(1);
        isWhole(table);
    }

    @Test
    void a_table_that_wants_v2_checkpoints_gets_one_with_a_sidecar() throws IOException {
        HandMadeTable table = table(V2);
        checkpoint(table);
        table.commit(HandMadeTable.add("d"));
        forgetCommits(table, 2);
        assertThat(log(table, ".checkpoint."))
                .singleElement()
                .satisfies(file -> assertThat(file.getFileName().toString())
                        .matches("0{19}2\\.checkpoint\\.[0-9a-f-]{36}\\.json"));
        assertThat(log(table, "_sidecars/")).hasSize(1);
        isWhole(table);
        assertThat(Files.readString(log(table, "_last_checkpoint").getFirst())).contains("\"version\":2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "v2"})
    void tombstones_go_from_checkpoint_to_checkpoint_until_they_are_old_or_their_file_is_back(String kind)
            throws IOException {
        Map<String, String> properties = new HashMap<>(kind.equals("v2") ? V2 : Map.of());
        properties.put("delta.deletedFileRetentionDuration", "interval 30 days");
        HandMadeTable table = table(properties);
        long day = Duration.ofDays(1).toMillis();
        long now = System.currentTimeMillis();
        table.commit(removal("a", now - 29 * day), removal("c", now - 31 * day));
        checkpoint(table);
        table.commit(HandMadeTable.add("b"), HandMadeTable.add("d"));
        checkpoint(table);
        table.commit(HandMadeTable.remove("d", Optional.of(VectorBytes.inline(1, 2))), removal("e", now));
        checkpoint(table);
        assertThat(tombstones(table, 3)).containsExactly("a", "b");
        assertThat(tombstones(table, 4)).containsExactly("a");
        assertThat(tombstones(table, 5)).containsExactly("a", "d", "e");
        assertThat(paths(cold(table))).containsExactly("b", "d");
    }

    @Test
    void a_damaged_checkpoint_is_passed_by_when_the_next_one_is_written() throws IOException {
        HandMadeTable table = table(Map.of());
        checkpoint(table);
        Path first = log(table, ".checkpoint.").getFirst();
        Files.write(first, Arrays.copyOf(Files.readAllBytes(first), 100));
        table.commit(HandMadeTable.add("d"));
        checkpoint(table);
        assertThat(tombstones(table, 3)).containsExactly("b");
        forgetCommits(table, 3);
        isWhole(table);
    }

    private static Action.RemoveFile removal(String path, long deletionTimestamp) {
        Action.RemoveFile remove = HandMadeTable.remove(path, Optional.empty());
        return new Action.RemoveFile(
                remove.path(),
                OptionalLong.of(deletionTimestamp),
                remove.dataChange(),
                remove.partitionValues(),
                remove.size(),
                remove.deletionVector(),
                remove.numRecords(),
                remove.baseRowId(),
                remove.defaultRowCommitVersion());
    }

    /// Of the checkpoint of this version, as Kernel reads them.
    private List<String> tombstones(HandMadeTable table, long version) throws IOException {
        return CheckpointTombstones.read(
                storages, table.location(), log(table, "%020d.checkpoint.".formatted(version)));
    }

    @Test
    void a_checkpoint_is_written_once() throws IOException {
        HandMadeTable table = table(V2);
        checkpoint(table);
        checkpoint(table);
        assertThat(log(table, ".checkpoint.")).hasSize(1);
    }

    @Test
    void a_v2_checkpoint_of_an_empty_table_can_be_read() throws IOException {
        HandMadeTable table = HandMadeTable.create(
                storages,
                "t",
                new TableSpec(
                        new Schema(List.of(new Column("id", DataType.Primitive.LONG))),
                        List.of(),
                        List.of(),
                        V2,
                        Optional.empty()));
        table.commit();
        checkpoint(table);
        table.commit(HandMadeTable.add("d"));
        forgetCommits(table, 1);
        assertThat(paths(cold(table))).containsExactly("d");
    }

    @Test
    void a_truncated_or_missing_sidecar_gives_way_to_the_commits_or_is_corrupt() throws IOException {
        HandMadeTable table = table(V2);
        checkpoint(table);
        table.commit(HandMadeTable.add("d"));
        Path sidecar = log(table, "_sidecars/").getFirst();
        byte[] content = Files.readAllBytes(sidecar);
        Files.write(sidecar, Arrays.copyOf(content, content.length / 2));
        assertThat(paths(cold(table))).containsExactly("a", "c", "d");
        Files.delete(sidecar);
        assertThat(paths(cold(table))).containsExactly("a", "c", "d");
        forgetCommits(table, 2);
        assertThat(catchThrowableOfType(FailureException.class, () -> cold(table))
                        .failure())
                .isInstanceOf(Failure.TableCorrupt.class);
    }

    @Test
    void clustering_providers_are_kept() throws IOException {
        HandMadeTable table = table(Map.of());
        Action.AddFile plain = HandMadeTable.add("d");
        table.commit(new Action.AddFile(
                plain.path(),
                plain.partitionValues(),
                plain.size(),
                plain.modificationTime(),
                plain.dataChange(),
                plain.stats(),
                plain.tags(),
                plain.deletionVector(),
                plain.baseRowId(),
                plain.defaultRowCommitVersion(),
                Optional.of("liquid")));
        checkpoint(table);
        table.commit();
        forgetCommits(table, 3);
        assertThat(cold(table).files())
                .filteredOn(file -> file.add().clusteringProvider().equals(Optional.of("liquid")))
                .singleElement()
                .satisfies(file -> assertThat(file.add().path()).isEqualTo("d"));
        isWhole(table);
    }

    @Test
    void a_table_that_kernel_may_not_write_to_has_its_checkpoints_too() throws IOException {
        HandMadeTable table = table(Map.of("delta.constraints.positive", "id > 0"));
        checkpoint(table);
        table.commit(HandMadeTable.add("d"));
        forgetCommits(table, 2);
        isWhole(table);
    }

    @Test
    void sidecars_that_no_checkpoint_names_go_with_the_expired_log() throws IOException {
        HandMadeTable table = table(withRetention());
        checkpoint(table);
        table.commit(HandMadeTable.add("d"));
        checkpoint(table);
        table.commit(HandMadeTable.add("e"));
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(60)));
        for (Path file : log(table, "")) {
            Files.setLastModifiedTime(file, old);
        }
        assertThat(log(table, "_sidecars/")).hasSize(2);
        assertThat(new Checkpoints(storages, Clock.systemUTC(), Duration.ofHours(1)).cleanUp(cold(table)))
                .isPositive();
        assertThat(log(table, "_sidecars/")).hasSize(1);
        assertThat(log(table, ".checkpoint.")).hasSize(1);
        assertThat(paths(cold(table))).containsExactly("a", "c", "d", "e");
    }

    @Test
    void an_id_that_its_writer_remembers_outlives_the_retention_of_the_table() throws IOException {
        HandMadeTable table = table(Map.of("delta.setTransactionRetentionDuration", "interval 1 day"));
        checkpoints.write(
                cold(table),
                transaction -> transaction.appId().equals("gone")
                        ? TransactionMemory.Verdict.KEPT
                        : TransactionMemory.Verdict.AS_THE_TABLE_SAYS);
        table.commit(HandMadeTable.add("d"));
        forgetCommits(table, 2);
        assertThat(cold(table).transaction("gone")).isPresent();
    }

    @Test
    void an_id_that_nobody_remembers_goes_with_the_retention_of_the_table() throws IOException {
        HandMadeTable table = table(Map.of("delta.setTransactionRetentionDuration", "interval 1 day"));
        checkpoints.write(cold(table), TransactionMemory.OF_THE_TABLE);
        table.commit(HandMadeTable.add("d"));
        forgetCommits(table, 2);
        assertThat(cold(table).transaction("gone")).isEmpty();
        assertThat(cold(table).transaction("job")).isPresent();
    }

    private static Map<String, String> withRetention() {
        Map<String, String> properties = new HashMap<>(V2);
        properties.put("delta.logRetentionDuration", "interval 1 day");
        return properties;
    }
}
