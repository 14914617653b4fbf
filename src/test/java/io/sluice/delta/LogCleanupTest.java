package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.commit.FaultyStorage;
import io.sluice.delta.log.LogCleanup;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import io.sluice.table.AsOf;
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
import java.time.ZoneOffset;
import java.util.ArrayList;
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

class LogCleanupTest {

    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

    @TempDir
    private Path root;

    private Storages storages;
    private Checkpoints checkpoints;

    @BeforeEach
    void open() {
        storages = new Storages(StorageProperties.ofRoot(root.toString()));
        checkpoints = new Checkpoints(storages, Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofDays(3));
    }

    /// Versions 0 to 9, checkpoints at 2, 4 and 6, one version a day: version 9 is of today, version 0 nine days
    /// old.
    private HandMadeTable tenDays(Map<String, String> properties) throws IOException {
        TableSpec spec = new TableSpec(
                new Schema(List.of(new Column("id", DataType.Primitive.LONG))),
                List.of(),
                List.of(),
                properties,
                Optional.empty());
        HandMadeTable table = HandMadeTable.create(storages, "t", spec);
        for (int version = 1; version <= 9; version++) {
            table.commit(HandMadeTable.add("f" + version));
            if (version % 2 == 0 && version <= 6) {
                checkpoints.write(latest(table), TransactionMemory.OF_THE_TABLE);
            }
        }
        for (int version = 0; version <= 9; version++) {
            FileTime time = FileTime.from(NOW.minus(Duration.ofDays(9 - version)));
            try (Stream<Path> files = Files.list(table.log())) {
                String prefix = "%020d.".formatted(version);
                for (Path file : files.filter(
                                path -> path.getFileName().toString().startsWith(prefix))
                        .toList()) {
                    Files.setLastModifiedTime(file, time);
                }
            }
        }
        return table;
    }

    private TableSnapshot latest(HandMadeTable table) {
        return new Snapshots(storages).latest(table.location());
    }

    private static List<String> names(HandMadeTable table) throws IOException {
        try (Stream<Path> files = Files.list(table.log())) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static long first(List<String> names, String suffix) {
        return names.stream()
                .filter(name -> name.endsWith(suffix) && !name.startsWith("_"))
                .mapToLong(name -> Long.parseLong(name.substring(0, 20)))
                .min()
                .orElse(-1);
    }

    @Test
    void what_is_older_than_the_retention_goes_but_for_what_a_kept_version_needs() throws IOException {
        HandMadeTable table = tenDays(Map.of("delta.logRetentionDuration", "interval 4 days"));
        TableSnapshot before = latest(table);

        assertThat(checkpoints.cleanUp(before)).isPositive();

        // Midnight four days ago: version 4 is the newest expired commit, and there is a checkpoint of it.
        List<String> names = names(table);
        assertThat(first(names, ".json")).isEqualTo(4);
        assertThat(first(names, ".crc")).isEqualTo(4);
        assertThat(first(names, ".checkpoint.parquet")).isEqualTo(4);
        Snapshots cold = new Snapshots(storages);
        assertThat(cold.latest(table.location()).files()).hasSameSizeAs(before.files());
        for (long version = 4; version <= 9; version++) {
            assertThat(cold.at(table.location(), new AsOf.Version(version)).files())
                    .hasSize((int) version);
        }
        assertThat(checkpoints.cleanUp(before)).isZero();
    }

    @Test
    void the_retention_is_thirty_days_unless_the_table_says_otherwise() throws IOException {
        HandMadeTable table = tenDays(Map.of());
        assertThat(checkpoints.cleanUp(latest(table))).isZero();
    }

    @Test
    void a_table_may_forbid_it() throws IOException {
        HandMadeTable table = tenDays(
                Map.of("delta.logRetentionDuration", "interval 4 days", "delta.enableExpiredLogCleanup", "false"));
        assertThat(checkpoints.cleanUp(latest(table))).isZero();
    }

    @Test
    void entries_by_which_requests_are_recognised_stay_for_the_window() throws IOException {
        HandMadeTable table = tenDays(Map.of("delta.logRetentionDuration", "interval 0 days"));
        checkpoints.cleanUp(latest(table));
        assertThat(first(names(table), ".json")).isEqualTo(4);
    }

    @Test
    void a_checkpoint_that_cannot_be_read_is_not_relied_on() throws IOException {
        HandMadeTable table = tenDays(Map.of("delta.logRetentionDuration", "interval 4 days"));
        Path four = table.log().resolve("%020d.checkpoint.parquet".formatted(4));
        byte[] content = Files.readAllBytes(four);
        Files.write(four, Arrays.copyOf(content, content.length / 2));
        checkpoints.cleanUp(latest(table));
        assertThat(first(names(table), ".json")).isEqualTo(2);
        assertThat(latest(table).files()).hasSize(9);
    }

    @Test
    void without_a_checkpoint_nothing_goes() throws IOException {
        HandMadeTable table = tenDays(Map.of("delta.logRetentionDuration", "interval 8 days"));
        assertThat(checkpoints.cleanUp(latest(table))).isZero();
    }

    @Test
    void protected_checkpoints_go_all_at_once_or_not_at_all() throws IOException {
        HandMadeTable table = tenDays(Map.of("delta.logRetentionDuration", "interval 4 days"));
        TableSnapshot snapshot = latest(table);
        List<String> features = new ArrayList<>(snapshot.protocol().writerFeatures());
        features.add("checkpointProtection");
        Action.Protocol protocol = new Action.Protocol(3, 7, snapshot.protocol().readerFeatures(), features);
        table.commit(protocol, protectedBefore(snapshot, "5"));
        assertThat(checkpoints.cleanUp(latest(table))).isZero();
        table.commit(protectedBefore(snapshot, "4"));
        assertThat(checkpoints.cleanUp(latest(table))).isPositive();
        assertThat(first(names(table), ".json")).isEqualTo(4);
    }

    private static Action.Metadata protectedBefore(TableSnapshot snapshot, String version) {
        Map<String, String> configuration = new HashMap<>(snapshot.metadata().configuration());
        configuration.put("delta.requireCheckpointProtectionBeforeVersion", version);
        Action.Metadata metadata = snapshot.metadata();
        return new Action.Metadata(
                metadata.id(),
                metadata.name(),
                metadata.description(),
                metadata.schema(),
                metadata.partitionColumns(),
                configuration,
                metadata.createdTime());
    }

    @Test
    void transaction_ids_are_forgotten_when_the_table_says_so() throws IOException {
        HandMadeTable table = tenDays(Map.of("delta.setTransactionRetentionDuration", "interval 2 days"));
        long old = NOW.minus(Duration.ofDays(3)).toEpochMilli();
        table.commit(
                new Action.SetTransaction("old", 1, OptionalLong.of(old)),
                new Action.SetTransaction("young", 1, OptionalLong.of(NOW.toEpochMilli())),
                new Action.SetTransaction("undated", 1, OptionalLong.empty()));
        checkpoints.write(latest(table), TransactionMemory.OF_THE_TABLE);
        TableSnapshot cold = latest(table);
        assertThat(cold.transaction("old")).isEmpty();
        assertThat(cold.transaction("young")).isPresent();
        assertThat(cold.transaction("undated")).isPresent();
    }

    /// Of the files before version 4: four entries, and checksums and the checkpoint of version 2.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void wherever_it_stops_each_version_can_be_read_or_is_not_found(int deletes) throws IOException {
        HandMadeTable table = tenDays(Map.of("delta.logRetentionDuration", "interval 4 days"));
        FaultyStorage failing = new FaultyStorage(storages.of(table.location()));
        failing.stopAfterDeletes(deletes);
        Checkpoints interrupted = new Checkpoints(over(failing), Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofDays(3));
        assertThatThrownBy(() -> interrupted.cleanUp(latest(table))).isInstanceOf(IOException.class);

        Snapshots cold = new Snapshots(storages);
        for (long version = 0; version <= 9; version++) {
            assertThat(isThere(cold, table, version) || version < 4)
                    .as("version %s", version)
                    .isTrue();
        }
    }

    @Test
    void a_long_log_is_cleaned_up_by_and_by() throws IOException {
        HandMadeTable table = tenDays(Map.of("delta.logRetentionDuration", "interval 4 days"));
        var cleanup = new LogCleanup(storages, Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofDays(3), 3);

        assertThat(cleanup.clean(latest(table))).isEqualTo(3);
        assertThat(first(names(table), ".json")).isEqualTo(3);
        assertThat(first(names(table), ".checkpoint.parquet")).isEqualTo(2);
        assertThat(cleanup.clean(latest(table))).isEqualTo(3);
        assertThat(cleanup.clean(latest(table))).isZero();
        assertThat(names(table).stream().filter(name -> !name.startsWith("_")))
                .allSatisfy(name ->
                        assertThat(Long.parseLong(name.substring(0, 20))).isGreaterThanOrEqualTo(4));
    }

    @Test
    void a_store_that_deletes_many_files_at_once_is_asked_twice() throws IOException {
        HandMadeTable table = tenDays(Map.of("delta.logRetentionDuration", "interval 4 days"));
        List<List<String>> requests = new ArrayList<>();
        FaultyStorage bulk = new FaultyStorage(storages.of(table.location())) {
            @Override
            public void deleteAll(List<Location> files) throws IOException {
                requests.add(files.stream().map(Location::name).toList());
                super.deleteAll(files);
            }
        };
        new Checkpoints(over(bulk), Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofDays(3)).cleanUp(latest(table));

        assertThat(requests).hasSize(2);
        assertThat(requests.getFirst()).hasSize(4).isSorted().allMatch(name -> name.endsWith(".json"));
        assertThat(requests.getLast()).hasSize(2).noneMatch(name -> name.endsWith(".json"));
    }

    private Storages over(Storage storage) {
        return new Storages(StorageProperties.ofRoot(root.toString())) {
            @Override
            public Storage of(Location location) {
                return storage;
            }
        };
    }

    private static boolean isThere(Snapshots snapshots, HandMadeTable table, long version) {
        try {
            assertThat(snapshots.at(table.location(), new AsOf.Version(version)).files())
                    .hasSize((int) version);
            return true;
        } catch (FailureException e) {
            assertThat(e.failure()).isInstanceOf(Failure.VersionNotFound.class);
            return false;
        }
    }

    @Test
    void a_checkpoint_alone_deletes_nothing() throws IOException {
        HandMadeTable table = tenDays(Map.of("delta.logRetentionDuration", "interval 4 days"));
        checkpoints.write(latest(table), TransactionMemory.OF_THE_TABLE);
        assertThat(first(names(table), ".json")).isZero();
    }

    @Test
    void intervals_are_read_as_spark_writes_them() {
        assertThat(Interval.parse("interval 30 days")).contains(Duration.ofDays(30));
        assertThat(Interval.parse("INTERVAL 1 week 2 hours"))
                .contains(Duration.ofDays(7).plusHours(2));
        assertThat(Interval.parse("24 hours")).contains(Duration.ofDays(1));
        assertThat(Interval.parse("interval 5 milliseconds")).contains(Duration.ofMillis(5));
        assertThat(Interval.parse("interval 999999999999 weeks 1 day")).contains(Duration.ofDays(36_500));
        assertThat(Interval.parse("interval 1 month")).isEmpty();
        assertThat(Interval.parse("soon")).isEmpty();
    }
}
