package io.sluice.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.compute.column.BytesCells;
import io.sluice.compute.column.LongCells;
import io.sluice.table.Column;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows of a large body on their way into files.
class RowSpoolTest {

    private static final Schema SCHEMA =
            new Schema(List.of(new Column("id", Primitive.LONG), new Column("text", Primitive.BINARY)));
    private static final int BATCH_ROWS = 1024;
    private static final int BATCHES_OF_A_FILE = 40;

    @TempDir
    Path directory;

    private DuckDb duckDb;
    private long nextId;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(directory.resolve("staged"));
        duckDb = duckDb(512 << 20);
    }

    private DuckDb duckDb(long memoryBytes) {
        return new DuckDb(new DuckDb.Settings(List.of(directory), directory.resolve("spill"), memoryBytes, 1, 1));
    }

    @AfterEach
    void close() {
        duckDb.close();
    }

    private RowSpool spool(Path staging, List<String> partitionColumns) {
        var layout = FileLayout.of(SCHEMA, partitionColumns, FileLayout.FieldIds.NONE, Map.of(), List.of());
        return new ParquetWriter(duckDb).spool(layout, staging, 256 << 20);
    }

    /// A MiB of rows.
    private RowBatch batch() {
        var ids = new LongCells();
        var texts = new BytesCells();
        for (int row = 0; row < BATCH_ROWS; row++) {
            ids.append(nextId++);
            texts.append(new byte[1024]);
        }
        return new RowBatch(SCHEMA, List.of(ids, texts));
    }

    private List<Path> staged() throws IOException {
        try (var files = Files.list(directory.resolve("staged"))) {
            return files.toList();
        }
    }

    private String counted(List<WrittenFile> files) throws Exception {
        return duckDb.call(DuckDb.Purpose.QUERY, connection -> {
            String paths = String.join(
                    ", ", files.stream().map(file -> "'" + file.staged() + "'").toList());
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(
                            "SELECT count(*) || ' ' || count(DISTINCT id) FROM read_parquet([" + paths + "])")) {
                rows.next();
                return rows.getString(1);
            }
        });
    }

    @Test
    void every_row_of_a_body_is_in_one_of_its_files_once() throws Exception {
        try (var spool = spool(directory.resolve("staged"), List.of())) {
            for (int i = 0; i < 3 * BATCHES_OF_A_FILE; i++) {
                spool.add(batch());
            }

            List<WrittenFile> files = spool.finish();

            assertThat(files).isNotEmpty();
            assertThat(files.stream().mapToLong(WrittenFile::rows).sum()).isEqualTo(nextId);
            assertThat(counted(files)).isEqualTo(nextId + " " + nextId);
        }
        assertThat(duckDb.allocator().getAllocatedMemory()).isZero();
    }

    @Test
    void a_body_of_few_rows_is_one_file() throws Exception {
        try (var spool = spool(directory.resolve("staged"), List.of())) {
            spool.add(batch());
            spool.add(batch());

            assertThat(spool.finish()).hasSize(1);
        }
    }

    @Test
    void a_sender_waits_for_writers_before_little_memory_is_full() throws Exception {
        duckDb.close();
        duckDb = duckDb(48 << 20);
        var writersAreFree = new CountDownLatch(1);
        try (var spool = spool(directory.resolve("staged"), List.of());
                var others = Executors.newVirtualThreadPerTaskExecutor()) {
            var other = others.submit(() -> duckDb.call(DuckDb.Purpose.INGEST, connection -> {
                writersAreFree.await();
                return connection;
            }));
            var sent = new FutureTask<>(() -> {
                for (int i = 0; i < 2 * BATCHES_OF_A_FILE; i++) {
                    spool.add(batch());
                }
                return spool.finish();
            });
            Thread sender = Thread.ofPlatform().start(sent);
            while (sender.getState() != Thread.State.WAITING && !sent.isDone()) {
                Thread.onSpinWait();
            }

            assertThat(duckDb.allocator().getPeakMemoryAllocation()).isLessThan(24 << 20);
            writersAreFree.countDown();
            assertThat(counted(sent.get())).isEqualTo(nextId + " " + nextId);
            assertThat(other.get()).isNotNull();
        }
    }

    @Test
    void what_is_not_finished_leaves_no_file_and_no_memory() throws Exception {
        try (var spool = spool(directory.resolve("staged"), List.of())) {
            for (int i = 0; i < BATCHES_OF_A_FILE; i++) {
                spool.add(batch());
            }
        }

        assertThat(staged()).isEmpty();
        assertThat(duckDb.allocator().getAllocatedMemory()).isZero();
    }

    @Test
    void rows_that_cannot_be_written_fail_the_body() throws Exception {
        Path nowhere = directory.resolve("not-there");
        try (var spool = spool(nowhere, List.of())) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10 * BATCHES_OF_A_FILE; i++) {
                            spool.add(batch());
                        }
                        spool.finish();
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(duckDb.allocator().getAllocatedMemory()).isZero();
    }
}
