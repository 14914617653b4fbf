package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `partition=` tells of rows that a grant leaves out.
class AccessPartitionsTest {

    @TempDir
    private Path directory;

    @Test
    void a_partition_of_hidden_rows_is_answered_as_one_without_files() {
        var keys = new Keys()
                .key("admin", "tables: ['*'], actions: [admin]")
                .key("part", "tables: ['*'], actions: [read], where: \"tenant = 'm'\"")
                .key("columns", "tables: ['*'], actions: [read], columns: [day, tenant]");
        try (var sluice =
                RunningSluice.start(directory.resolve("tables"), keys.settings(directory.resolve("access.yaml")))) {
            String admin = keys.bearer("admin");
            sluice.post("/v1/tables")
                    .header("Authorization", admin)
                    .json("""
                            {"name": "a.b", "partitionBy": ["day"], "columns": [{"name": "day", "type": "date"},
                              {"name": "tenant", "type": "string"}, {"name": "n", "type": "long"}]}
                            """)
                    .send()
                    .expect(201);
            // By their statistics the file of the second day may have a row of m, that of the third has none.
            sluice.post("/v1/tables/a.b/rows")
                    .header("Authorization", admin)
                    .json("""
                            [{"day": "2026-01-01", "tenant": "m"},
                             {"day": "2026-01-02", "tenant": "a"}, {"day": "2026-01-02", "tenant": "z"},
                             {"day": "2026-01-03", "tenant": "z"}]
                            """)
                    .send()
                    .expect(200);

            assertThat(rows(sluice, keys.bearer("part"), "2026-01-01")).isEqualTo(1);
            for (String day : new String[] {"2026-01-02", "2026-01-03", "2026-01-04"}) {
                assertThat(rows(sluice, keys.bearer("part"), day)).as(day).isZero();
            }
            assertThat(rows(sluice, keys.bearer("columns"), "2026-01-03")).isEqualTo(1);
            partition(sluice, keys.bearer("columns"), "rows", "2026-01-04")
                    .send()
                    .expectProblem(404, "partition-not-found");
        }
    }

    /// The same by both resources.
    private static long rows(RunningSluice sluice, String caller, String day) {
        int rows = partition(sluice, caller, "rows", day)
                .send()
                .expect(200)
                .json()
                .path("rows")
                .size();
        assertThat(partition(sluice, caller, "count", day)
                        .send()
                        .expect(200)
                        .json()
                        .path("count")
                        .asLong())
                .isEqualTo(rows);
        return rows;
    }

    private static Call partition(RunningSluice sluice, String caller, String resource, String day) {
        return sluice.get("/v1/tables/a.b/" + resource)
                .header("Authorization", caller)
                .query("partition", "day=" + day);
    }
}
