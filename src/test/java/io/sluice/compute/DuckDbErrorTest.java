package io.sluice.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.table.Failure;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.apache.arrow.memory.OutOfMemoryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuckDbErrorTest {

    @TempDir
    Path directory;

    @Test
    void more_than_memory_and_spill_hold_is_told_from_other_errors() {
        var settings = new DuckDb.Settings(
                List.of(directory), directory.resolve("spill"), 1L << 20, 32L << 20, 32L << 20, 2, 2, 16);
        try (var duckDb = new DuckDb(settings)) {
            var memory = error(duckDb, "CREATE TEMP TABLE t AS SELECT range, uuid() FROM range(10000000)");
            var value = error(duckDb, "CREATE TEMP TABLE t AS SELECT CAST('x' || range AS INTEGER) FROM range(3)");

            assertThat(DuckDbError.outOfMemory(memory))
                    .hasValueSatisfying(e -> assertThat(e.failure())
                            .isInstanceOfSatisfying(Failure.Overloaded.class, failure -> {
                                assertThat(failure.limit()).isEqualTo("sluice.memory");
                            }));
            assertThat(DuckDbError.outOfMemory(value)).isEmpty();
        }
        assertThat(DuckDbError.outOfMemory(new OutOfMemoryException("Arrow's"))).isPresent();
        assertThat(DuckDbError.outOfMemory(new SQLException("{ no JSON"))).isEmpty();
    }

    private static SQLException error(DuckDb duckDb, String sql) {
        return catchThrowableOfType(
                SQLException.class,
                () -> duckDb.call(DuckDb.Purpose.CHANGE, connection -> {
                    try (var statement = connection.createStatement()) {
                        return statement.execute(sql);
                    }
                }));
    }
}
