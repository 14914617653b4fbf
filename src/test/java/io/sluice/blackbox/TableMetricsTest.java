package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What this replica did for a table.
class TableMetricsTest {

    private final RunningSluice sluice = RunningSluice.shared();

    @Test
    void operations_are_counted_with_their_rows_bytes_failures_and_times() {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":1},{\"id\":2},{\"id\":3}]");
        table.append("[{\"id\":4}]");
        table.post().json("[{\"id\":\"x\"}]").send().expectProblem(422, "bad-rows");
        assertThat(table.content()).hasSize(4);
        sluice.delete(table.path() + "/rows").query("where", "id < 3").send().expect(200);
        sluice.post(table.path() + "/optimize")
                .header("Prefer", "wait=60")
                .json("{}")
                .send()
                .expect(200);

        JsonNode metrics = table.get("/metrics").send().expect(200).json();
        assertThat(metrics.path("table").asString()).isEqualTo(table.name());
        JsonNode operations = metrics.path("operations");
        JsonNode append = operations.path("append");
        assertThat(append.path("count").asInt()).isEqualTo(3);
        assertThat(append.path("failures").asInt()).isEqualTo(1);
        assertThat(append.path("rows").asInt()).isEqualTo(4);
        assertThat(append.path("bytes").asInt()).isEqualTo(28 + 10 + 12);
        JsonNode latency = append.path("latencyMillis");
        assertThat(latency.path("p50").asDouble()).isPositive();
        assertThat(latency.path("p99").asDouble())
                .isGreaterThanOrEqualTo(latency.path("p90").asDouble());
        assertThat(operations.path("read").path("rows").asInt()).isEqualTo(4);
        assertThat(operations.path("read").path("bytes").asInt()).isEqualTo(4 * 9);
        assertThat(operations.path("delete").path("rows").asInt()).isEqualTo(2);
        assertThat(operations.path("optimize").path("count").asInt()).isEqualTo(1);
        sluice.get("/v1/tables/none.such/metrics").send().expectProblem(404, "table-not-found");
    }
}
