package io.sluice.delta;

import io.sluice.storage.Location;
import io.sluice.table.AsOf;
import org.springframework.stereotype.Component;

/// Tables at versions. Keeps the newest snapshot of each table and some old ones in memory; a newer version costs only its own commits.
@Component
public class Snapshots {

    /// The newest version, verified with one look at the store (is there an N+1?).
    ///
    /// @throws io.sluice.table.FailureException `table-corrupt`, `unsupported-table-feature`, `storage-unavailable`; `not-found` as
    ///     [TableMissingException] when there is no log
    public TableSnapshot latest(Location table) {
        throw new UnsupportedOperationException();
    }

    /// @throws io.sluice.table.FailureException also `version-not-found`
    public TableSnapshot at(Location table, AsOf asOf) {
        throw new UnsupportedOperationException();
    }

    /// Takes over what this process has committed, so that it need not be read back. Ignored unless `entry` follows the newest known version.
    public void committed(Location table, LogEntry entry) {
        throw new UnsupportedOperationException();
    }

    /// Forgets a table, after it was dropped.
    public void forget(Location table) {
        throw new UnsupportedOperationException();
    }
}
