package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever is damaged in the log of a table: the right rows, or `table-corrupt`; never fewer rows in silence.
class DamagedLogTest {

    /// What the damage leaves to be read.
    enum Reads {
        EVERYTHING,
        NOTHING
    }

    @FunctionalInterface
    private interface Damage {
        void to(HandMadeTable table) throws IOException;
    }

    record Case(String name, Reads reads, Damage damage) {
        @Override
        public String toString() {
            return name + ": " + reads;
        }
    }

    @TempDir
    private Path root;

    private Storages storages;
    private HandMadeTable table;

    /// Versions 0 to 8, each with a file from version 1 on, `f2` removed by version 3; checkpoints of versions 3
    /// and 6.
    @BeforeEach
    void write() throws IOException {
        storages = new Storages(StorageProperties.ofRoot(root.toString()));
        table = HandMadeTable.create(storages, "t");
        for (int version = 1; version <= 8; version++) {
            if (version == 3) {
                table.commit(HandMadeTable.add("f3"), HandMadeTable.remove("f2", Optional.empty()));
            } else {
                table.commit(HandMadeTable.add("f" + version));
            }
            if (version == 3 || version == 6) {
                new Checkpoints(storages)
                        .write(new Snapshots(storages).latest(table.location()), TransactionMemory.OF_THE_TABLE);
            }
        }
    }

    private static Case reads(String name, Damage damage) {
        return new Case(name, Reads.EVERYTHING, damage);
    }

    private static Case isCorrupt(String name, Damage damage) {
        return new Case(name, Reads.NOTHING, damage);
    }

    private static Path log(HandMadeTable table, String name) {
        return table.log().resolve(name);
    }

    private static Path checkpoint(HandMadeTable table, int version) {
        return log(table, "%020d.checkpoint.parquet".formatted(version));
    }

    private static void truncate(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(content, content.length / 2));
    }

    private static void write(Path file, String content) throws IOException {
        Files.write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    private static void deleteCommits(HandMadeTable table, int first, int last) throws IOException {
        for (int version = first; version <= last; version++) {
            Files.delete(table.entry(version));
        }
    }

    private static void compact(HandMadeTable table, int first, int last, Action... actions) throws IOException {
        Files.write(
                log(table, "%020d.%020d.compacted.json".formatted(first, last)),
                LogEntryCodec.encode(List.of(actions)));
    }

    static Stream<Case> cases() {
        return Stream.of(commits(), checkpoints(), hints(), checksums(), strays(), compactions())
                .flatMap(cases -> cases);
    }

    private static Stream<Case> commits() {
        return Stream.of(
                isCorrupt("the last commit is empty", table -> write(table.entry(8), "")),
                isCorrupt("the last commit is blank", table -> write(table.entry(8), "\n\n")),
                isCorrupt("the last commit is cut short", table -> truncate(table.entry(8))),
                isCorrupt("the last commit is garbage", table -> write(table.entry(8), "\u0000\u0001PAR1")),
                isCorrupt("the last commit is another JSON", table -> write(table.entry(8), "[1,2]")),
                isCorrupt("a commit after the checkpoint is cut short", table -> truncate(table.entry(7))),
                isCorrupt("a commit after the checkpoint is missing", table -> deleteCommits(table, 7, 7)),
                isCorrupt("a commit far ahead", table -> Files.copy(table.entry(8), table.entry(20))),
                reads("a commit before the checkpoint is cut short", table -> truncate(table.entry(4))),
                reads("commits before the checkpoint are gone", table -> deleteCommits(table, 0, 5)),
                reads("the checkpoint's own commit is gone too", table -> deleteCommits(table, 0, 6)));
    }

    private static Stream<Case> checkpoints() {
        return Stream.of(
                reads("the checkpoint is cut short", table -> truncate(checkpoint(table, 6))),
                reads("the checkpoint is empty", table -> write(checkpoint(table, 6), "")),
                reads("the checkpoint is garbage", table -> write(checkpoint(table, 6), "PAR1garbagePAR1")),
                reads("the checkpoint is gone", table -> Files.delete(checkpoint(table, 6))),
                reads("both checkpoints are damaged", table -> {
                    truncate(checkpoint(table, 6));
                    truncate(checkpoint(table, 3));
                }),
                reads("an older checkpoint stands in, with the commits before it gone", table -> {
                    truncate(checkpoint(table, 6));
                    deleteCommits(table, 0, 2);
                }),
                isCorrupt("the checkpoint is damaged and so is the log before it", table -> {
                    truncate(checkpoint(table, 6));
                    deleteCommits(table, 4, 4);
                }),
                isCorrupt("no checkpoint can be read and the log does not begin", table -> {
                    truncate(checkpoint(table, 6));
                    truncate(checkpoint(table, 3));
                    deleteCommits(table, 0, 0);
                }),
                reads(
                        "a checkpoint in parts lacks one",
                        table -> Files.copy(
                                checkpoint(table, 6),
                                log(table, "%020d.checkpoint.%010d.%010d.parquet".formatted(8, 1, 2)))),
                reads(
                        "a v2 checkpoint names a sidecar that is not there",
                        table -> write(
                                log(table, "%020d.checkpoint.00000000-0000-0000-0000-000000000001.json".formatted(8)),
                                "{\"checkpointMetadata\":{\"version\":8}}\n"
                                        + "{\"sidecar\":{\"path\":\"gone.parquet\",\"sizeInBytes\":9,\"modificationTime\":1}}\n")),
                reads(
                        "a v2 checkpoint is cut short",
                        table -> write(
                                log(table, "%020d.checkpoint.00000000-0000-0000-0000-000000000002.json".formatted(8)),
                                "{\"checkpointMetadata\":{\"ver")));
    }

    private static Stream<Case> hints() {
        return Stream.of(
                        "",
                        "garbage",
                        "{}",
                        "{\"version\":999,\"size\":1}",
                        "{\"version\":-1}",
                        "{\"version\":\"6\"}",
                        "{\"version\":5,\"size\":1}",
                        "{\"version\":3,\"size\":4}",
                        "{\"version\":7,\"size\":1,\"parts\":3}",
                        "{\"version\":99999999999999999999}")
                .map(hint -> reads(
                        "_last_checkpoint says '" + hint + "'", table -> write(log(table, "_last_checkpoint"), hint)));
    }

    private static Stream<Case> checksums() {
        Stream<Case> written = Stream.of(
                        "",
                        "garbage",
                        "{}",
                        "{\"tableSizeBytes\":1,\"numFiles\":1,\"numMetadata\":1,\"numProtocol\":1}")
                .map(text -> reads(
                        "the checksum of the last version says '" + text + "'",
                        table -> write(log(table, "%020d.crc".formatted(8)), text)));
        return Stream.concat(
                written,
                Stream.of(
                        reads(
                                "the checksum of the checkpoint is wrong",
                                table -> write(
                                        log(table, "%020d.crc".formatted(6)),
                                        "{\"tableSizeBytes\":1,\"numFiles\":0,\"numMetadata\":1,\"numProtocol\":1}")),
                        reads("the checksum is gone", table -> Files.delete(log(table, "%020d.crc".formatted(6))))));
    }

    private static Stream<Case> strays() {
        return Stream.of(
                        "notes.txt",
                        "9.json",
                        "00000000000000000009.json.tmp",
                        ".00000000000000000009.json.crc",
                        "00000000000000000009.00000000-0000-0000-0000-000000000000.json",
                        "00000000000000000009.checkpoint",
                        "00000000000000000009.checkpoint.parquet.tmp",
                        "0000000000000000000a.json",
                        "000000000000000000009.json",
                        "00000000000000000009.JSON")
                .map(name -> reads("a stray file " + name, table -> write(log(table, name), "x")));
    }

    private static Stream<Case> compactions() {
        return Stream.of(
                reads(
                        "a compaction after the checkpoint is used",
                        table -> compact(table, 7, 8, HandMadeTable.add("f7"), HandMadeTable.add("f8"))),
                reads("a compaction cut short", table -> {
                    compact(table, 7, 8, HandMadeTable.add("f7"), HandMadeTable.add("f8"));
                    truncate(log(table, "%020d.%020d.compacted.json".formatted(7, 8)));
                }),
                reads(
                        "a compaction that is empty",
                        table -> write(log(table, "%020d.%020d.compacted.json".formatted(4, 7)), "")),
                reads("a compaction over the removed file", table -> {
                    Files.delete(checkpoint(table, 3));
                    Files.delete(checkpoint(table, 6));
                    compact(
                            table,
                            1,
                            3,
                            HandMadeTable.add("f1"),
                            HandMadeTable.add("f3"),
                            HandMadeTable.remove("f2", Optional.empty()));
                }));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void damage(Case damaged) throws IOException {
        damaged.damage().to(table);
        Snapshots cold = new Snapshots(storages);
        switch (damaged.reads()) {
            case EVERYTHING -> {
                TableSnapshot snapshot = cold.latest(table.location());
                assertThat(snapshot.version()).isEqualTo(8);
                assertThat(snapshot.files())
                        .extracting(file -> file.add().path())
                        .containsExactlyInAnyOrder("f1", "f3", "f4", "f5", "f6", "f7", "f8");
            }
            case NOTHING -> {
                for (int look = 0; look < 2; look++) {
                    try {
                        throw new AssertionError(
                                "read version " + cold.latest(table.location()).version());
                    } catch (FailureException failure) {
                        assertThat(failure.failure()).isInstanceOf(Failure.TableCorrupt.class);
                    }
                }
            }
        }
    }
}
