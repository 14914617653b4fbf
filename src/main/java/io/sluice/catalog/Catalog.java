package io.sluice.catalog;

import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.table.AsOf;
import io.sluice.table.TableName;
import org.springframework.stereotype.Component;

/// Names to tables.
@Component
public class Catalog {

    /// Where the table lies, or would lie.
    public Location locate(TableName table) {
        throw new UnsupportedOperationException();
    }

    /// The table as of a version.
    ///
    /// @throws io.sluice.table.FailureException `table-not-found`, `version-not-found`, `table-corrupt`, `unsupported-table-feature`
    public TableSnapshot snapshot(TableName table, AsOf asOf) {
        throw new UnsupportedOperationException();
    }
}
