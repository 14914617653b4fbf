package io.sluice.change;

import io.sluice.access.Access;
import io.sluice.api.Activity;
import io.sluice.api.Limits;
import io.sluice.api.Requires;
import io.sluice.batch.UnknownColumns;
import io.sluice.catalog.SchemaEvolution;
import io.sluice.compute.FilterLimits;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Rows of a source merged into a table.
@RestController
class MergeController {

    private final Access access;
    private final TableChanges changes;
    private final MergeSources sources;
    private final GivenValues values;
    private final SchemaEvolution evolution;
    private final FilterLimits limits;

    MergeController(
            Access access,
            TableChanges changes,
            MergeSources sources,
            GivenValues values,
            SchemaEvolution evolution,
            Limits limits) {
        this.access = access;
        this.changes = changes;
        this.sources = sources;
        this.values = values;
        this.evolution = evolution;
        this.limits = new FilterLimits(limits.filterCharacters(), limits.filterNodes(), limits.filterDepth());
    }

    record MergeAnswer(
            long version, long inserted, long updated, long deleted, boolean replayed, Map<String, Long> metrics) {}

    /// Updates, deletes and inserts rows by a condition that joins the table (`target`) with a source (`source`).
    @Requires(Activity.MERGE)
    @PostMapping("/v1/tables/{table}/merge")
    ResponseEntity<MergeAnswer> merge(
            @PathVariable TableName table,
            @RequestParam(defaultValue = "false") String mergeSchema,
            @RequestBody MergeRows body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestHeader(name = "Sluice-Commit-Info", required = false) @Nullable String commitInfo,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
        ChangeHeaders headers = ChangeHeaders.of(key, commitInfo, ifMatch);
        MergeRows.Source source = body.source();
        if (source == null) {
            throw new Failure.MalformedBody("source is required").asException();
        }
        body.check();
        UnknownColumns unknown = UnknownColumns.ofMergeSchema(mergeSchema);
        if (unknown == UnknownColumns.ADDED) {
            access.require(Activity.ALTER, table);
        }
        var plan = new MergePlan(
                body,
                sources.of(source),
                values,
                limits,
                unknown == UnknownColumns.ADDED ? Optional.of(evolution) : Optional.empty());
        String kind = unknown == UnknownColumns.ADDED ? "merge mergeSchema" : "merge";
        var changed = changes.change(table, headers, Fingerprints.of(kind, table, body), plan);
        ChangeResult result = changed.result();
        return RowsChangeController.answer(
                changed,
                new MergeAnswer(
                        changed.version(),
                        result.inserted(),
                        result.updated(),
                        result.deleted(),
                        changed.replayed(),
                        result.metrics()));
    }
}
