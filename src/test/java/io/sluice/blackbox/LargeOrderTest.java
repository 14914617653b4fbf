package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Rows that are put in order piece by piece, since one sort of all of them may not fit.
class LargeOrderTest {

    private static final int ROWS = 3_000_000;
    private static final Map<String, String> LITTLE = Map.of("sluice.rewrite-memory", "48MB");

    @Test
    void the_pieces_follow_each_other_and_hold_every_row_once(@TempDir Path root) throws Exception {
        try (RunningSluice sluice = RunningSluice.start(root, LITTLE)) {
            Table table = Table.of(sluice, "a long", "b long", "pad string");
            table.post()
                    .body(
                            "application/vnd.apache.parquet",
                            Bodies.parquet("SELECT CASE WHEN range % 100 <> 0 THEN range * 1000003 % " + ROWS
                                    + " END AS a, range * 7919 % " + ROWS
                                    + " AS b, format('{:064d}', range) AS pad FROM range(" + ROWS + ")"))
                    .send()
                    .expect(200);
            long sum = sum(table);

            optimize(sluice, table, "{\"zOrderBy\":[\"a\",\"b\"],\"targetFileBytes\":1048576}");
            assertThat(sum(table)).isEqualTo(sum);
            long files = LogStatistics.liveFiles(table.directory()).size();
            assertThat(mayHold(table, "a")).isLessThanOrEqualTo(files * 6 / 10);
            assertThat(mayHold(table, "b")).isLessThanOrEqualTo(files * 6 / 10);

            optimize(sluice, table, "{\"zOrderBy\":[\"a\"],\"targetFileBytes\":1048576}");
            assertThat(sum(table)).isEqualTo(sum);
            assertThat(overlaps(table)).isZero();
        }
    }

    private static void optimize(RunningSluice sluice, Table table, String body) {
        JsonNode ended = sluice.post(table.path() + "/optimize")
                .header("Prefer", "wait=60")
                .json(body)
                .send()
                .expect(200)
                .json();
        assertThat(ended.path("state").asString()).as("%s", ended).isEqualTo("succeeded");
    }

    /// Of all rows, whatever their order.
    private static long sum(Table table) {
        return table.rows()
                .query("select", "a,b")
                .accept("text/csv")
                .send()
                .expect(200)
                .text()
                .lines()
                .mapToLong(String::hashCode)
                .sum();
    }

    /// How many live files may hold a value in a range of a hundredth of them.
    private static long mayHold(Table table, String column) {
        long from = ROWS / 200;
        return LogStatistics.liveFiles(table.directory()).stream()
                .filter(stats -> stats.path("minValues").path(column).asLong() <= from + ROWS / 100
                        && stats.path("maxValues").path(column).asLong() >= from)
                .count();
    }

    /// How many live files begin before another one ends.
    private static long overlaps(Table table) {
        List<JsonNode> files = new ArrayList<>(LogStatistics.liveFiles(table.directory()));
        files.sort(Comparator.comparingLong(
                stats -> stats.path("minValues").path("a").asLong()));
        long overlaps = 0;
        for (int i = 1; i < files.size(); i++) {
            long end = files.get(i - 1).path("maxValues").path("a").asLong();
            overlaps += files.get(i).path("minValues").path("a").asLong() < end ? 1 : 0;
        }
        return overlaps;
    }
}
