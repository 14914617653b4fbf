package io.sluice.ingest;

import io.sluice.commit.RequestIdentity;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Bad rows in `<table>__rejected`, with the reason.
@Component
class Quarantine {

    /// Keeps the rows; they are in the quarantine table's log on return.
    void keep(TableName table, List<RowCollector.Rejected> rows, Optional<RequestIdentity> identity) {
        throw new Failure.NotImplemented("onBadRow=quarantine").asException();
    }
}
