package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeletionVectorsTest {

    private static final long[] ROWS = {0, 1, 5, 70_000, 5_000_000_000L};

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
    void a_vector_in_a_file_of_the_table_is_read_by_its_uuid() throws IOException {
        UUID id = UUID.fromString("d2c639aa-8816-431a-aaf6-d3fe2512ff61");
        byte[] vector = VectorBytes.portable(ROWS);
        Path file = snapshot.location().toPath().resolve("ab").resolve("deletion_vector_" + id + ".bin");
        Files.createDirectories(file.getParent());
        Files.write(file, VectorBytes.file(vector));

        assertThat(read("u", "ab^-aqEH.-t@S}K{vb[*k^", vector.length)).containsExactly(ROWS);
    }

    @Test
    void a_vector_by_absolute_path_is_read_below_allowed_places_only() throws IOException {
        byte[] vector = VectorBytes.portable(ROWS);
        Path file = root.resolve("a b.bin");
        Files.write(file, VectorBytes.file(vector));

        assertThat(read("p", Location.of(file).toString(), vector.length)).containsExactly(ROWS);
        assertThat(failure("p", "file:///etc/hostname", vector.length)).isInstanceOf(Failure.TableCorrupt.class);
        assertThat(failure("p", "http://169.254.169.254/x", vector.length)).isInstanceOf(Failure.TableCorrupt.class);
    }

    @Test
    void a_vector_whose_bytes_are_damaged_is_corrupt_and_one_that_is_gone_is_missing() throws IOException {
        byte[] vector = VectorBytes.portable(ROWS);
        Path path = root.resolve("v.bin");
        String uri = Location.of(path).toString();

        assertThat(failure("p", uri, vector.length)).isInstanceOf(Failure.FilesMissing.class);
        byte[] content = VectorBytes.file(vector);
        for (int i = 1; i < content.length; i++) {
            content[i] ^= 1;
            Files.write(path, content);
            content[i] ^= 1;
            assertThat(failure("p", uri, vector.length)).as("byte %d", i).isInstanceOf(Failure.TableCorrupt.class);
        }
        assertThat(failure("p", uri, vector.length + 1)).isInstanceOf(Failure.TableCorrupt.class);
        assertThat(failure("x", uri, vector.length)).isInstanceOf(Failure.TableCorrupt.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dv-update",
                "dv-merge-partitioned",
                "tw-dv-cm",
                "golden-dv-with-columnmapping",
                "dv-checkpointed-reorg"
            })
    void vectors_of_real_tables_remove_as_many_rows_as_the_log_says(String name) {
        assumeTrue(PackTables.isThere(), "the conformance pack is not there");
        TableSnapshot real = new Snapshots(storages).latest(PackTables.copy(name, root));
        DeletionVectors vectors = new DeletionVectors(storages);

        for (DataFile file : real.files()) {
            file.add()
                    .deletionVector()
                    .ifPresent(vector -> assertThat(vectors.read(real, vector))
                            .hasSize((int) vector.cardinality())
                            .isSorted());
        }
    }

    @Test
    void a_wrong_checksum_of_a_real_table_is_corrupt() {
        assumeTrue(PackTables.isThere(), "the conformance pack is not there");
        TableSnapshot real = new Snapshots(storages).latest(PackTables.copy("broken-dv-checksum", root));
        DeletionVectors vectors = new DeletionVectors(storages);

        Throwable thrown = catchThrowable(() -> real.files().stream()
                .flatMap(file -> file.add().deletionVector().stream())
                .forEach(vector -> vectors.read(real, vector)));

        assertThat(((FailureException) thrown).failure()).isInstanceOf(Failure.TableCorrupt.class);
    }

    private long[] read(String type, String path, int size) {
        return new DeletionVectors(storages)
                .read(snapshot, new Action.DeletionVector(type, path, OptionalLong.of(1), size, ROWS.length));
    }

    private Failure failure(String type, String path, int size) {
        Throwable thrown = catchThrowable(() -> read(type, path, size));
        assertThat(thrown).isInstanceOf(FailureException.class);
        return ((FailureException) thrown).failure();
    }
}
