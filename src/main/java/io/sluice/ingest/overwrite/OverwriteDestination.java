package io.sluice.ingest.overwrite;

import io.sluice.api.Requester;
import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.ChangeRequest;
import io.sluice.commit.CommitOutcome;
import io.sluice.commit.RequestIdentity;
import io.sluice.commit.TableCommits;
import io.sluice.compute.RowRules;
import io.sluice.delta.TableSnapshot;
import io.sluice.ingest.Batch;
import io.sluice.ingest.RowsDestination;
import io.sluice.ingest.stage.PreparedRows;
import java.util.Optional;

/// The table, in which the batch takes the place of rows, in one version.
///
/// @param writing what turns the batch into a change
public record OverwriteDestination(TableCommits commits, Overwriting writing, Replacement replacement)
        implements RowsDestination {

    @Override
    public Optional<CommitOutcome> findReplay(TableSnapshot table, RequestIdentity identity) {
        return commits.findReplay(table, identity, OverwriteResult.class).map(OverwriteDestination::outcome);
    }

    @Override
    public RowRules rules(RowRules ofTable) {
        return replacement instanceof Replacement.Where where
                ? ofTable.and("replaceWhere", where.condition(), where.over(ofTable.schema()))
                : ofTable;
    }

    @Override
    public WithoutRows withoutRows() {
        return switch (replacement) {
            case Replacement.Everything _, Replacement.Where _ -> WithoutRows.IS_WORK;
            case Replacement.Partitions _ -> WithoutRows.IS_NOTHING;
        };
    }

    @Override
    public CommitOutcome take(Batch batch, TableSnapshot table, PreparedRows rows, Optional<RequestIdentity> identity) {
        var request = new ChangeRequest(
                batch.table(),
                table.location(),
                Optional.of(table),
                identity,
                batch.onlyIfLatest(),
                batch.commitInfo(),
                Requester.current(),
                ChangeRequest.OnConflict.RUN_AGAIN);
        return outcome(commits.change(request, new OverwriteWork(writing, batch.table(), replacement, rows)));
    }

    private static CommitOutcome outcome(ChangeOutcome<OverwriteResult> outcome) {
        return switch (outcome) {
            case ChangeOutcome.Committed<OverwriteResult>(
                    long version,
                    OverwriteResult(var rows, var files, var bytes)) ->
                new CommitOutcome.Committed(version, rows, files, bytes);
            case ChangeOutcome.Untouched<OverwriteResult>(
                    long version,
                    OverwriteResult(var rows, var files, var bytes)) ->
                new CommitOutcome.Committed(version, rows, files, bytes);
            case ChangeOutcome.Replayed<OverwriteResult>(long version, Optional<OverwriteResult> result) -> {
                OverwriteResult known = result.orElseGet(() -> new OverwriteResult(0, 0, 0));
                yield new CommitOutcome.Replayed(version, known.rows(), known.files(), known.bytes());
            }
            case ChangeOutcome.Refused<OverwriteResult>(var failure) -> new CommitOutcome.Refused(failure);
            case ChangeOutcome.Unknown<OverwriteResult> _ -> new CommitOutcome.Unknown();
        };
    }
}
