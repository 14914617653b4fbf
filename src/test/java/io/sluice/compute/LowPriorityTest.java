package io.sluice.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere a priority is the process's")
class LowPriorityTest {

    private static final int THREADS = 3;

    @TempDir
    Path directory;

    @Test
    void all_threads_that_write_files_again_are_nice_and_no_others() throws Exception {
        try (var duckDb =
                new DuckDb(new DuckDb.Settings(List.of(directory), directory.resolve("spill"), 1L << 30, THREADS, 4))) {
            run(duckDb, DuckDb.Purpose.MAINTENANCE);
            run(duckDb, DuckDb.Purpose.CHANGE);

            assertThat(nice("duckdb-maintena"))
                    .hasSizeGreaterThanOrEqualTo(THREADS)
                    .containsOnly(8);
            assertThat(nice("duckdb-change-1"))
                    .hasSizeGreaterThanOrEqualTo(THREADS)
                    .containsOnly(0);
        }
    }

    private static void run(DuckDb duckDb, DuckDb.Purpose purpose) throws Exception {
        duckDb.call(purpose, connection -> {
            try (var statement = connection.createStatement()) {
                return statement.execute("SELECT sum(hash(range)) FROM range(1000000)");
            }
        });
    }

    /// Of the process's threads with this name: 15 bytes of it, which those of a DuckDB have from the thread that
    /// opened it.
    private static List<Integer> nice(String name) throws IOException {
        var nice = new ArrayList<Integer>();
        try (var tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                String stat = Files.readString(task.resolve("stat"));
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                if (stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')')).equals(name)) {
                    nice.add(Integer.parseInt(fields[16]));
                }
            }
        }
        return nice;
    }
}
