package io.sluice.api.request;

import io.sluice.api.Served;
import io.sluice.api.TableMetrics;
import io.sluice.table.FailureException;
import io.sluice.table.TableName;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.servlet.HandlerMapping;

/// Counts the requests of a table in its metrics. One that names no table, or none that is there, counts nowhere.
final class TableRequests {

    private static final String TABLE = "/v1/tables/{table}";
    private static final Map<String, String> OPERATIONS = Map.ofEntries(
            Map.entry("POST /rows", "append"),
            Map.entry("GET /rows", "read"),
            Map.entry("GET /count", "count"),
            Map.entry("DELETE /rows", "delete"),
            Map.entry("PATCH /rows", "update"),
            Map.entry("POST /upsert", "upsert"),
            Map.entry("POST /merge", "merge"),
            Map.entry("GET /changes", "changes"),
            Map.entry("GET /history", "history"),
            Map.entry("GET ", "show"),
            Map.entry("PATCH ", "alter"),
            Map.entry("POST /transactions/{id}/rows", "stage"),
            Map.entry("POST /transactions/{id}/commit", "commit"));

    private final TableMetrics metrics;

    TableRequests(TableMetrics metrics) {
        this.metrics = metrics;
    }

    void served(HttpServletRequest request, int status, long nanos) {
        if (status == HttpServletResponse.SC_NOT_FOUND
                || status == HttpServletResponse.SC_FORBIDDEN
                || status == HttpServletResponse.SC_UNAUTHORIZED
                || !(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) instanceof String pattern)
                || !pattern.startsWith(TABLE)) {
            return;
        }
        String operation = OPERATIONS.get(request.getMethod() + " " + pattern.substring(TABLE.length()));
        if (operation != null) {
            long body = Math.max(0, request.getContentLengthLong());
            long bytes = body > 0 ? body : Served.bytesOf(request);
            table(request)
                    .ifPresent(table -> metrics.record(
                            table, operation, status >= 400 ? 1 : 0, nanos, Served.rowsOf(request), bytes));
        }
    }

    private static Optional<TableName> table(HttpServletRequest request) {
        try {
            return request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables
                            && variables.get("table") instanceof String name
                    ? Optional.of(TableName.parse(name))
                    : Optional.empty();
        } catch (FailureException noName) {
            return Optional.empty();
        }
    }
}
