package io.sluice.commit.entry;

import io.sluice.commit.AppendRequest;
import io.sluice.commit.RequestIdentity;
import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import tools.jackson.databind.json.JsonMapper;

/// The log entry of a group of blind appends, made anew for each version that the group tries.
public final class AppendEntry {

    private static final JsonMapper JSON = JsonMapper.shared();

    private AppendEntry() {}

    /// The entry that follows `snapshot`.
    ///
    /// @param requests of one group: no two with the same application id, all with the same user and user metadata
    /// @param staged the group's files, without row ids
    /// @param definition what the rows make of the table's protocol and metadata
    public static CommitEntry following(
            TableSnapshot snapshot,
            List<? extends AppendRequest<?>> requests,
            List<Action.AddFile> staged,
            List<Action> definition,
            Receipts receipts,
            CommitEntry.Author author) {
        long version = Math.addExact(snapshot.version(), 1);
        RowTracking rows = RowTracking.assign(snapshot, Definition.of(snapshot), version, staged);
        List<RequestIdentity> identities = requests.stream()
                .flatMap(request -> request.identity().stream())
                .toList();
        List<Action> actions = new ArrayList<>();
        actions.add(commitInfo(snapshot, requests, staged, author));
        actions.addAll(receipts.transactions(identities, version));
        actions.addAll(definition);
        rows.highWaterMark().ifPresent(actions::add);
        actions.addAll(rows.files());
        return new CommitEntry(version, author.txnId(), actions);
    }

    private static Action.CommitInfo commitInfo(
            TableSnapshot snapshot,
            List<? extends AppendRequest<?>> requests,
            List<Action.AddFile> staged,
            CommitEntry.Author author) {
        long bytes = staged.stream().mapToLong(Action.AddFile::size).sum();
        OptionalLong inCommitTimestamp = InCommitTimestamps.next(snapshot, Definition.of(snapshot), author.now());
        Map<String, Object> info = new LinkedHashMap<>();
        inCommitTimestamp.ifPresent(millis -> info.put("inCommitTimestamp", millis));
        info.put("timestamp", inCommitTimestamp.orElse(author.now().toEpochMilli()));
        requests.getFirst().user().ifPresent(user -> CommitEntry.name(user, info));
        info.put("operation", "WRITE");
        info.put("operationParameters", operationParameters(snapshot));
        info.put("readVersion", snapshot.version());
        info.put("isolationLevel", "Serializable");
        info.put("isBlindAppend", true);
        info.put("operationMetrics", operationMetrics(requests, staged.size(), bytes));
        requests.getFirst().userMetadata().ifPresent(text -> info.put("userMetadata", text));
        info.put("engineInfo", author.engineInfo());
        info.put("txnId", author.txnId());
        Map<RequestIdentity, Map<String, Object>> answers = new LinkedHashMap<>();
        requests.forEach(request -> request.identity()
                .ifPresent(who -> answers.put(who, Receipts.figures(request.rowCount(), staged.size(), bytes))));
        info.putAll(Receipts.member(answers));
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
