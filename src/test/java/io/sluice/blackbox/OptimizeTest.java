package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Small files become large ones, and nothing else changes.
class OptimizeTest {

    private static final String VECTORS = ",\"properties\":{\"delta.enableDeletionVectors\":\"true\"}";

    private final RunningSluice sluice = RunningSluice.shared();

    private static JsonNode optimize(RunningSluice sluice, Table table, String body) {
        JsonNode ended = sluice.post(table.path() + "/optimize")
                .header("Prefer", "wait=60")
                .json(body)
                .send()
                .expect(200)
                .json();
        assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("succeeded");
        return ended.path("result");
    }

    private static long files(Table table) {
        return table.show().path("statistics").path("files").asLong();
    }

    @Test
    void small_files_become_one_in_one_commit_that_changes_no_data() {
        Table table = Table.of(sluice, "id long", "name string");
        for (int i = 0; i < 8; i++) {
            table.append("[{\"id\":" + i + ",\"name\":\"n" + i + "\"}]");
        }
        List<String> before = table.content();
        JsonNode result = optimize(sluice, table, "{}");
        assertThat(result.path("numFilesAdded").asInt()).isEqualTo(1);
        assertThat(result.path("numFilesRemoved").asInt()).isEqualTo(8);
        assertThat(result.path("version").asLong()).isEqualTo(9);
        assertThat(table.content()).isEqualTo(before);
        assertThat(files(table)).isEqualTo(1);
        JsonNode commit = table.get("/history/9").send().expect(200).json();
        assertThat(commit.path("operation").asString()).isEqualTo("OPTIMIZE");
        assertThat(commit.path("operationMetrics").path("numRemovedFiles").asString())
                .isEqualTo("8");
        assertThat(commit.path("addedFiles").get(0).path("dataChange").asBoolean(true))
                .isFalse();
        assertThat(commit.path("rowsAdded").asInt(-1)).isZero();
        // Nothing is left to do.
        assertThat(optimize(sluice, table, "").path("numFilesRemoved").asInt()).isZero();
        assertThat(table.version()).isEqualTo(9);
    }

    @Test
    void partitions_stay_apart_and_can_be_chosen() {
        Table table = Table.with(sluice, ",\"partitionBy\":[\"p\"]", "id long", "p string");
        for (int i = 0; i < 4; i++) {
            table.append("[{\"id\":" + i + ",\"p\":\"a b\"},{\"id\":" + -i + ",\"p\":\"c\"},{\"id\":9,\"p\":null}]");
        }
        List<String> before = table.content();
        String[] conditions = {"p LIKE 'a_b' AND length(p) = 3", "p = 'c'", "coalesce(p, 'none') = 'none'"};
        for (int i = 0; i < conditions.length; i++) {
            JsonNode result = optimize(sluice, table, "{\"where\":\"" + conditions[i] + "\"}");
            assertThat(result.path("partitionsOptimized").asInt())
                    .as(conditions[i])
                    .isEqualTo(1);
            assertThat(files(table)).isEqualTo(9 - 3 * i);
        }
        assertThat(table.content()).isEqualTo(before);
        assertThat(table.rows()
                        .query("partition", "p=a b")
                        .accept("application/x-ndjson")
                        .send()
                        .expect(200)
                        .lines())
                .hasSize(4);
    }

    @Test
    void deleted_rows_are_purged() {
        Table table = Table.with(sluice, VECTORS, "id long");
        table.append("[{\"id\":1},{\"id\":2},{\"id\":3}]");
        sluice.delete(table.path() + "/rows").query("where", "id = 2").send().expect(200);
        assertThat(table.show().path("statistics").path("deletedRows").asInt()).isEqualTo(1);
        JsonNode result = optimize(sluice, table, "{}");
        assertThat(result.path("numDeletionVectorsRemoved").asInt()).isEqualTo(1);
        assertThat(table.show().path("statistics").path("deletedRows").asInt(-1))
                .isZero();
        assertThat(table.content()).containsExactly("{\"id\":1}", "{\"id\":3}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "id"})
    void columns_that_are_mapped_and_rows_that_are_tracked_stay_what_they_are(String mode) {
        Table table = Table.with(
                sluice,
                ",\"properties\":{\"delta.enableRowTracking\":\"true\",\"delta.columnMapping.mode\":\"" + mode + "\"}",
                "id long",
                "s struct<a:integer,b:string>");
        for (int i = 0; i < 3; i++) {
            table.append("[{\"id\":" + i + ",\"s\":{\"a\":" + i + ",\"b\":\"x\"}}]");
        }
        List<String> before = table.content();
        optimize(sluice, table, "{}");
        assertThat(files(table)).isEqualTo(1);
        assertThat(table.content()).isEqualTo(before);
    }

    @Test
    void a_z_order_lets_filters_on_each_of_its_columns_skip_files() {
        Table table = Table.of(sluice, "x long", "y string", "pad string");
        var rows = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            int x = (int) (i * 7919L % 200_000);
            rows.append("{\"x\":")
                    .append(i % 1000 == 0 ? "null" : x)
                    .append(",\"y\":\"")
                    .append(String.format("%06d", i * 104_729L % 200_000))
                    .append("\",\"pad\":\"")
                    .append(Integer.toHexString(i * 0x9E3779B1))
                    .append(i)
                    .append("\"}\n");
        }
        table.post().ndjson(rows.toString()).send().expect(200);
        long sum = sum(table);
        JsonNode result = optimize(sluice, table, "{\"zOrderBy\":[\"x\",\"y\"],\"targetFileBytes\":16384}");
        int files = result.path("numFilesAdded").asInt();
        assertThat(files).isGreaterThan(5);
        assertThat(table.count()).isEqualTo(200_000);
        assertThat(sum(table)).isEqualTo(sum);
        assertThat(mayHold(table, "x", 1_000, 2_000)).isLessThanOrEqualTo(files * 6 / 10);
        assertThat(mayHold(table, "y", 1_000, 2_000)).isLessThanOrEqualTo(files * 6 / 10);
        assertThat(table.get("/history/2")
                        .send()
                        .expect(200)
                        .json()
                        .path("operationParameters")
                        .path("zOrderBy")
                        .asString())
                .isEqualTo("[\"x\",\"y\"]");
    }

    @Test
    void a_z_order_takes_every_type_that_has_an_order_and_nulls() {
        String[] columns = {
            "a boolean",
            "b byte",
            "c short",
            "d integer",
            "e long",
            "f float",
            "g double",
            "h decimal(38,10)",
            "i string",
            "j binary",
            "k date",
            "l timestamp",
            "m timestamp_ntz",
            "s struct<x:integer>"
        };
        Table table = Table.of(sluice, columns);
        for (int i = 0; i < 3; i++) {
            table.append(
                    "[{},{\"a\":true,\"b\":1,\"c\":2,\"d\":3,\"e\":4,\"f\":1.5,\"g\":\"NaN\",\"h\":\"1.5\",\"i\":\"it's "
                            + i + "\",\"j\":\"AAEC\",\"k\":\"2026-01-0" + (i + 1)
                            + "\",\"l\":\"2026-01-01T00:00:00Z\",\"m\":\"2026-01-01T00:00:00\",\"s\":{\"x\":" + i
                            + "}},{\"f\":\"-Infinity\",\"g\":-1,\"i\":\"" + "é".repeat(300 + i) + "\",\"s\":null}]");
        }
        List<String> before = table.content();
        for (String column : columns) {
            String name = column.startsWith("s") ? "`s`.x" : column.substring(0, 1);
            String other = name.equals("d") ? "`e`" : "d";
            JsonNode result = optimize(sluice, table, "{\"zOrderBy\":[\"" + name + "\",\"" + other + "\"]}");
            assertThat(result.path("numFilesAdded").asInt()).as(name).isEqualTo(1);
            optimize(sluice, table, "{\"zOrderBy\":[\"" + name + "\"]}");
        }
        assertThat(table.content()).isEqualTo(before);
    }

    /// Of all values, whatever their order.
    private static long sum(Table table) {
        return table.rows()
                .accept("text/csv")
                .send()
                .expect(200)
                .text()
                .lines()
                .mapToLong(String::hashCode)
                .sum();
    }

    /// How many live files may hold a value in the range, by the statistics of the log.
    private static long mayHold(Table table, String column, long from, long to) {
        return LogStatistics.liveFiles(table.directory()).stream()
                .filter(stats -> {
                    long min = stats.path("minValues").path(column).asLong(Long.MIN_VALUE);
                    long max = stats.path("maxValues").path(column).asLong(Long.MAX_VALUE);
                    return min <= to && max >= from;
                })
                .count();
    }

    @Test
    void what_cannot_be_asked_for_is_refused_before_it_begins() {
        Table table = Table.with(sluice, ",\"partitionBy\":[\"p\"]", "id long", "p string", "m map<string,string>");
        for (String body : new String[] {
            "{\"zOrderBy\":[\"m\"]}",
            "{\"zOrderBy\":[\"p\"]}",
            "{\"zOrderBy\":[\"nope\"]}",
            "{\"zOrderBy\":[\"id\",\"id\"]}",
            "{\"targetFileBytes\":5}"
        }) {
            sluice.post(table.path() + "/optimize").json(body).send().expectProblem(400, "bad-parameter");
        }
        sluice.post(table.path() + "/optimize")
                .json("{\"where\":\"id = 1\"}")
                .send()
                .expectProblem(400, "bad-filter");
        sluice.post(table.path() + "/optimize").json("{\"wher\":\"\"}").send().expectProblem(400, "malformed-body");
        sluice.post("/v1/tables/scenario.none/optimize").send().expectProblem(404, "table-not-found");
    }

    @Test
    void appends_and_deletes_go_on_beside_it_and_nothing_is_lost_or_doubled() throws Exception {
        Table table = Table.with(sluice, VECTORS, "id long");
        for (int i = 0; i < 10; i++) {
            table.append("[{\"id\":" + i + "}]");
        }
        var stop = new AtomicBoolean();
        var appended = new ArrayList<Integer>();
        Thread writer = Thread.ofVirtual().start(() -> {
            for (int i = 10; i < 60; i++) {
                table.append("[{\"id\":" + i + "}]");
                appended.add(i);
                if (i % 5 == 0) {
                    sluice.delete(table.path() + "/rows")
                            .query("where", "id = " + (i - 5))
                            .send()
                            .expect(200);
                }
            }
            stop.set(true);
        });
        while (!stop.get()) {
            optimize(sluice, table, "{}");
        }
        writer.join();
        optimize(sluice, table, "{}");
        var expected = new ArrayList<String>();
        for (int i = 0; i < 60; i++) {
            if (i % 5 != 0 || i < 5 || i == 55) {
                expected.add("{\"id\":" + i + "}");
            }
        }
        assertThat(table.content()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(appended).hasSize(50);
        assertThat(files(table)).isEqualTo(1);
    }
}
