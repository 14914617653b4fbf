package io.sluice.history;

import io.sluice.api.Activity;
import io.sluice.api.Requires;
import io.sluice.api.TableHeaders;
import io.sluice.api.TableMetrics;
import io.sluice.catalog.Catalog;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.AsOf;
import io.sluice.table.TableName;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// `GET /v1/tables/{table}/metrics`.
@RestController
class MetricsController {

    private final Catalog catalog;
    private final TableMetrics metrics;

    MetricsController(Catalog catalog, TableMetrics metrics) {
        this.catalog = catalog;
        this.metrics = metrics;
    }

    /// @param operations by their names
    record TableMetricsView(String table, Map<String, TableMetrics.Work> operations) {}

    /// What this replica did for the table since it started.
    @Requires(Activity.METRICS)
    @GetMapping("/v1/tables/{table}/metrics")
    ResponseEntity<TableMetricsView> metrics(@PathVariable TableName table) {
        TableSnapshot latest = catalog.snapshot(table, AsOf.latest());
        return ResponseEntity.ok()
                .headers(TableHeaders.of(latest.version()))
                .body(new TableMetricsView(table.toString(), metrics.of(table)));
    }
}
