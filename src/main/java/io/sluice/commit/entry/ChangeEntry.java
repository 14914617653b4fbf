package io.sluice.commit.entry;

import io.sluice.commit.ChangeRequest;
import io.sluice.commit.Preparation;
import io.sluice.commit.RequestIdentity;
import io.sluice.commit.conflict.Attempt;
import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// The log entry of a change, made anew for each version that it tries: row ids, in-commit timestamp and transaction
/// versions depend on the version.
public final class ChangeEntry {

    private ChangeEntry() {}

    /// The entry that follows `current`.
    ///
    /// @param computedOn the version on which the change was computed
    /// @param requests of one group: no two with the same application id, all with the same user and user metadata
    /// @param change with the requests' results
    public static <R> CommitEntry following(
            TableSnapshot current,
            TableSnapshot computedOn,
            List<ChangeRequest> requests,
            Preparation.Change<List<R>> change,
            Receipts receipts,
            CommitEntry.Author author) {
        long version = Math.addExact(current.version(), 1);
        Definition definition = Definition.following(current, change.actions());
        OptionalLong inCommitTimestamp = InCommitTimestamps.next(current, definition, author.now());
        List<Action.AddFile> added = new ArrayList<>();
        List<Action> actions = new ArrayList<>();
        actions.add(commitInfo(computedOn, requests, change, inCommitTimestamp, author));
        actions.addAll(receipts.transactions(
                requests.stream()
                        .flatMap(request -> request.identity().stream())
                        .toList(),
                version));
        for (Action action : change.actions()) {
            switch (action) {
                case Action.AddFile add -> added.add(add);
                case Action.Metadata metadata ->
                    actions.add(InCommitTimestamps.sinceThen(current, metadata, inCommitTimestamp));
                default -> actions.add(action);
            }
        }
        RowTracking rows = RowTracking.assign(current, definition, version, added);
        rows.highWaterMark().ifPresent(actions::add);
        actions.addAll(rows.files());
        return new CommitEntry(version, author.txnId(), actions);
    }

    private static <R> Action.CommitInfo commitInfo(
            TableSnapshot computedOn,
            List<ChangeRequest> requests,
            Preparation.Change<List<R>> change,
            OptionalLong inCommitTimestamp,
            CommitEntry.Author author) {
        ChangeRequest request = requests.getFirst();
        Preparation.Operation operation = change.operation();
        Map<String, Object> metrics = new LinkedHashMap<>();
        operation.metrics().forEach((name, value) -> metrics.put(name, Long.toString(value)));
        Map<String, Object> info = new LinkedHashMap<>();
        inCommitTimestamp.ifPresent(millis -> info.put("inCommitTimestamp", millis));
        info.put("timestamp", inCommitTimestamp.orElse(author.now().toEpochMilli()));
        request.user().ifPresent(user -> CommitEntry.name(user, info));
        info.put("operation", operation.name());
        info.put("operationParameters", operation.parameters());
        info.put("readVersion", computedOn.version());
        info.put("isolationLevel", Attempt.isolation(change.actions()).text());
        info.put("isBlindAppend", Attempt.isBlindAppend(change.reads(), change.actions()));
        info.put("operationMetrics", metrics);
        request.userMetadata().ifPresent(text -> info.put("userMetadata", text));
        info.put("engineInfo", author.engineInfo());
        info.put("txnId", author.txnId());
        Map<RequestIdentity, Map<String, Object>> answers = new LinkedHashMap<>();
        for (int at = 0; at < requests.size(); at++) {
            R result = change.result().get(at);
            requests.get(at).identity().ifPresent(who -> answers.put(who, Receipts.result(result)));
        }
        info.putAll(Receipts.member(answers));
        return new Action.CommitInfo(info);
    }
}
