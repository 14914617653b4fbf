package io.sluice.ingest.transaction;

import io.sluice.commit.ChangeWork;
import io.sluice.commit.Preparation;
import io.sluice.commit.TableCommits;
import io.sluice.datafile.DataFileStore;
import io.sluice.delta.Action;
import io.sluice.delta.Features;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Failure;
import io.sluice.table.JsonValues;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The batches of a transaction as one append.
///
/// @param batches that count
record TransactionCommit(Transaction transaction, List<StagedBatch> batches, TableCommits commits, DataFileStore files)
        implements ChangeWork<TransactionCommit.Result> {

    /// What the commit is answered with.
    ///
    /// @param files that it added
    /// @param bytes of those files
    record Result(long rows, int files, long bytes) {}

    @Override
    public Class<Result> resultType() {
        return Result.class;
    }

    @Override
    public Preparation<Result> prepare(TableSnapshot snapshot) throws IOException {
        Features.requireAppendable(snapshot);
        Optional<Failure> conflict = commits.conflictSince(transaction.definition(), snapshot);
        if (conflict.isPresent()) {
            throw conflict.get().asException();
        }
        List<Action.AddFile> added =
                batches.stream().flatMap(batch -> batch.files().stream()).toList();
        if (!files.areThere(snapshot, added)) {
            throw new Failure.FilesMissing(snapshot.version()).asException();
        }
        Result result = new Result(
                batches.stream().mapToLong(StagedBatch::rows).sum(),
                added.size(),
                batches.stream().mapToLong(StagedBatch::bytes).sum());
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("mode", "Append");
        parameters.put("partitionBy", JsonValues.write(snapshot.metadata().partitionColumns()));
        Map<String, Long> metrics = new LinkedHashMap<>();
        metrics.put("numFiles", (long) result.files());
        metrics.put("numOutputRows", result.rows());
        metrics.put("numOutputBytes", result.bytes());
        return new Preparation.Change<>(
                new Preparation.Operation("WRITE", parameters, metrics),
                List.of(),
                List.copyOf(added),
                List.of(),
                result);
    }
}
