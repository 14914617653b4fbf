package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Schema;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Checkpoints that hold statistics as structs alone, as others write them.
class ParsedStatisticsTest {

    private static final String STATISTICS = """
            {numRecords: 10,
             minValues: {id: 5, f: 0.1::FLOAT, d: 'NaN'::DOUBLE, m: 1.50::DECIMAL(10,2), name: 'a',
                         s: {day: DATE '2026-01-02', "at": TIMESTAMPTZ '2026-01-02 03:04:05.678999Z'}},
             maxValues: {id: 7, f: 0.5::FLOAT, d: 2.5::DOUBLE, m: 2.50::DECIMAL(10,2), name: 'b',
                         s: {day: NULL::DATE, "at": TIMESTAMPTZ '2026-01-03 00:00:00Z'}},
             nullCount: {id: 0, f: 1, d: 2, m: 3, name: 4, s: {day: 10, "at": 0}},
             tightBounds: false}
            """;

    @TempDir
    private Path root;

    private HandMadeTable table;
    private Storages storages;

    @BeforeEach
    void make() {
        storages = new Storages(StorageProperties.ofRoot(root.toString()));
        table = HandMadeTable.create(
                storages,
                "t",
                new TableSpec(
                        new Schema(List.of(
                                new Column("id", Primitive.LONG),
                                new Column("f", Primitive.FLOAT),
                                new Column("d", Primitive.DOUBLE),
                                new Column("m", new DataType.Decimal(10, 2)),
                                new Column("name", Primitive.STRING),
                                new Column("z", Primitive.BOOLEAN),
                                new Column(
                                        "s",
                                        new DataType.Struct(List.of(
                                                new Column("day", Primitive.DATE),
                                                new Column("at", Primitive.TIMESTAMP)))))),
                        List.of(),
                        List.of(),
                        Map.of(),
                        Optional.empty()));
        table.commit(HandMadeTable.add("a"), HandMadeTable.add("b"));
    }

    private TableSnapshot latest() {
        return new Snapshots(storages).latest(table.location());
    }

    /// Writes the checkpoint of version 1 again, with the statistics of a file as a struct.
    private void rewrite(String parsed) throws Exception {
        Path file = table.log().resolve("00000000000000000001.checkpoint.parquet");
        Path again = root.resolve("again.parquet");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("COPY (SELECT * REPLACE (CASE WHEN add IS NULL THEN NULL ELSE"
                    + " struct_insert(struct_update(add, stats := NULL::VARCHAR), stats_parsed := CASE"
                    + " WHEN add.path = 'a' THEN " + parsed + " END) END AS add) FROM read_parquet('" + file
                    + "')) TO '" + again + "' (FORMAT parquet)");
        }
        Files.move(again, file, StandardCopyOption.REPLACE_EXISTING);
        Files.delete(table.entry(0));
    }

    @Test
    void they_are_those_of_the_file() throws Exception {
        new Checkpoints(storages).write(latest(), _ -> TransactionMemory.Verdict.KEPT);
        rewrite(STATISTICS);

        List<DataFile> files = latest().files();

        assertThat(files).extracting(file -> file.add().path()).containsExactlyInAnyOrder("a", "b");
        DataFile known = files.stream()
                .filter(file -> file.add().path().equals("a"))
                .findFirst()
                .orElseThrow();
        assertThat(known.statistics().numRecords()).hasValue(10);
        assertThat(known.statistics().tightBounds()).isFalse();
        assertThat(known.statistics().minValues())
                .containsOnlyKeys("id", "f", "m", "name", "s.day", "s.at")
                .containsEntry("id", 5L)
                .containsEntry("f", new BigDecimal("0.1"))
                .containsEntry("m", new BigDecimal("1.50"))
                .containsEntry("name", "a")
                .containsEntry("s.day", "2026-01-02")
                .containsEntry("s.at", "2026-01-02T03:04:05.678Z");
        assertThat(known.statistics().maxValues())
                .containsOnlyKeys("id", "f", "d", "m", "name", "s.at")
                .containsEntry("d", new BigDecimal("2.5"));
        assertThat(known.statistics().nullCounts()).containsEntry("name", 4L).containsEntry("s.day", 10L);
        assertThat(files).anyMatch(file -> file.add().stats().isEmpty());
    }

    @Test
    void what_is_no_struct_of_statistics_makes_no_table_unreadable() throws Exception {
        new Checkpoints(storages).write(latest(), _ -> TransactionMemory.Verdict.KEPT);
        rewrite("{numRecords: 'many'}");

        assertThat(latest().files())
                .hasSize(2)
                .allMatch(file -> file.add().stats().isEmpty());
    }
}
