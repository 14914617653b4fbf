package io.sluice.commit.entry;

import io.sluice.commit.AppendRequest;
import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import tools.jackson.databind.json.JsonMapper;

/// The log entry of a group of blind appends, made anew for each version that the group tries.
///
/// @param txnId by which we recognise the entry as ours
/// @param actions `commitInfo` first, as in-commit timestamps demand
public record AppendEntry(long version, String txnId, List<Action> actions) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /// @param engineInfo `Sluice/<version>`
    public record Author(String engineInfo, Instant now, String txnId) {}

    /// The entry that follows `snapshot`.
    ///
    /// @param requests of one group: no two with the same application id, all with the same user metadata
    /// @param staged the group's files, without row ids
    public static AppendEntry following(
            TableSnapshot snapshot,
            List<? extends AppendRequest<?>> requests,
            List<Action.AddFile> staged,
            Receipts receipts,
            Author author) {
        long version = Math.addExact(snapshot.version(), 1);
        RowTracking rows = RowTracking.assign(snapshot, version, staged);
        List<Action> actions = new ArrayList<>();
        actions.add(commitInfo(snapshot, requests, staged, author));
        actions.addAll(receipts.transactions(requests, version));
        rows.highWaterMark().ifPresent(actions::add);
        actions.addAll(rows.files());
        return new AppendEntry(version, author.txnId(), List.copyOf(actions));
    }

    private static Action.CommitInfo commitInfo(
            TableSnapshot snapshot,
            List<? extends AppendRequest<?>> requests,
            List<Action.AddFile> staged,
            Author author) {
        long bytes = staged.stream().mapToLong(Action.AddFile::size).sum();
        OptionalLong inCommitTimestamp = InCommitTimestamps.next(snapshot, author.now());
        Map<String, Object> info = new LinkedHashMap<>();
        inCommitTimestamp.ifPresent(millis -> info.put("inCommitTimestamp", millis));
        info.put("timestamp", inCommitTimestamp.orElse(author.now().toEpochMilli()));
        info.put("operation", "WRITE");
        info.put("operationParameters", operationParameters(snapshot));
        info.put("readVersion", snapshot.version());
        info.put("isolationLevel", "Serializable");
        info.put("isBlindAppend", true);
        info.put("operationMetrics", operationMetrics(requests, staged.size(), bytes));
        requests.getFirst().userMetadata().ifPresent(text -> info.put("userMetadata", text));
        info.put("engineInfo", author.engineInfo());
        info.put("txnId", author.txnId());
        info.putAll(Receipts.member(requests, staged.size(), bytes));
        return new Action.CommitInfo(info);
    }

    /// Spark's names and text forms: every value is a string, lists are JSON.
    private static Map<String, Object> operationParameters(TableSnapshot snapshot) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("mode", "Append");
        parameters.put(
                "partitionBy", JSON.writeValueAsString(snapshot.metadata().partitionColumns()));
        return parameters;
    }

    private static Map<String, Object> operationMetrics(
            List<? extends AppendRequest<?>> requests, int files, long bytes) {
        long rows = requests.stream().mapToLong(AppendRequest::rowCount).sum();
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("numFiles", Integer.toString(files));
        metrics.put("numOutputRows", Long.toString(rows));
        metrics.put("numOutputBytes", Long.toString(bytes));
        return metrics;
    }
}
