package io.sluice.change;

import io.sluice.access.Access;
import io.sluice.api.Activity;
import io.sluice.api.Limits;
import io.sluice.api.Requires;
import io.sluice.api.Served;
import io.sluice.api.TableHeaders;
import io.sluice.compute.FilterLimits;
import io.sluice.table.Failure;
import io.sluice.table.Restriction;
import io.sluice.table.TableName;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// Rows that are deleted and updated where a condition is true.
@RestController
@RequestMapping("/v1/tables/{table}/rows")
class RowsChangeController {

    private final Access access;
    private final TableChanges changes;
    private final GivenValues values;
    private final SoftDelete softDelete;
    private final FilterLimits limits;

    RowsChangeController(
            Access access, TableChanges changes, GivenValues values, SoftDelete softDelete, Limits limits) {
        this.access = access;
        this.changes = changes;
        this.values = values;
        this.softDelete = softDelete;
        this.limits = new FilterLimits(limits.filterCharacters(), limits.filterNodes(), limits.filterDepth());
    }

    /// @param deleted rows that are gone, or are marked where the deletion is soft
    record DeleteAnswer(long version, long deleted, boolean replayed, Map<String, Long> metrics) {}

    record UpdateAnswer(long version, long updated, boolean replayed, Map<String, Long> metrics) {}

    /// @param where which rows
    /// @param set new values: each a value or `{"sql": "expression"}`
    record UpdateRows(@Nullable String where, @Nullable Map<String, JsonNode> set) {}

    /// Deletes the rows for which the condition is true.
    @Requires(Activity.DELETE)
    @DeleteMapping
    ResponseEntity<DeleteAnswer> delete(
            @PathVariable TableName table,
            @RequestParam(defaultValue = "") String where,
            @RequestParam(defaultValue = "false") String soft,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestHeader(name = "Sluice-Commit-Info", required = false) @Nullable String commitInfo,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
        ChangeHeaders headers = ChangeHeaders.of(key, commitInfo, ifMatch);
        if (where.isBlank()) {
            throw new Failure.BadParameter("where", "it is required; where=true stands for all rows").asException();
        }
        Restriction within = access.within(Activity.DELETE, table);
        ChangePlan plan = isSoft(soft) ? softDelete.plan(where, within) : new DeletePlan(where, within, limits);
        var changed = changes.change(table, headers, Fingerprints.of("DELETE", table, where, soft), plan);
        long deleted =
                isSoft(soft) ? changed.result().updated() : changed.result().deleted();
        return answer(
                changed,
                new DeleteAnswer(
                        changed.version(),
                        deleted,
                        changed.replayed(),
                        changed.result().metrics()));
    }

    private static boolean isSoft(String soft) {
        return switch (soft) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Failure.BadParameter("soft", "it is true or false").asException();
        };
    }

    /// Gives new values to the rows for which the condition is true.
    @Requires(Activity.UPDATE)
    @PatchMapping
    ResponseEntity<UpdateAnswer> update(
            @PathVariable TableName table,
            @RequestBody UpdateRows body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestHeader(name = "Sluice-Commit-Info", required = false) @Nullable String commitInfo,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
        ChangeHeaders headers = ChangeHeaders.of(key, commitInfo, ifMatch);
        String where = body.where();
        Map<String, JsonNode> set = body.set();
        if (where == null || where.isBlank()) {
            throw new Failure.MalformedBody("where is required; \"true\" stands for all rows").asException();
        }
        if (set == null || set.isEmpty()) {
            throw new Failure.MalformedBody("set is required, with at least one column").asException();
        }
        var plan = new UpdatePlan(where, set, values, access.within(Activity.UPDATE, table), limits);
        var changed = changes.change(table, headers, Fingerprints.of("PATCH", table, where, set), plan);
        return answer(
                changed,
                new UpdateAnswer(
                        changed.version(),
                        changed.result().updated(),
                        changed.replayed(),
                        changed.result().metrics()));
    }

    static <T> ResponseEntity<T> answer(TableChanges.Changed changed, T body) {
        Served.rows(changed.result().inserted()
                + changed.result().updated()
                + changed.result().deleted());
        HttpHeaders headers = TableHeaders.of(changed.version());
        if (changed.replayed()) {
            headers.set("Idempotency-Replayed", "true");
        }
        return ResponseEntity.ok().headers(headers).body(body);
    }
}
