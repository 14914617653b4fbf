package io.sluice.ingest.transaction;

import io.sluice.api.Requester;
import io.sluice.catalog.Catalog;
import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.ChangeRequest;
import io.sluice.commit.CheckedDefinition;
import io.sluice.commit.TableCommits;
import io.sluice.datafile.DataFileStore;
import io.sluice.delta.Features;
import io.sluice.delta.TableSnapshot;
import io.sluice.ingest.Batch;
import io.sluice.ingest.RowsAnswer;
import io.sluice.ingest.RowsIngest;
import io.sluice.storage.Location;
import io.sluice.storage.StorageFailures;
import io.sluice.storage.Storages;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.TableName;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Begins transactions, takes their rows, commits them, gives them up.
public class Transactions {

    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    /// What else than the transaction's own files its steps use.
    record Surroundings(
            Catalog catalog,
            TableCommits commits,
            DataFileStore files,
            Storages storages,
            Clock clock,
            Supplier<UUID> ids) {}

    private final RowsIngest ingest;
    private final Surroundings with;
    private final TransactionSettings settings;
    private final TransactionStore store;
    private final TransactionSweep sweep;

    Transactions(RowsIngest ingest, Surroundings with, TransactionSettings settings, TransactionSweep sweep) {
        this.ingest = ingest;
        this.with = with;
        this.settings = settings;
        this.store = new TransactionStore(with.storages());
        this.sweep = sweep;
    }

    /// A transaction that was begun, and the version of the table.
    record Begun(String id, Instant expiresAt, long version) {}

    /// @throws io.sluice.table.FailureException `table-not-found`, `unsupported-table-feature`, `overloaded` when
    ///     the table has too many open ones
    Begun begin(TableName table) {
        TableSnapshot snapshot = with.catalog().snapshot(table, AsOf.latest());
        Features.requireAppendable(snapshot);
        with.commits().refusal(snapshot.location()).ifPresent(refused -> {
            throw refused.asException();
        });
        return reachable(snapshot.location(), () -> {
            if (store.ids(snapshot.location()).size() >= settings.open()
                    && sweep.sweep(snapshot.location()) >= settings.open()) {
                throw new Failure.Overloaded("sluice.transactions.open", RETRY_AFTER).asException();
            }
            String id = with.ids().get().toString();
            Transaction transaction = new Transaction(
                    id,
                    store.directory(snapshot.location(), id),
                    CheckedDefinition.of(snapshot),
                    with.clock().instant().truncatedTo(ChronoUnit.MILLIS).plus(settings.expiry()));
            store.begin(transaction);
            sweep.watch(snapshot.location());
            return new Begun(id, transaction.expiresAt(), snapshot.version());
        });
    }

    /// An id that may be one: they are UUIDs, anything else names no directory.
    ///
    /// @throws io.sluice.table.FailureException `table-not-found`, else `transaction-not-found`
    String requireId(TableName table, String id) {
        if (!ID.matcher(id).matches()) {
            requireTable(table);
            throw new Failure.TransactionNotFound(id).asException();
        }
        return id;
    }

    private void requireTable(TableName table) {
        var unused = with.catalog().snapshot(table, AsOf.latest());
    }

    /// Adds a batch; it is durable when this returns.
    ///
    /// @throws io.sluice.table.FailureException `transaction-not-found`, `metadata-changed`, `protocol-changed`,
    ///     and what may be wrong with a batch
    RowsAnswer rows(String id, Batch batch) throws IOException {
        Location table = with.catalog().locate(batch.table());
        Transaction transaction;
        try {
            transaction = reachable(table, () -> open(table, id));
        } catch (FailureException notOpen) {
            requireTable(batch.table());
            throw notOpen;
        }
        if (reachable(table, () -> store.batchFiles(transaction).size()) >= settings.batches()) {
            throw new Failure.TooLarge("sluice.transactions.batches", settings.batches(), "batches").asException();
        }
        return ingest.take(
                batch,
                new TransactionRows(transaction, store, with.catalog(), with.files(), with.commits(), with.ids()));
    }

    /// Makes one version of the batches; done again, it answers the same.
    ///
    /// @param onlyIfLatest the version that must still be the latest one
    /// @param userMetadata of the commit
    /// @throws io.sluice.table.FailureException `transaction-not-found`
    ChangeOutcome<TransactionCommit.Result> commit(
            TableName table, String id, OptionalLong onlyIfLatest, Optional<String> userMetadata) {
        Location location = with.catalog().snapshot(table, AsOf.latest()).location();
        Optional<ToCommit> decided;
        try {
            decided = decided(location, id);
        } catch (IOException silent) {
            if (!hasEnded(location, id)) {
                throw failure(location, silent);
            }
            decided = Optional.empty();
        }
        if (decided.isEmpty()) {
            return findCommitted(table, id)
                    .map(outcome -> unlessWithdrawn(id, outcome))
                    .orElseThrow(() -> new Failure.TransactionNotFound(id).asException());
        }
        ToCommit commit = decided.get();
        ChangeRequest request = new ChangeRequest(
                table,
                location,
                Optional.empty(),
                Optional.of(Transaction.identity(id)),
                onlyIfLatest,
                userMetadata,
                Requester.current(),
                ChangeRequest.OnConflict.RUN_AGAIN);
        ChangeOutcome<TransactionCommit.Result> outcome = with.commits()
                .change(
                        request,
                        new TransactionCommit(commit.transaction(), commit.batches(), with.commits(), with.files()));
        switch (outcome) {
            case ChangeOutcome.Committed<?> _, ChangeOutcome.Replayed<?> _ -> forget(location, id);
            case ChangeOutcome.Untouched<?> _, ChangeOutcome.Refused<?> _, ChangeOutcome.Unknown<?> _ -> {}
        }
        return unlessWithdrawn(id, outcome);
    }

    /// What another request used the key for is that the transaction was given up.
    private static <R> ChangeOutcome<R> unlessWithdrawn(String id, ChangeOutcome<R> outcome) {
        return outcome instanceof ChangeOutcome.Refused<R>(Failure.IdempotencyKeyReused _)
                ? new ChangeOutcome.Refused<>(new Failure.TransactionNotFound(id))
                : outcome;
    }

    /// A transaction whose commit is decided, and the batches that count.
    private record ToCommit(Transaction transaction, List<StagedBatch> batches) {}

    /// Decides to commit. Empty when it has expired, was given up, or has ended.
    private Optional<ToCommit> decided(Location table, String id) throws IOException {
        Optional<Transaction> found = store.find(table, id);
        if (found.isEmpty() || !decides(found.get())) {
            return Optional.empty();
        }
        List<StagedBatch> batches = new ArrayList<>();
        for (String name : store.seal(found.get())) {
            Optional<StagedBatch> batch = store.readBatch(found.get(), name);
            if (batch.isEmpty()) {
                return Optional.empty();
            }
            batches.add(batch.get());
        }
        return store.isBegun(found.get()) ? Optional.of(new ToCommit(found.get(), batches)) : Optional.empty();
    }

    private boolean decides(Transaction transaction) throws IOException {
        boolean decided = store.findDecision(transaction).equals(Optional.of(TransactionStore.Decision.COMMIT));
        Instant now = with.clock().instant();
        if (transaction.hasExpired(decided ? now.minus(TransactionSweep.LAST_COMMITS) : now)) {
            return false;
        }
        return store.decide(transaction, TransactionStore.Decision.COMMIT) == TransactionStore.Decision.COMMIT
                && store.isBegun(transaction);
    }

    /// What the log says about a transaction whose files are gone.
    private Optional<ChangeOutcome<TransactionCommit.Result>> findCommitted(TableName table, String id) {
        TableSnapshot snapshot = with.catalog().snapshot(table, AsOf.latest());
        return with.commits().findReplay(snapshot, Transaction.identity(id), TransactionCommit.Result.class);
    }

    /// Gives the transaction up, also one whose commit was decided and refused.
    ///
    /// @return the table's version
    /// @throws io.sluice.table.FailureException `transaction-not-found`, also when it is committed; why the log
    ///     could not be told that it will not be
    long abort(TableName table, String id) {
        TableSnapshot snapshot = with.catalog().snapshot(table, AsOf.latest());
        try {
            Transaction transaction = unexpired(snapshot.location(), id);
            boolean isToBeCommitted =
                    store.decide(transaction, TransactionStore.Decision.ABORT) == TransactionStore.Decision.COMMIT;
            long version = isToBeCommitted ? withdraw(table, transaction) : snapshot.version();
            sweep.discard(snapshot, transaction);
            return version;
        } catch (IOException silent) {
            throw hasEnded(snapshot.location(), id)
                    ? new Failure.TransactionNotFound(id).asException(silent)
                    : failure(snapshot.location(), silent);
        }
    }

    /// Has the log say that the transaction is not committed: no attempt to commit it, however late, passes that.
    ///
    /// @return the version that says so
    private long withdraw(TableName table, Transaction transaction) throws IOException {
        ChangeRequest request = new ChangeRequest(
                table,
                with.catalog().locate(table),
                Optional.empty(),
                Optional.of(Transaction.withdrawal(transaction.id())),
                OptionalLong.empty(),
                Optional.empty(),
                Requester.current(),
                ChangeRequest.OnConflict.RUN_AGAIN);
        var work = TransactionWithdrawal.of(transaction, store.batches(transaction));
        return switch (unlessWithdrawn(transaction.id(), with.commits().change(request, work))) {
            case ChangeOutcome.Committed<TransactionWithdrawal.Result>(long version, var _) -> version;
            case ChangeOutcome.Untouched<TransactionWithdrawal.Result>(long version, var _) -> version;
            case ChangeOutcome.Replayed<TransactionWithdrawal.Result>(long version, var _) -> version;
            case ChangeOutcome.Refused<TransactionWithdrawal.Result>(Failure failure) -> throw failure.asException();
            case ChangeOutcome.Unknown<TransactionWithdrawal.Result>() ->
                throw new Failure.OutcomeUnknown().asException();
        };
    }

    /// Whether a step failed because another replica is deleting the transaction's files.
    private boolean hasEnded(Location table, String id) {
        return reachable(table, () -> store.find(table, id)).isEmpty();
    }

    /// A transaction that takes batches.
    private Transaction open(Location table, String id) throws IOException {
        Transaction transaction = unexpired(table, id);
        if (store.findDecision(transaction).isPresent()) {
            throw new Failure.TransactionNotFound(id).asException();
        }
        return transaction;
    }

    /// A transaction that has not ended: until it expires the log remembers its commit, if there was one.
    private Transaction unexpired(Location table, String id) throws IOException {
        Optional<Transaction> found = store.find(table, id);
        if (found.isEmpty() || found.get().hasExpired(with.clock().instant())) {
            throw new Failure.TransactionNotFound(id).asException();
        }
        sweep.watch(table);
        return found.get();
    }

    private void forget(Location table, String id) {
        try {
            store.forget(table, id);
        } catch (IOException leftBehind) {
            LOG.info("Files of the committed transaction {} of {} stay until it expires", id, table, leftBehind);
        }
    }

    @FunctionalInterface
    private interface StorageStep<T> {
        T take() throws IOException;
    }

    private <T> T reachable(Location table, StorageStep<T> step) {
        try {
            return step.take();
        } catch (IOException refused) {
            throw failure(table, refused);
        }
    }

    private FailureException failure(Location table, IOException refused) {
        return StorageFailures.of(with.storages().of(table)).asException(refused);
    }
}
