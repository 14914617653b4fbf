package io.sluice.ingest;

import io.sluice.api.Requester;
import io.sluice.commit.AppendRequest;
import io.sluice.commit.CommitOutcome;
import io.sluice.commit.RequestIdentity;
import io.sluice.commit.TableCommits;
import io.sluice.delta.TableSnapshot;
import io.sluice.ingest.stage.PreparedRows;
import io.sluice.ingest.stage.RowStager;
import java.util.Optional;

/// The table's log: the rows are in a version of the table when they are answered.
record TableDestination(TableCommits commits, RowStager stager) implements RowsDestination {

    @Override
    public Optional<CommitOutcome> findReplay(TableSnapshot table, RequestIdentity identity) {
        return commits.findReplay(table, identity);
    }

    @Override
    public CommitOutcome take(Batch batch, TableSnapshot table, PreparedRows rows, Optional<RequestIdentity> identity) {
        boolean redefines = rows instanceof PreparedRows.Redefining;
        return commits.append(
                new AppendRequest<>(
                        batch.table(),
                        table.location(),
                        table,
                        rows,
                        rows.rows(),
                        identity,
                        batch.onlyIfLatest(),
                        batch.commitInfo(),
                        Requester.current()),
                redefines ? stager.alone() : stager);
    }
}
