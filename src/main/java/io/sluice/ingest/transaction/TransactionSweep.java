package io.sluice.ingest.transaction;

import io.sluice.datafile.DataFileStore;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableMissingException;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.FailureException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives up transactions that have expired, and deletes what they leave behind.
///
/// One whose commit was decided is left alone for longer than any attempt to commit it can take. Then only what tells
/// of it goes: its data files are in the table, or for vacuum.
final class TransactionSweep {

    /// How long after its expiry a commit that was decided before may be repeated.
    static final Duration LAST_COMMITS = Duration.ofMinutes(15);

    /// When no commit of an expired transaction can be under way any more.
    static final Duration COMMITS_ENDED = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(TransactionSweep.class);

    private final TransactionStore store;
    private final Snapshots snapshots;
    private final DataFileStore files;
    private final Clock clock;
    private final Set<Location> watched = ConcurrentHashMap.newKeySet();

    TransactionSweep(Storages storages, Snapshots snapshots, DataFileStore files, Clock clock) {
        this.store = new TransactionStore(storages);
        this.snapshots = snapshots;
        this.files = files;
        this.clock = clock;
    }

    /// Looks at this table from now on, as long as it has transactions.
    void watch(Location table) {
        watched.add(table);
    }

    /// Looks at all tables that are watched; never fails.
    void sweepAll() {
        for (Location table : List.copyOf(watched)) {
            try {
                watched.remove(table);
                if (sweep(table) > 0) {
                    watched.add(table);
                }
            } catch (IOException | RuntimeException later) {
                watched.add(table);
                LOG.info("Transactions of {} were not looked at", table, later);
            }
        }
    }

    /// @return transactions that are left
    int sweep(Location table) throws IOException {
        List<String> ids = store.ids(table);
        int left = ids.size();
        for (String id : ids) {
            if (hasEnded(table, id)) {
                left--;
            }
        }
        return left;
    }

    private boolean hasEnded(Location table, String id) throws IOException {
        Optional<Transaction> found = store.find(table, id);
        if (found.isEmpty()) {
            if (store.wasTouchedSince(table, id, clock.instant().minus(COMMITS_ENDED))) {
                return false;
            }
            // What a replica that died has left of a transaction that had ended; its data files may be live.
            store.forget(table, id);
            return true;
        }
        Transaction transaction = found.get();
        Instant now = clock.instant();
        if (!transaction.hasExpired(now)) {
            return false;
        }
        boolean aborted = store.decide(transaction, TransactionStore.Decision.ABORT) == TransactionStore.Decision.ABORT;
        if (!aborted && !transaction.hasExpired(now.minus(COMMITS_ENDED))) {
            return false;
        }
        try {
            if (aborted) {
                discard(snapshots.latest(table), transaction);
            } else {
                // The log forgets a commit in time, so it cannot tell that these files are nobody's: vacuum can.
                store.forget(table, id);
            }
            return true;
        } catch (TableMissingException dropped) {
            store.forget(table, id);
            return true;
        } catch (FailureException later) {
            LOG.info("The expired transaction {} of {} is not deleted yet", id, table, later);
            return false;
        }
    }

    /// Deletes the data files of a transaction that was given up, then what tells of it.
    void discard(TableSnapshot table, Transaction transaction) throws IOException {
        for (String name : store.batchFiles(transaction)) {
            store.readBatch(transaction, name).ifPresent(batch -> files.discard(table, batch.files()));
        }
        store.forget(table.location(), transaction.id());
    }
}
