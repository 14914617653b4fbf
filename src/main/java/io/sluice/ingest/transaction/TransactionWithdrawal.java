package io.sluice.ingest.transaction;

import io.sluice.commit.ChangeWork;
import io.sluice.commit.Preparation;
import io.sluice.delta.Action;
import io.sluice.delta.Features;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Failure;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// A version without rows that takes the place of a transaction's commit in the log: one that is still under way, at
/// whichever replica, finds it there and does not happen.
///
/// @param paths of the transaction's data files
record TransactionWithdrawal(String id, Set<String> paths) implements ChangeWork<TransactionWithdrawal.Result> {

    static TransactionWithdrawal of(Transaction transaction, List<StagedBatch> batches) {
        return new TransactionWithdrawal(
                transaction.id(),
                batches.stream()
                        .flatMap(batch -> batch.files().stream())
                        .map(Action.AddFile::path)
                        .collect(Collectors.toSet()));
    }

    /// What the log keeps of it.
    record Result(String transaction) {}

    @Override
    public Class<Result> resultType() {
        return Result.class;
    }

    /// Live files are those of a commit, even if the log knows no more of whom.
    @Override
    public Preparation<Result> prepare(TableSnapshot snapshot) {
        Features.requireAppendable(snapshot);
        if (isLive(snapshot)) {
            throw new Failure.TransactionNotFound(id).asException();
        }
        return new Preparation.Change<>(
                new Preparation.Operation("ABORT TRANSACTION", Map.of("transaction", id), Map.of()),
                List.of(),
                List.of(),
                List.of(),
                new Result(id));
    }

    /// Whether a file of the transaction is in the table.
    boolean isLive(TableSnapshot snapshot) {
        return !paths.isEmpty()
                && snapshot.files().stream()
                        .anyMatch(file -> paths.contains(file.add().path()));
    }
}
