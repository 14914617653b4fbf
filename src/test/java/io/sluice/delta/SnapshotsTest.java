package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SnapshotsTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    Path root;

    private Storages storages;
    private Snapshots snapshots;

    @BeforeEach
    void open() {
        storages = PackTables.storages(root);
        snapshots = cold();
    }

    private Snapshots cold() {
        return new Snapshots(storages, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void reading_on_from_a_known_version_equals_a_cold_load() throws IOException {
        HandMadeTable table = HandMadeTable.create(storages, "a b%20c#d");
        Random random = new Random(7);
        for (int i = 1; i < 60; i++) {
            TableSnapshot warm = snapshots.latest(table.location());
            Action action = warm.files().isEmpty() || random.nextInt(3) > 0
                    ? HandMadeTable.add("part-" + i + ".parquet")
                    : removal(warm, random);
            LogEntry entry = table.commit(
                    action,
                    new Action.SetTransaction("app-" + i % 5, i, OptionalLong.of(i)),
                    new Action.DomainMetadata("domain-" + i % 3, "{}", i % 4 == 0));
            if (random.nextBoolean()) {
                snapshots.committed(table.location(), entry, table.file(entry.version()));
            }
            if (i % 20 == 0) {
                new Checkpoints(storages).write(snapshots.latest(table.location()), TransactionMemory.OF_THE_TABLE);
            }
            assertSame(snapshots.latest(table.location()), cold().latest(table.location()));
        }
        assertThat(table.log().resolve("_last_checkpoint")).exists();
    }

    private static Action removal(TableSnapshot snapshot, Random random) {
        Action.AddFile victim =
                snapshot.files().get(random.nextInt(snapshot.files().size())).add();
        return HandMadeTable.remove(victim.path(), victim.deletionVector());
    }

    private static void assertSame(TableSnapshot warm, TableSnapshot cold) {
        assertThat(warm.version()).isEqualTo(cold.version());
        assertThat(warm.files().stream().map(file -> file.add().path()))
                .containsExactlyInAnyOrderElementsOf(
                        cold.files().stream().map(file -> file.add().path()).toList());
        assertThat(warm.domainMetadata()).isEqualTo(cold.domainMetadata());
        for (int i = 0; i < 5; i++) {
            assertThat(warm.transaction("app-" + i)).isEqualTo(cold.transaction("app-" + i));
        }
    }

    @Test
    void a_file_whose_deletion_vector_changes_is_one_file() {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        Action.AddFile add = HandMadeTable.add("a.parquet");
        table.commit(add);
        Action.DeletionVector vector = VectorBytes.inline(3, 4, 7, 11, 18, 29);
        table.commit(HandMadeTable.remove("a.parquet", Optional.empty()), HandMadeTable.withVector(add, vector));

        TableSnapshot snapshot = snapshots.latest(table.location());

        assertThat(snapshot.files()).hasSize(1);
        assertThat(new DeletionVectors(storages).read(snapshot, vector)).containsExactly(3, 4, 7, 11, 18, 29);
        assertThat(SnapshotTotals.of(snapshot)).isEqualTo(new SnapshotTotals(OptionalLong.of(4), 1, 100, 0, 6));
    }

    @Test
    void an_empty_commit_is_corrupt_and_stays_so_until_it_is_mended() throws IOException {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        snapshots.latest(table.location());
        table.writeRaw("");

        assertCorrupt(table);

        Files.write(table.entry(1), LogEntryCodec.encode(List.of(HandMadeTable.add("a.parquet"))));
        assertThat(snapshots.latest(table.location()).files()).hasSize(1);
    }

    @Test
    void a_truncated_commit_is_corrupt() {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        table.writeRaw("{\"commitInfo\":{}}\n{\"add\":{\"path\":\"a.parq");

        assertCorrupt(table);
    }

    @Test
    void a_gap_in_the_log_is_corrupt() throws IOException {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        table.commit(HandMadeTable.add("a.parquet"));
        table.commit(HandMadeTable.add("b.parquet"));
        Files.delete(table.entry(1));

        assertCorrupt(table);
    }

    @Test
    void a_gap_that_comes_while_the_table_is_in_memory_is_seen_before_long() throws IOException {
        AtomicLong nanos = new AtomicLong();
        snapshots = new Snapshots(storages, Clock.fixed(NOW, ZoneOffset.UTC), nanos::incrementAndGet);
        HandMadeTable table = HandMadeTable.create(storages, "t");
        table.commit(HandMadeTable.add("a.parquet"));
        table.commit(HandMadeTable.add("b.parquet"));
        assertThat(snapshots.latest(table.location()).version()).isEqualTo(2);
        byte[] lost = Files.readAllBytes(table.entry(1));
        Files.delete(table.entry(1));

        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        assertCorrupt(table);

        Files.write(table.entry(1), lost);
        assertThat(snapshots.latest(table.location()).files()).hasSize(2);
    }

    @Test
    void commits_before_a_checkpoint_may_go_while_the_table_is_in_memory() throws IOException {
        AtomicLong nanos = new AtomicLong();
        snapshots = new Snapshots(storages, Clock.fixed(NOW, ZoneOffset.UTC), nanos::incrementAndGet);
        HandMadeTable table = HandMadeTable.create(storages, "t");
        table.commit(HandMadeTable.add("a.parquet"));
        table.commit(HandMadeTable.add("b.parquet"));
        new Checkpoints(storages).write(snapshots.latest(table.location()), TransactionMemory.OF_THE_TABLE);
        table.commit(HandMadeTable.add("c.parquet"));
        Files.delete(table.entry(0));
        Files.delete(table.entry(1));

        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        assertThat(snapshots.latest(table.location()).files()).hasSize(3);
    }

    @Test
    void a_table_that_takes_the_place_of_another_right_after_a_commit_is_seen() throws IOException {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        snapshots.latest(table.location());
        LogEntry entry = table.commit(HandMadeTable.add("a.parquet"));
        snapshots.committed(table.location(), entry, table.file(1));
        storages.of(table.location()).deleteTree(table.location());
        HandMadeTable anew = HandMadeTable.create(storages, "t");
        assertThat(snapshots.latest(anew.location()).version()).isZero();
        anew.commit(HandMadeTable.add("other.parquet"), HandMadeTable.add("another.parquet"));

        assertThat(snapshots.latest(anew.location()).files()).hasSize(2);
    }

    private void assertCorrupt(HandMadeTable table) {
        for (Snapshots each : List.of(snapshots, cold())) {
            assertThat(failure(() -> each.latest(table.location()))).isInstanceOf(Failure.TableCorrupt.class);
        }
    }

    @Test
    void a_damaged_checkpoint_gives_way_to_the_commits() throws IOException {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        table.commit(HandMadeTable.add("a.parquet"));
        new Checkpoints(storages).write(snapshots.latest(table.location()), TransactionMemory.OF_THE_TABLE);
        table.commit(HandMadeTable.add("b.parquet"));
        Path checkpoint = table.log().resolve("00000000000000000001.checkpoint.parquet");
        Files.write(checkpoint, List.of("PAR1 and nothing more"));

        assertThat(cold().latest(table.location()).files()).hasSize(2);

        Files.delete(table.entry(0));
        assertThat(failure(() -> cold().latest(table.location()))).isInstanceOf(Failure.TableCorrupt.class);
    }

    @Test
    void a_bad_hint_and_a_wrong_checksum_do_no_harm() throws IOException {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        table.commit(HandMadeTable.add("a.parquet"));
        Files.writeString(table.log().resolve("_last_checkpoint"), "{\"version\":17");
        Files.writeString(table.log().resolve("00000000000000000001.crc"), "nonsense");

        assertThat(cold().latest(table.location()).files()).hasSize(1);

        Files.writeString(table.log().resolve("_last_checkpoint"), "{\"version\":17,\"size\":1}");
        assertThat(cold().latest(table.location()).files()).hasSize(1);
    }

    @Test
    void a_dropped_table_is_missing_and_a_new_one_in_its_place_is_read_afresh() {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        table.commit(HandMadeTable.add("a.parquet"));
        snapshots.latest(table.location());
        drop(table);

        assertThatThrownBy(() -> snapshots.latest(table.location())).isInstanceOf(TableMissingException.class);

        HandMadeTable again = HandMadeTable.create(storages, "t");
        TableSnapshot first = snapshots.latest(again.location());
        drop(again);
        HandMadeTable third = HandMadeTable.create(storages, "t");
        third.commit(HandMadeTable.add("b.parquet"));
        third.commit(HandMadeTable.add("c.parquet"));
        third.setTime(0, NOW.minusSeconds(100));

        TableSnapshot newest = snapshots.latest(third.location());
        assertThat(newest.metadata().id()).isNotEqualTo(first.metadata().id());
        assertThat(newest.files()).hasSize(2);
    }

    private void drop(HandMadeTable table) {
        try {
            storages.of(table.location()).deleteTree(table.location());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void a_path_that_leaves_the_table_is_corrupt_when_it_is_followed() {
        for (String path : List.of(
                "../../etc/passwd",
                "file:///etc/hostname",
                "http://169.254.169.254/latest",
                "%2e%2e/x",
                "/etc/hostname")) {
            HandMadeTable table = HandMadeTable.create(storages, "t" + Math.abs(path.hashCode()));
            table.commit(HandMadeTable.add(path));

            DataFile file = snapshots.latest(table.location()).files().getFirst();

            assertThat(failure(file::location)).as(path).isInstanceOf(Failure.TableCorrupt.class);
        }
    }

    @Test
    void paths_are_decoded_once() {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        table.commit(HandMadeTable.add("p=a%2520b/part%23%20%C3%A9.parquet"));

        assertThat(snapshots.latest(table.location()).files().getFirst().location())
                .isEqualTo(table.location().resolve("p=a%20b/part# é.parquet"));
    }

    @Test
    void a_moment_means_the_newest_version_committed_at_or_before_it() {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        table.commit(HandMadeTable.add("a.parquet"));
        table.commit(HandMadeTable.add("b.parquet"));
        table.setTime(0, NOW.minusSeconds(300));
        table.setTime(1, NOW.minusSeconds(400)); // a clock that ran backwards: counts 1 ms after version 0
        table.setTime(2, NOW.minusSeconds(100));

        assertThat(at(table, NOW.minusSeconds(300))).isZero();
        assertThat(at(table, NOW.minusSeconds(300).plusMillis(1))).isEqualTo(1);
        assertThat(at(table, NOW.minusSeconds(101))).isEqualTo(1);
        assertThat(at(table, NOW.minusSeconds(100))).isEqualTo(2);
        assertThat(at(table, NOW)).isEqualTo(2);
        assertThat(failure(() -> at(table, NOW.plusMillis(1))))
                .isEqualTo(new Failure.VersionNotFound(NOW.plusMillis(1).toString(), 0, 2));
        assertThat(failure(() -> at(table, NOW.minusSeconds(301)))).isInstanceOf(Failure.VersionNotFound.class);
    }

    @Test
    void in_commit_timestamps_count_from_the_version_that_enabled_them() {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        table.commit(HandMadeTable.add("a.parquet"));
        Action.Metadata before = snapshots.latest(table.location()).metadata();
        Action.Metadata enabled = new Action.Metadata(
                before.id(),
                before.name(),
                before.description(),
                before.schema(),
                before.partitionColumns(),
                Map.of(
                        CommitTime.ENABLED, "true",
                        CommitTime.ENABLED_SINCE_VERSION, "2",
                        CommitTime.ENABLED_SINCE_MILLIS, "5000"),
                before.createdTime());
        table.commit(List.of(new Action.CommitInfo(Map.of("inCommitTimestamp", 5_000L)), enabled));
        for (long i = 6; i < 20; i++) {
            table.commit(List.of(new Action.CommitInfo(Map.of("inCommitTimestamp", i * 1_000))));
        }
        table.setTime(0, Instant.ofEpochMilli(1_000));
        table.setTime(1, Instant.ofEpochMilli(2_000));

        assertThat(at(table, Instant.ofEpochMilli(1_500))).isZero();
        assertThat(at(table, Instant.ofEpochMilli(4_999))).isEqualTo(1);
        assertThat(at(table, Instant.ofEpochMilli(5_000))).isEqualTo(2);
        assertThat(at(table, Instant.ofEpochMilli(7_999))).isEqualTo(4);
        assertThat(snapshots.latest(table.location()).timestamp()).isEqualTo(Instant.ofEpochMilli(19_000));
    }

    private long at(HandMadeTable table, Instant moment) {
        return snapshots.at(table.location(), new AsOf.Moment(moment)).version();
    }

    @Test
    void an_old_version_is_read_from_the_checkpoint_before_it_without_a_listing_of_the_whole_log() throws IOException {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        for (int version = 1; version < 2_100; version++) {
            table.writeRaw("{\"add\":{\"path\":\"" + version
                    + "\",\"partitionValues\":{},\"size\":1,\"modificationTime\":1,\"dataChange\":true}}\n");
            if (version == 1_000) {
                new Checkpoints(storages).write(snapshots.latest(table.location()), TransactionMemory.OF_THE_TABLE);
            }
        }
        List<String> asked = new ArrayList<>();
        Snapshots observed = new Snapshots(observed(asked));
        observed.latest(table.location());
        Files.delete(table.entry(3));
        asked.clear();

        assertThat(observed.at(table.location(), new AsOf.Version(1_500)).files())
                .hasSize(1_500);
        assertThat(asked).doesNotContain("list").containsOnlyOnce("listFiles");
        assertThat(failure(() -> observed.at(table.location(), new AsOf.Version(900))))
                .isInstanceOf(Failure.TableCorrupt.class);
    }

    @Test
    void what_a_newer_checkpoint_saves_is_not_read_commit_by_commit() throws IOException {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        List<String> asked = new ArrayList<>();
        Snapshots observed = new Snapshots(observed(asked));
        observed.latest(table.location());
        for (int version = 1; version <= 400; version++) {
            table.commit(HandMadeTable.add(version + ".parquet"));
            if (version == 390) {
                new Checkpoints(storages).write(cold().latest(table.location()), TransactionMemory.OF_THE_TABLE);
            }
        }
        asked.clear();

        assertSame(observed.latest(table.location()), cold().latest(table.location()));
        assertThat(asked.stream().filter("read"::equals).count()).isLessThan(70);
    }

    /// The storage, with a note of each call.
    private Storages observed(List<String> asked) {
        Storages real = storages;
        return new Storages(StorageProperties.ofRoot(root.toString())) {
            @Override
            public Storage of(Location location) {
                return (Storage) Proxy.newProxyInstance(
                        Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (_, method, arguments) -> {
                            asked.add(method.getName());
                            try {
                                return method.invoke(real.of(location), arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
            }
        };
    }

    @Test
    void a_version_outside_the_log_is_not_found_and_the_range_is_named() {
        HandMadeTable table = HandMadeTable.create(storages, "t");

        assertThat(failure(() -> snapshots.at(table.location(), new AsOf.Version(1))))
                .isEqualTo(new Failure.VersionNotFound("1", 0, 0));
        assertThat(failure(() -> snapshots.at(table.location(), new AsOf.Version(-1))))
                .isEqualTo(new Failure.VersionNotFound("-1", 0, 0));
    }

    @Test
    void expired_transactions_are_left_out_of_a_checkpoint() throws IOException {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        table.commit(
                new Action.SetTransaction("old", 1, OptionalLong.of(1)),
                new Action.SetTransaction("new", 2, OptionalLong.of(2_000)));
        new Checkpoints(storages)
                .write(
                        snapshots.latest(table.location()),
                        transaction -> transaction.lastUpdated().orElse(0) < 1_000
                                ? TransactionMemory.Verdict.FORGOTTEN
                                : TransactionMemory.Verdict.KEPT);

        TableSnapshot cold = cold().latest(table.location());

        assertThat(cold.transaction("old")).isEmpty();
        assertThat(cold.transaction("new")).isPresent();
    }

    @Test
    void a_checkpoint_comes_with_a_checksum_that_counts_the_live_files() throws IOException {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        table.commit(new Action.SetTransaction("job", 7, OptionalLong.empty()));
        TableSnapshot snapshot = snapshots.latest(table.location());

        new Checkpoints(storages).write(snapshot, TransactionMemory.OF_THE_TABLE);

        byte[] checksum = storages.of(table.location())
                .read(table.location().resolve("_delta_log/%020d.crc".formatted(snapshot.version())));
        JsonNode crc = new JsonMapper().readTree(checksum);
        assertThat(crc.get("numFiles").asInt()).isEqualTo(snapshot.files().size());
        assertThat(crc.get("setTransactions").get(0).get("appId").asString()).isEqualTo("job");
        assertThat(cold().latest(table.location()).version()).isEqualTo(snapshot.version());
    }

    @Test
    void a_checksum_that_another_writer_left_is_no_part_of_the_next_one() throws IOException {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        TableSnapshot first = snapshots.latest(table.location());
        new Checkpoints(storages).write(first, TransactionMemory.OF_THE_TABLE);
        Path checksum = table.log().resolve("%020d.crc".formatted(first.version()));
        String text = Files.readString(checksum).strip().replaceAll("\"numFiles\":\\d+", "\"numFiles\":77");
        Files.writeString(checksum, text.substring(0, text.length() - 1) + ",\"allFiles\":[]}");
        table.commit(HandMadeTable.withVector(HandMadeTable.add("a.parquet"), VectorBytes.inline(1, 2)));
        TableSnapshot next = snapshots.latest(table.location());

        new Checkpoints(storages).write(next, TransactionMemory.OF_THE_TABLE);

        JsonNode crc =
                new JsonMapper().readTree(Files.readString(table.log().resolve("%020d.crc".formatted(next.version()))));
        assertThat(crc.get("numFiles").asInt()).isEqualTo(next.files().size());
    }

    private static Failure failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(FailureException.class);
        return ((FailureException) thrown).failure();
    }
}
