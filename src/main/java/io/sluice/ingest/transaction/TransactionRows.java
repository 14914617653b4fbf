package io.sluice.ingest.transaction;

import io.sluice.catalog.Catalog;
import io.sluice.commit.CommitOutcome;
import io.sluice.commit.RequestIdentity;
import io.sluice.commit.TableCommits;
import io.sluice.datafile.DataFileStore;
import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import io.sluice.ingest.Batch;
import io.sluice.ingest.RowsDestination;
import io.sluice.ingest.stage.IdentityReservation;
import io.sluice.ingest.stage.PreparedRows;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.TableName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An open transaction as the destination of a batch.
///
/// A batch counts once it is written down, and it is answered only when no decision had been made by then: whoever
/// commits decides first and looks for batches afterwards, so it finds every one that was answered. Once it may be
/// written down it is refused only when no commit can contain it.
///
/// @param ids of batches without a key
record TransactionRows(
        Transaction transaction,
        TransactionStore store,
        Catalog catalog,
        DataFileStore files,
        TableCommits commits,
        Supplier<UUID> ids)
        implements RowsDestination {

    private static final Logger LOG = LoggerFactory.getLogger(TransactionRows.class);

    @Override
    public Optional<CommitOutcome> findReplay(TableSnapshot table, RequestIdentity identity) {
        try {
            Optional<StagedBatch> known = store.findBatch(transaction, name(identity));
            return known.isPresent() ? Optional.of(replay(table, known.get(), identity)) : Optional.empty();
        } catch (IOException silent) {
            throw files.failure(table, 0).asException(silent);
        }
    }

    private CommitOutcome replay(TableSnapshot table, StagedBatch batch, RequestIdentity identity) throws IOException {
        if (!batch.fingerprint().equals(fingerprint(identity))) {
            return new CommitOutcome.Refused(new Failure.IdempotencyKeyReused());
        }
        return counts(name(identity))
                ? new CommitOutcome.Replayed(
                        table.version(), batch.rows(), batch.files().size(), batch.bytes())
                : new CommitOutcome.Refused(new Failure.TransactionNotFound(transaction.id()));
    }

    @Override
    public CommitOutcome take(Batch batch, TableSnapshot table, PreparedRows rows, Optional<RequestIdentity> identity)
            throws IOException {
        Optional<Failure> conflict = commits.conflictSince(transaction.definition(), table);
        if (conflict.isPresent()) {
            return new CommitOutcome.Refused(conflict.get());
        }
        List<Action.AddFile> added = switch (rows) {
            case PreparedRows.InMemory memory ->
                files.store(table, new IdentityReservation(commits, batch.table(), table).filled(memory.batches()));
            case PreparedRows.Stored stored -> stored.files();
            case PreparedRows.Redefining _ ->
                throw new IllegalArgumentException("a transaction keeps the table as it is");
        };
        String name =
                identity.map(TransactionRows::name).orElseGet(() -> ids.get().toString());
        StagedBatch mine = new StagedBatch(
                ids.get().toString(), identity.map(TransactionRows::fingerprint).orElse(""), rows.rows(), added);
        StagedBatch found;
        try {
            found = store.add(transaction, name, mine);
        } catch (TransactionStore.RefusedException notWritten) {
            Failure failure = files.failure(table, 0);
            files.discard(table, added);
            throw failure.asException(notWritten);
        } catch (IOException silent) {
            return afterSilence(batch.table(), table, mine, silent);
        }
        try {
            if (!found.writer().equals(mine.writer())) {
                files.discard(table, mine.files());
                return replay(table, found, identity.orElseThrow());
            }
            return written(batch.table(), table, name, mine);
        } catch (IOException silent) {
            return afterSilence(batch.table(), table, mine, silent);
        }
    }

    private CommitOutcome written(TableName name, TableSnapshot table, String batch, StagedBatch mine)
            throws IOException {
        if (counts(batch)) {
            return committed(table, mine);
        }
        if (!store.isBegun(transaction)) {
            return ended(name, table, mine);
        }
        store.removeBatch(transaction, batch);
        return leftOut(table, mine);
    }

    /// The batch may be written down, or come to be, and a commit may count it: as long as the transaction goes on
    /// nobody knows.
    private CommitOutcome afterSilence(TableName name, TableSnapshot table, StagedBatch mine, IOException silent) {
        LOG.warn("Nobody knows whether a batch of the transaction {} of {} counts", transaction.id(), name, silent);
        try {
            return store.isBegun(transaction) ? new CommitOutcome.Unknown() : ended(name, table, mine);
        } catch (IOException again) {
            return new CommitOutcome.Unknown();
        }
    }

    /// The transaction has ended while the batch was written down, and its files are gone: the log tells whether
    /// it was committed, and the version whether with this batch.
    private CommitOutcome ended(TableName name, TableSnapshot table, StagedBatch mine) {
        try {
            TableSnapshot latest = catalog.snapshot(name, AsOf.latest());
            RequestIdentity identity = Transaction.identity(transaction.id());
            if (!(commits.findReplay(latest, identity).orElse(null) instanceof CommitOutcome.Replayed commit)) {
                return leftOut(table, mine);
            }
            Set<String> paths = mine.files().stream().map(Action.AddFile::path).collect(Collectors.toSet());
            boolean contained = catalog.snapshot(name, new AsOf.Version(commit.version())).files().stream()
                    .anyMatch(file -> paths.contains(file.add().path()));
            return contained ? committed(table, mine) : leftOut(table, mine);
        } catch (FailureException unreadable) {
            if (unreadable.failure() instanceof Failure.TableNotFound) {
                throw unreadable;
            }
            LOG.warn("The log does not tell whether {} has a batch of {}", name, transaction.id(), unreadable);
            return new CommitOutcome.Unknown();
        }
    }

    private static CommitOutcome committed(TableSnapshot table, StagedBatch mine) {
        return new CommitOutcome.Committed(
                table.version(), mine.rows(), mine.files().size(), mine.bytes());
    }

    private CommitOutcome leftOut(TableSnapshot table, StagedBatch mine) {
        files.discard(table, mine.files());
        return new CommitOutcome.Refused(new Failure.TransactionNotFound(transaction.id()));
    }

    /// Whether a batch that is written down is or will be part of the commit, if there is one.
    private boolean counts(String name) throws IOException {
        Optional<TransactionStore.Decision> decision = store.findDecision(transaction);
        boolean counts = decision.isEmpty()
                || decision.get() == TransactionStore.Decision.COMMIT
                        && store.seal(transaction).contains(TransactionStore.batchFile(name));
        // Last: the beginning is the first file to go when a transaction ends.
        return counts && store.isBegun(transaction);
    }

    private static String name(RequestIdentity identity) {
        return switch (identity) {
            case RequestIdentity.Key key -> hash(key.key());
            case RequestIdentity.Sequence sequence -> hash(sequence.producer() + " " + sequence.sequence());
        };
    }

    private static String fingerprint(RequestIdentity identity) {
        return switch (identity) {
            case RequestIdentity.Key key -> key.fingerprint();
            case RequestIdentity.Sequence _ -> "";
        };
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }
}
