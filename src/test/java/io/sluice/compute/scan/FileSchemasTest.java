package io.sluice.compute.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.compute.Filter;
import io.sluice.compute.FilterLimits;
import io.sluice.table.Column;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Schema;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileSchemasTest {

    private static final long MIB = 1 << 20;
    private static final Schema SCHEMA =
            new Schema(List.of(new Column("id", Primitive.LONG), new Column("name", Primitive.STRING)));

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id = 7",
                "id IN (7, 8)",
                "id = 7 AND name LIKE '%x%'",
                "id > 7 AND name = 'x'",
                "id = 7 OR name = 'x'",
                "id <=> 7"
            })
    void rows_of_a_given_value_are_a_look_up_in_large_files_too(String where) throws IOException {
        assertThat(isLookUp(where, 128 * MIB)).isTrue();
        assertThat(isLookUp(where, 128 * MIB + 1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"id > 7", "id = 7 OR name > 'x'", "name LIKE '%x%'", "NOT id = 7", "id IS NULL"})
    void rows_of_many_values_are_a_look_up_in_small_files_only(String where) throws IOException {
        assertThat(isLookUp(where, 16 * MIB)).isTrue();
        assertThat(isLookUp(where, 16 * MIB + 1)).isFalse();
    }

    @Test
    void a_scan_of_many_files_is_no_look_up() throws IOException {
        Path file = sparse(MIB);

        assertThat(FileSchemas.isLookUp(List.of(file, file, file, file), List.of()))
                .isTrue();
        assertThat(FileSchemas.isLookUp(
                        IntStream.range(0, 5).mapToObj(_ -> file).toList(), List.of()))
                .isFalse();
    }

    private boolean isLookUp(String where, long bytes) throws IOException {
        Filter filter = Filter.parse(where, SCHEMA, new FilterLimits(1000, 100, 10));
        return FileSchemas.isLookUp(List.of(sparse(bytes)), List.of(filter));
    }

    private Path sparse(long bytes) throws IOException {
        Path path = directory.resolve(bytes + ".parquet");
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(bytes);
        }
        return path;
    }
}
