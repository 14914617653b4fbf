package io.sluice.catalog;

import io.sluice.api.NewestVersions;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.AsOf;
import io.sluice.table.FailureException;
import io.sluice.table.TableName;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/// Tells the versions of tables to answers that have read none.
@Component
class CatalogVersions implements NewestVersions {

    private final Catalog catalog;
    private final Snapshots snapshots;

    CatalogVersions(Catalog catalog, Snapshots snapshots) {
        this.catalog = catalog;
        this.snapshots = snapshots;
    }

    @Override
    public OptionalLong find(TableName table) {
        OptionalLong known = remembered(table);
        if (known.isPresent()) {
            return known;
        }
        try {
            return OptionalLong.of(catalog.snapshot(table, AsOf.latest()).version());
        } catch (FailureException unreadable) {
            return OptionalLong.empty();
        }
    }

    @Override
    public OptionalLong remembered(TableName table) {
        Optional<TableSnapshot> known = snapshots.remembered(catalog.remembered(table));
        return known.isPresent() ? OptionalLong.of(known.get().version()) : OptionalLong.empty();
    }
}
