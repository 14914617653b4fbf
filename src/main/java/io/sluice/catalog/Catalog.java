package io.sluice.catalog;

import io.sluice.delta.Snapshots;
import io.sluice.delta.TableMissingException;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Names to tables.
///
/// A registered name lies where it was registered, any other at `<root>/<schema>/<table>`.
@Component
public class Catalog {

    static final String LOG_DIRECTORY = "_delta_log";

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final Storages storages;
    private final Snapshots snapshots;
    private final Registrations registrations;

    public Catalog(Storages storages, Snapshots snapshots) {
        this.storages = storages;
        this.snapshots = snapshots;
        this.registrations = new Registrations(storages, Clock.systemUTC());
    }

    /// Where the table lies, or would lie.
    public Location locate(TableName table) {
        return registrations.find(table).filter(storages::isAllowed).orElseGet(() -> managed(table));
    }

    /// Where the table lay when it was last looked: nothing is asked of the store.
    Location remembered(TableName table) {
        return registrations.remembered(table).filter(storages::isAllowed).orElseGet(() -> managed(table));
    }

    /// The table as of a version.
    ///
    /// @throws io.sluice.table.FailureException `table-not-found`, `version-not-found`, `table-corrupt`,
    ///     `unsupported-table-feature`
    public TableSnapshot snapshot(TableName table, AsOf asOf) {
        Location location = locate(table);
        try {
            return snapshots.at(location, asOf);
        } catch (TableMissingException missing) {
            Location elsewhere = justRegistered(table, location)
                    .orElseThrow(() -> new Failure.TableNotFound(table).asException(missing));
            return at(table, elsewhere, asOf);
        }
    }

    /// Names of tables, in their order.
    ///
    /// @param after only behind this one
    /// @throws io.sluice.table.FailureException `storage-unavailable`
    public List<TableName> tables(Optional<TableName> after, int limit) {
        return new TableListing(storages, registrations)
                .list(Optional.empty(), after, limit, _ -> true)
                .tables();
    }

    /// Where a table that is not registered lies, or would lie.
    Location managed(TableName table) {
        return storages.root().resolve(table.schema()).resolve(table.table());
    }

    Registrations registrations() {
        return registrations;
    }

    /// @throws io.sluice.table.FailureException `table-exists` when a managed table has this name
    void requireNoManaged(TableName table) {
        requireNoLog(table, managed(table));
    }

    /// @throws io.sluice.table.FailureException `table-exists` when a table lies there, whatever its state
    void requireNoLog(TableName table, Location location) {
        try {
            if (storages.of(location).find(location.resolve(LOG_DIRECTORY)).isPresent()) {
                throw new Failure.TableExists(table).asException();
            }
        } catch (IOException silent) {
            throw new Failure.StorageUnavailable(RETRY_AFTER).asException(silent);
        }
    }

    /// @throws io.sluice.table.FailureException `bad-parameter` when no table lies there, or why it cannot be read
    void requireTable(Location location) {
        try {
            snapshots.latest(location);
        } catch (TableMissingException missing) {
            throw new Failure.BadParameter("location", "no Delta table lies there").asException(missing);
        }
    }

    private TableSnapshot at(TableName table, Location location, AsOf asOf) {
        try {
            return snapshots.at(location, asOf);
        } catch (TableMissingException missing) {
            throw new Failure.TableNotFound(table).asException(missing);
        }
    }

    private Optional<Location> justRegistered(TableName table, Location known) {
        return registrations.findNow(table).filter(storages::isAllowed).filter(location -> !location.equals(known));
    }
}
