package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeletionVectorWriterTest {

    @TempDir
    Path root;

    private Storages storages;
    private TableSnapshot snapshot;

    @BeforeEach
    void open() {
        storages = PackTables.storages(root);
        HandMadeTable table = HandMadeTable.create(storages, "t");
        snapshot = new Snapshots(storages).latest(table.location());
    }

    @Test
    void a_vector_of_one_row_is_in_a_file_unless_an_operator_says_otherwise() throws IOException {
        var written = new DeletionVectorWriter(storages, new DeletionVectors(storages), 0)
                .write(snapshot, List.of(new long[] {3}, new long[] {4}));

        assertThat(written.files()).hasSize(1);
        assertThat(written.vectors())
                .extracting(Action.DeletionVector::storageType)
                .containsExactly("u", "u");
        assertThat(readAnew(written.vectors().getFirst())).containsExactly(3);
    }

    @Test
    void few_rows_stand_in_the_log_itself_where_that_is_wanted() throws IOException {
        for (long[] rows : List.of(
                new long[] {0},
                new long[] {3, 7, 70_000},
                LongStream.range(5, 9_000).toArray())) {
            var written = write(List.of(rows));

            assertThat(written.files()).isEmpty();
            Action.DeletionVector vector = written.vectors().getFirst();
            assertThat(vector.storageType()).isEqualTo("i");
            assertThat(vector.cardinality()).isEqualTo(rows.length);
            assertThat(readAnew(vector)).containsExactly(rows);
        }
    }

    @Test
    void many_rows_of_several_files_share_one_file_of_vectors() throws IOException {
        List<long[]> vectors = List.of(random(1, 2_000), random(2, 40_000), new long[] {4}, random(3, 5_000));

        var written = write(vectors);

        assertThat(written.files()).hasSize(1);
        assertThat(Files.readAllBytes(written.files().getFirst().toPath())[0]).isEqualTo((byte) 1);
        assertThat(written.vectors())
                .extracting(Action.DeletionVector::storageType)
                .containsExactly("u", "u", "i", "u");
        for (int i = 0; i < vectors.size(); i++) {
            assertThat(readAnew(written.vectors().get(i))).containsExactly(vectors.get(i));
        }
    }

    @Test
    void row_indexes_beyond_32_bits_are_kept() throws IOException {
        long[] rows = {1, 4_294_967_295L, 4_294_967_296L, 5_000_000_000L};

        assertThat(readAnew(write(List.of(rows)).vectors().getFirst())).containsExactly(rows);
    }

    @Test
    void the_bytes_are_those_of_the_protocol() {
        long[] rows = random(7, 3_000);

        assertThat(RowIndexBitmap.write(new long[] {0, 1, 5, 70_000, 5_000_000_000L}))
                .isEqualTo(VectorBytes.portable(0, 1, 5, 70_000, 5_000_000_000L));
        assertThat(RowIndexBitmap.write(rows)).isEqualTo(VectorBytes.portable(rows));
    }

    @Test
    void a_random_prefix_is_a_folder_when_the_table_asks_for_it() throws IOException {
        var spec = HandMadeTable.spec(new io.sluice.table.Column("id", io.sluice.table.DataType.Primitive.LONG));
        var table = HandMadeTable.create(
                storages,
                "prefixed",
                new TableSpec(
                        spec.schema(),
                        List.of(),
                        List.of(),
                        Map.of("delta.randomizeFilePrefixes", "true", "delta.randomPrefixLength", "4"),
                        spec.comment()));
        snapshot = new Snapshots(storages).latest(table.location());
        long[] rows = random(1, 2_000);

        var written = write(List.of(rows));

        assertThat(written.vectors().getFirst().pathOrInlineDv()).hasSize(24);
        assertThat(snapshot.location()
                        .toPath()
                        .relativize(written.files().getFirst().toPath())
                        .getNameCount())
                .isEqualTo(2);
        assertThat(readAnew(written.vectors().getFirst())).containsExactly(rows);
    }

    @Test
    void a_store_that_does_not_take_the_file_is_told() throws IOException {
        Files.delete(snapshot.location().toPath().resolve("_delta_log").resolve("00000000000000000000.json"));
        Files.delete(snapshot.location().toPath().resolve("_delta_log"));
        Files.delete(snapshot.location().toPath());
        Files.writeString(snapshot.location().toPath(), "a file where the table was");

        assertThatThrownBy(() -> write(List.of(random(1, 2_000)))).isInstanceOf(IOException.class);
    }

    @Test
    void the_first_failure_is_told_and_the_files_before_it_go_even_when_deleting_fails_too() throws IOException {
        // Two that fill a file each: one row in every container of 65,536.
        long[] wide = LongStream.range(0, 1_750_000).map(i -> i << 16).toArray();
        List<String> deletes = new ArrayList<>();
        AtomicInteger puts = new AtomicInteger();
        var writer = new DeletionVectorWriter(
                before((method, file) -> {
                    if (method.equals("put") && puts.incrementAndGet() == 3) {
                        throw new IOException("injected: the store is full");
                    }
                    if (method.equals("delete")) {
                        deletes.add(file.name());
                        throw new IllegalStateException("injected: a defect");
                    }
                }),
                new DeletionVectors(storages),
                0);

        assertThatThrownBy(() -> writer.write(snapshot, List.of(wide, wide, new long[] {1})))
                .isInstanceOf(IOException.class);
        assertThat(deletes).hasSize(2).doesNotHaveDuplicates();
    }

    /// Happens before a method of the storage.
    @FunctionalInterface
    private interface Happening {
        void before(String method, Location file) throws IOException;
    }

    private Storages before(Happening happening) {
        return new Storages(StorageProperties.ofRoot(root.toString())) {
            @Override
            public Storage of(Location location) {
                return (Storage) Proxy.newProxyInstance(
                        Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (_, method, arguments) -> {
                            if (arguments[0] instanceof Location file) {
                                happening.before(method.getName(), file);
                            }
                            try {
                                return method.invoke(storages.of(location), arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
            }
        };
    }

    private DeletionVectorWriter.Written write(List<long[]> vectors) throws IOException {
        return new DeletionVectorWriter(storages, new DeletionVectors(storages), 512).write(snapshot, vectors);
    }

    private long[] readAnew(Action.DeletionVector vector) {
        return new DeletionVectors(storages).read(snapshot, vector);
    }

    private static long[] random(long seed, int count) {
        return new Random(seed).longs(count, 0, 10_000_000).sorted().distinct().toArray();
    }
}
