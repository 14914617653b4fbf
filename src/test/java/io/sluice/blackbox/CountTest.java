package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Counts that the log tells open no data file.
class CountTest {

    private final RunningSluice sluice = RunningSluice.shared();

    /// Three rows of p=a, two of p=b, one of null; and a row of p=a that is deleted.
    private Table partitioned(String properties) {
        Table table = Table.with(
                sluice,
                ",\"partitionBy\":[\"p\"],\"properties\":{" + properties + "}",
                "id long",
                "p string",
                "gone timestamp");
        table.append("[{\"id\":1,\"p\":\"a\"},{\"id\":2,\"p\":\"a\"},{\"id\":3,\"p\":\"a\"},{\"id\":4,\"p\":\"a\"}]");
        table.append("[{\"id\":5,\"p\":\"b\"},{\"id\":6,\"p\":\"b\"},{\"id\":7}]");
        return table;
    }

    private static void removeDataFiles(Table table) throws IOException {
        try (var files = Files.walk(table.directory())) {
            for (Path file : files.filter(file -> file.toString().endsWith(".parquet"))
                    .filter(file -> !file.toString().contains("_delta_log"))
                    .toList()) {
                Files.delete(file);
            }
        }
    }

    private static Call count(Table table, String where) {
        Call call = table.get("/count");
        return where.isEmpty() ? call : call.query("where", where);
    }

    private static long counted(Table table, String where) {
        return count(table, where).send().expect(200).json().path("count").asLong();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                       | 6",
                "p = 'a'                  | 3",
                "p <> 'a'                 | 2",
                "NOT (p = 'a')            | 2",
                "p IN ('b', 'c')          | 2",
                "p NOT IN ('b', 'c')      | 3",
                "p NOT IN ('b', NULL)     | 0",
                "p IS NULL OR p > 'a'     | 3",
                "p <=> NULL               | 1",
                "p = NULL OR p = 'b'      | 2",
                "p = 'zzz'                | 0"
            })
    void of_all_rows_or_of_partitions_come_from_the_log(String where, long expected) throws IOException {
        Table table = partitioned("\"delta.enableDeletionVectors\":\"true\"");
        sluice.delete(table.path() + "/rows").query("where", "id = 4").send().expect(200);
        assertThat(table.rows()
                        .query("where", where.isEmpty() ? "true" : where)
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .size())
                .isEqualTo(expected);
        removeDataFiles(table);

        assertThat(counted(table, where)).isEqualTo(expected);
        count(table, "id > 0").send().expectProblem(409, "files-missing");
    }

    @Test
    void files_that_hold_softly_deleted_rows_among_others_are_read_and_no_others() throws IOException {
        Table table = partitioned("\"sluice.softDeleteColumn\":\"gone\"");
        table.append("[{\"id\":8,\"p\":\"b\"},{\"id\":9,\"p\":\"b\",\"gone\":\"2026-11-20T08:00:00Z\"}]");
        assertThat(counted(table, "")).isEqualTo(8);
        assertThat(counted(table, "p = 'b'")).isEqualTo(3);
        removeDataFiles(table);

        assertThat(counted(table, "p = 'a'")).isEqualTo(4);
        count(table, "").send().expectProblem(409, "files-missing");
    }
}
