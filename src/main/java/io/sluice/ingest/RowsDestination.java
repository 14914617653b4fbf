package io.sluice.ingest;

import io.sluice.commit.CommitOutcome;
import io.sluice.commit.RequestIdentity;
import io.sluice.compute.RowRules;
import io.sluice.delta.TableSnapshot;
import io.sluice.ingest.stage.PreparedRows;
import java.io.IOException;
import java.util.Optional;

/// Where the good rows of a batch go.
public interface RowsDestination {

    /// What is known already of a request with this identity.
    ///
    /// @throws io.sluice.table.FailureException `storage-unavailable`
    Optional<CommitOutcome> findReplay(TableSnapshot table, RequestIdentity identity);

    /// What the rows must obey.
    ///
    /// @param ofTable the table's own rules
    default RowRules rules(RowRules ofTable) {
        return ofTable;
    }

    /// What a batch without good rows is to it.
    enum WithoutRows {
        IS_NOTHING,
        IS_WORK
    }

    default WithoutRows withoutRows() {
        return WithoutRows.IS_NOTHING;
    }

    /// Takes the rows. Files that came with them belong to it, unless it answers with `Replayed` or `Refused`.
    ///
    /// @param table that the rows were checked against
    /// @param identity by which the request is recognised
    CommitOutcome take(Batch batch, TableSnapshot table, PreparedRows rows, Optional<RequestIdentity> identity)
            throws IOException;
}
