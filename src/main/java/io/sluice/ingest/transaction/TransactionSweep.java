package io.sluice.ingest.transaction;

import io.sluice.commit.CommitOutcome;
import io.sluice.commit.TableCommits;
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
/// One whose commit was decided is left alone for longer than any attempt to commit it can take. Then its data files
/// go if the log does not know of a commit and would still remember one; else only what tells of it goes, and its
/// files are in the table, or for vacuum.
final class TransactionSweep {

    /// How long after its expiry a commit that was decided before may be repeated.
    static final Duration LAST_COMMITS = Duration.ofMinutes(15);

    /// When no commit of an expired transaction can be under way any more.
    static final Duration COMMITS_ENDED = Duration.ofHours(1);

    /// How long after its expiry the log remembers a commit of a transaction at least.
    static final Duration LOG_REMEMBERS = Duration.ofHours(2);

    private static final Logger LOG = LoggerFactory.getLogger(TransactionSweep.class);

    private final TransactionStore store;
    private final Snapshots snapshots;
    private final TableCommits commits;
    private final DataFileStore files;
    private final Clock clock;
    private final Set<Location> watched = ConcurrentHashMap.newKeySet();

    TransactionSweep(Storages storages, Snapshots snapshots, TableCommits commits, DataFileStore files, Clock clock) {
        this.store = new TransactionStore(storages);
        this.snapshots = snapshots;
        this.commits = commits;
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
            TableSnapshot latest = snapshots.latest(table);
            if (aborted || isNobodys(latest, transaction, now)) {
                discard(latest, transaction);
            } else {
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

    /// Whether the log proves that no version has ever had the transaction's files. It forgets a commit in time:
    /// then vacuum may tell, which looks at what versions name.
    private boolean isNobodys(TableSnapshot latest, Transaction transaction, Instant now) throws IOException {
        if (transaction.hasExpired(now.minus(LOG_REMEMBERS))) {
            return false;
        }
        boolean isCommitted = commits.findReplay(latest, Transaction.identity(transaction.id()))
                        .orElse(null)
                instanceof CommitOutcome.Replayed;
        return !isCommitted
                && !TransactionWithdrawal.of(transaction, store.batches(transaction))
                        .isLive(latest);
    }

    /// Deletes the data files of a transaction that was given up, then what tells of it.
    void discard(TableSnapshot table, Transaction transaction) throws IOException {
        for (StagedBatch batch : store.batches(transaction)) {
            files.discard(table, batch.files());
        }
        store.forget(table.location(), transaction.id());
    }
}
