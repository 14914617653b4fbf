package io.sluice.change;

import io.sluice.api.Limits;
import io.sluice.api.Requester;
import io.sluice.catalog.Catalog;
import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.ChangeRequest;
import io.sluice.commit.ChangeWork;
import io.sluice.commit.Preparation;
import io.sluice.commit.Read;
import io.sluice.commit.RequestIdentity;
import io.sluice.commit.TableCommits;
import io.sluice.compute.FilterLimits;
import io.sluice.compute.RowBatch;
import io.sluice.compute.RowRules;
import io.sluice.compute.TablePart;
import io.sluice.compute.WorkTime;
import io.sluice.compute.change.RowChange;
import io.sluice.datafile.Rewritten;
import io.sluice.datafile.RowRewriter;
import io.sluice.delta.Features;
import io.sluice.delta.RedefinedTable;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Restriction;
import io.sluice.table.TableName;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Takes changes of rows to their outcome.
@Component
class TableChanges {

    private static final String APPEND_ONLY = "delta.appendOnly";

    private final Catalog catalog;
    private final TableCommits commits;
    private final RowRewriter rewriter;
    private final Limits limits;
    private final FilterLimits filterLimits;
    private final Clock clock = Clock.systemUTC();

    TableChanges(Catalog catalog, TableCommits commits, RowRewriter rewriter, Limits limits) {
        this.catalog = catalog;
        this.commits = commits;
        this.rewriter = rewriter;
        this.limits = limits;
        this.filterLimits = new FilterLimits(limits.filterCharacters(), limits.filterNodes(), limits.filterDepth());
    }

    /// @param version of the table that has the change, or that it was computed on where it touched nothing
    record Changed(long version, ChangeResult result, boolean replayed) {}

    /// Answers when the outcome is known.
    ///
    /// @param fingerprint of the request, hexadecimal
    /// @throws io.sluice.table.FailureException why it is not in the log, or that nobody knows
    Changed change(TableName table, ChangeHeaders headers, String fingerprint, ChangePlan plan) {
        return change(table, headers, Optional.empty(), fingerprint, plan);
    }

    /// The same for a plan that was made for a version of the table.
    ///
    /// @param checked the version; a change of the table's definition since then is the answer
    Changed change(
            TableName table,
            ChangeHeaders headers,
            Optional<TableSnapshot> checked,
            String fingerprint,
            ChangePlan plan) {
        TableSnapshot snapshot = checked.orElseGet(() -> catalog.snapshot(table, AsOf.latest()));
        return changed(
                commits.change(request(table, snapshot, checked, headers, fingerprint), new RowWork(table, plan)));
    }

    /// Rows that may be upserted together with those of others that wait for the table.
    ///
    /// @param checked the version that the rows were decoded for
    Changed upsert(
            UpsertGroup group, ChangeHeaders headers, TableSnapshot checked, String fingerprint, List<RowBatch> rows) {
        return changed(commits.change(
                request(group.table(), checked, Optional.of(checked), headers, fingerprint), rows, group));
    }

    /// Whether the log knows a request with this key, of whatever content.
    boolean knows(TableSnapshot snapshot, ChangeHeaders headers) {
        return headers.key()
                .flatMap(key -> commits.findReplay(snapshot, new RequestIdentity.Key(key, ""), ChangeResult.class))
                .isPresent();
    }

    /// What the log answers to a request whose key it knows.
    ///
    /// @throws io.sluice.table.FailureException `idempotency-key-reused` when it is another one's
    Changed replayed(TableSnapshot snapshot, ChangeHeaders headers, String fingerprint) {
        return headers.key()
                .flatMap(key ->
                        commits.findReplay(snapshot, new RequestIdentity.Key(key, fingerprint), ChangeResult.class))
                .map(TableChanges::changed)
                .orElseThrow(() -> new Failure.RequestInProgress().asException());
    }

    private static ChangeRequest request(
            TableName table,
            TableSnapshot snapshot,
            Optional<TableSnapshot> checked,
            ChangeHeaders headers,
            String fingerprint) {
        return new ChangeRequest(
                table,
                snapshot.location(),
                checked,
                headers.key().map(key -> new RequestIdentity.Key(key, fingerprint)),
                headers.onlyIfLatest(),
                headers.commitInfo(),
                Requester.current(),
                ChangeRequest.OnConflict.RUN_AGAIN);
    }

    private static Changed changed(ChangeOutcome<ChangeResult> outcome) {
        return switch (outcome) {
            case ChangeOutcome.Committed<ChangeResult>(long version, ChangeResult result) ->
                new Changed(version, result, false);
            case ChangeOutcome.Untouched<ChangeResult>(long version, ChangeResult result) ->
                new Changed(version, result, false);
            case ChangeOutcome.Replayed<ChangeResult>(long version, Optional<ChangeResult> result) ->
                new Changed(version, result.orElse(ChangeResult.FORGOTTEN), true);
            case ChangeOutcome.Refused<ChangeResult>(Failure failure) -> throw failure.asException();
            case ChangeOutcome.Unknown<ChangeResult> _ -> throw new Failure.OutcomeUnknown().asException();
        };
    }

    /// What a plan does to a version of the table.
    Preparation<ChangeResult> prepare(TableName table, ChangePlan plan, TableSnapshot newest) throws IOException {
        Optional<RedefinedTable> redefined = plan.redefined(newest);
        TableSnapshot snapshot =
                redefined.<TableSnapshot>map(defined -> defined).orElse(newest);
        Features.requireAppendable(snapshot);
        boolean isAppendOnly =
                "true".equalsIgnoreCase(snapshot.metadata().configuration().get(APPEND_ONLY));
        if (isAppendOnly && !plan.onlyInserts()) {
            throw new Failure.AppendOnlyTable(table).asException();
        }
        TablePart part = TablePart.of(plan.within(), table, snapshot.schema(), filterLimits);
        RowRules rules =
                part.ruled(RowRules.of(snapshot.schema(), snapshot.metadata().configuration(), clock.instant()));
        RowChange change = plan.on(snapshot, part, rules);
        Rewritten rewritten = rewritten(snapshot, plan.within(), change, rules);
        Preparation.Operation operation = plan.operation(rewritten);
        var counts = rewritten.counts();
        var result = new ChangeResult(
                counts.inserted(),
                counts.updated(),
                counts.deleted(),
                counts.dropped(),
                plan.within().isNone() ? operation.metrics() : Map.of(),
                rewritten.members());
        if (rewritten.actions().isEmpty()) {
            return new Preparation.Nothing<>(result);
        }
        return new Preparation.Change<>(
                operation,
                List.of(plan.readsAll(newest) ? new Read.WholeTable() : new Read.Rows(rewritten.read())),
                redefined.map(defined -> defined.defining(rewritten.actions())).orElse(rewritten.actions()),
                rewritten.written(),
                result);
    }

    private Rewritten rewritten(TableSnapshot snapshot, Restriction within, RowChange change, RowRules rules)
            throws IOException {
        try {
            return rewriter.rewrite(
                    snapshot, change, NewRowRules.of(snapshot), rules, new WorkTime(limits.changeTime()));
        } catch (FailureException e) {
            throw within.told(e.failure()).asException(e);
        }
    }

    /// A plan on its way into the log.
    private final class RowWork implements ChangeWork<ChangeResult> {

        private final TableName table;
        private final ChangePlan plan;

        RowWork(TableName table, ChangePlan plan) {
            this.table = table;
            this.plan = plan;
        }

        @Override
        public Preparation<ChangeResult> prepare(TableSnapshot snapshot) throws IOException {
            return TableChanges.this.prepare(table, plan, snapshot);
        }

        @Override
        public Class<ChangeResult> resultType() {
            return ChangeResult.class;
        }
    }
}
