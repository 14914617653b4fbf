package io.sluice.maintenance;

import io.sluice.api.Activity;
import io.sluice.api.Limits;
import io.sluice.api.Preconditions;
import io.sluice.api.Requires;
import io.sluice.catalog.Catalog;
import io.sluice.compute.FilterLimits;
import io.sluice.delta.Features;
import io.sluice.delta.TableSnapshot;
import io.sluice.maintenance.optimize.OptimizePlan;
import io.sluice.maintenance.repair.Repair;
import io.sluice.maintenance.restore.Restore;
import io.sluice.maintenance.vacuum.Vacuum;
import io.sluice.maintenance.vacuum.VacuumPlan;
import io.sluice.operation.Operation;
import io.sluice.operation.OperationAnswers;
import io.sluice.operation.Operations;
import io.sluice.operation.Sharing;
import io.sluice.operation.Trigger;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/// `POST /v1/tables/{table}/{kind}`: begins an operation on a table.
@RestController
class MaintenanceController {

    private static final String PREFER = "Prefer";

    private final Catalog catalog;
    private final TableOperations begin;
    private final Operations operations;
    private final OperationAnswers answers;
    private final Restore restore;
    private final Vacuum vacuum;
    private final Repair repair;
    private final FilterLimits filterLimits;

    MaintenanceController(
            Catalog catalog,
            TableOperations begin,
            Operations operations,
            OperationAnswers answers,
            Restore restore,
            Vacuum vacuum,
            Repair repair,
            Limits limits) {
        this.catalog = catalog;
        this.begin = begin;
        this.operations = operations;
        this.answers = answers;
        this.restore = restore;
        this.vacuum = vacuum;
        this.repair = repair;
        this.filterLimits = new FilterLimits(limits.filterCharacters(), limits.filterNodes(), limits.filterDepth());
    }

    /// @param where a condition on partition columns
    /// @param zOrderBy columns
    /// @param targetFileBytes of a file; the table's own target where it is absent
    record OptimizeRequest(
            @Nullable String where,
            @Nullable List<String> zOrderBy,
            @Nullable Long targetFileBytes) {}

    /// Writes small files, and files with deleted rows, again as few large ones.
    @Requires(Activity.OPTIMIZE)
    @PostMapping("/v1/tables/{table}/optimize")
    ResponseEntity<Operation> optimize(
            @PathVariable TableName table,
            @RequestBody(required = false) @Nullable OptimizeRequest body,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = PREFER, required = false) @Nullable String prefer) {
        TableSnapshot latest = latest(table, ifMatch);
        Features.requireAppendable(latest);
        OptimizeRequest asked = body == null ? new OptimizeRequest(null, null, null) : body;
        OptimizePlan plan = OptimizePlan.of(
                latest,
                asked.where() == null ? "" : asked.where(),
                asked.zOrderBy() == null ? List.of() : asked.zOrderBy(),
                asked.targetFileBytes(),
                filterLimits);
        return answers.begun(begin.optimize(Trigger.REQUEST, table, latest.location(), plan), prefer, latest.version());
    }

    /// @param version to go back to
    /// @param timestamp ISO-8601 with an offset, instead of a version
    record RestoreRequest(@Nullable Long version, @Nullable String timestamp) {

        AsOf asOf() {
            if (version != null && timestamp == null && version >= 0) {
                return new AsOf.Version(version);
            }
            if (timestamp != null && version == null) {
                try {
                    return new AsOf.Moment(OffsetDateTime.parse(timestamp).toInstant());
                } catch (DateTimeException e) {
                    throw new Failure.MalformedBody(
                                    "timestamp is ISO-8601 with an offset, such as 2026-11-20T08:15:30Z")
                            .asException(e);
                }
            }
            throw new Failure.MalformedBody("either version, counted from 0, or timestamp is required").asException();
        }
    }

    /// Makes the content of an earlier version the newest one.
    @Requires(Activity.RESTORE)
    @PostMapping("/v1/tables/{table}/restore")
    ResponseEntity<Operation> restore(
            @PathVariable TableName table,
            @RequestBody RestoreRequest body,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = PREFER, required = false) @Nullable String prefer)
            throws IOException {
        AsOf asOf = body.asOf();
        TableSnapshot latest = latest(table, ifMatch);
        TableSnapshot wanted = restore.check(table, asOf);
        OptionalLong onlyIfLatest = Preconditions.onlyIfLatest(ifMatch);
        Operation begun = operations.submit(
                "restore",
                table,
                new Sharing.OneOfOldFiles(wanted.location()),
                control -> restore.run(table, wanted, asOf, onlyIfLatest, control));
        return answers.begun(begun, prefer, latest.version());
    }

    /// @param retention ISO-8601; the table's own where it is absent
    /// @param dryRun whether it only tells what it would delete
    /// @param full whether it looks at every file below the table, and not only at what the log says was removed
    /// @param keepVersions how many of the newest versions are kept whatever their age, or a list of versions
    record VacuumRequest(
            @Nullable String retention,
            @Nullable Boolean dryRun,
            @Nullable Boolean full,
            @Nullable Object keepVersions) {

        VacuumPlan.Wish wish() {
            boolean some = keepVersions instanceof List<?>;
            return new VacuumPlan.Wish(
                    retention == null ? "" : retention,
                    keepVersions == null || some ? OptionalLong.empty() : OptionalLong.of(version(keepVersions)),
                    keepVersions instanceof List<?> versions
                            ? versions.stream()
                                    .map(VacuumRequest::version)
                                    .distinct()
                                    .toList()
                            : List.of(),
                    Boolean.TRUE.equals(full) ? VacuumPlan.Scope.FULL : VacuumPlan.Scope.LITE,
                    Boolean.TRUE.equals(dryRun) ? VacuumPlan.Mode.DRY_RUN : VacuumPlan.Mode.DELETE);
        }

        private static long version(@Nullable Object number) {
            if (number instanceof Integer || number instanceof Long) {
                return ((Number) number).longValue();
            }
            throw new Failure.MalformedBody("keepVersions is a number, or a list of numbers").asException();
        }
    }

    /// Deletes the files that no version within the retention needs. One at a time for each table.
    @Requires(Activity.VACUUM)
    @PostMapping("/v1/tables/{table}/vacuum")
    ResponseEntity<Operation> vacuum(
            @PathVariable TableName table,
            @RequestBody(required = false) @Nullable VacuumRequest body,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = PREFER, required = false) @Nullable String prefer) {
        TableSnapshot latest = latest(table, ifMatch);
        VacuumRequest asked = body == null ? new VacuumRequest(null, null, null, null) : body;
        VacuumPlan plan = vacuum.plan(latest, asked.wish());
        return answers.begun(begin.vacuum(Trigger.REQUEST, table, plan), prefer, latest.version());
    }

    /// @param dryRun whether it only tells what is missing; it is, unless this is false
    record RepairRequest(@Nullable Boolean dryRun) {}

    /// Removes entries whose data files are gone.
    @Requires(Activity.REPAIR)
    @PostMapping("/v1/tables/{table}/repair")
    ResponseEntity<Operation> repair(
            @PathVariable TableName table,
            @RequestBody(required = false) @Nullable RepairRequest body,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = PREFER, required = false) @Nullable String prefer) {
        TableSnapshot latest = latest(table, ifMatch);
        Features.requireAppendable(latest);
        boolean removes = body != null && Boolean.FALSE.equals(body.dryRun());
        Operation begun = operations.submit(
                "repair",
                table,
                new Sharing.Shared(),
                control -> removes ? repair.run(table, control) : repair.look(table, control));
        return answers.begun(begun, prefer, latest.version());
    }

    /// Nothing can be said about it.
    record StatisticsRequest() {}

    /// Computes the statistics of files that lack them, so that filters can skip them.
    @Requires(Activity.STATISTICS)
    @PostMapping("/v1/tables/{table}/statistics")
    ResponseEntity<Operation> statistics(
            @PathVariable TableName table,
            @RequestBody(required = false) @Nullable StatisticsRequest body,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = PREFER, required = false) @Nullable String prefer) {
        TableSnapshot latest = latest(table, ifMatch);
        Features.requireAppendable(latest);
        return answers.begun(begin.statistics(Trigger.REQUEST, table), prefer, latest.version());
    }

    /// Nothing can be said about a checkpoint.
    record CheckpointRequest() {}

    /// Writes a checkpoint of the latest version, if it has none.
    @Requires(Activity.CHECKPOINT)
    @PostMapping("/v1/tables/{table}/checkpoint")
    ResponseEntity<Operation> checkpoint(
            @PathVariable TableName table,
            @RequestBody(required = false) @Nullable CheckpointRequest body,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = PREFER, required = false) @Nullable String prefer) {
        TableSnapshot latest = latest(table, ifMatch);
        Features.requireAlterable(latest);
        return answers.begun(begin.checkpoint(Trigger.REQUEST, table, latest.location()), prefer, latest.version());
    }

    /// The table, if it is still at the version of `If-Match`.
    private TableSnapshot latest(TableName table, @Nullable String ifMatch) {
        TableSnapshot latest = catalog.snapshot(table, AsOf.latest());
        Preconditions.requireLatest(ifMatch, latest.version());
        return latest;
    }
}
