package io.sluice.commit.conflict;

import io.sluice.commit.Read;
import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A commit that lost the race for a version, as the conflict rules see it.
///
/// @param txnId of its `commitInfo`
/// @param snapshot that it was computed on
/// @param actions that it wants to commit, `txn` actions of its requests included
public record Attempt(String txnId, TableSnapshot snapshot, List<Read> reads, List<Action> actions) {

    /// Added rows collide with readers of them, unless the reader rewrites rows without changing any: then it has
    /// all the rows that it needs (Delta's `SnapshotIsolation`).
    public enum Isolation {
        SERIALIZABLE("Serializable"),
        SNAPSHOT("SnapshotIsolation");

        private final String text;

        Isolation(String text) {
            this.text = text;
        }

        /// As `commitInfo.isolationLevel` has it.
        public String text() {
            return text;
        }
    }

    public Isolation isolation() {
        return isolation(actions);
    }

    /// Snapshot isolation is enough where files are rewritten and neither rows nor the table's definition change.
    public static Isolation isolation(List<Action> actions) {
        boolean rewrites = actions.stream()
                .anyMatch(action -> action instanceof Action.AddFile || action instanceof Action.RemoveFile);
        return rewrites && actions.stream().noneMatch(Attempt::changesTable)
                ? Isolation.SNAPSHOT
                : Isolation.SERIALIZABLE;
    }

    private static boolean changesTable(Action action) {
        return switch (action) {
            case Action.AddFile add -> add.dataChange();
            case Action.RemoveFile remove -> remove.dataChange();
            case Action.AddCdcFile _, Action.Metadata _, Action.Protocol _ -> true;
            case Action.SetTransaction _, Action.DomainMetadata _, Action.CommitInfo _, Action.Other _ -> false;
        };
    }

    /// Whether it adds files and depends on none.
    public static boolean isBlindAppend(List<Read> reads, List<Action> actions) {
        return reads.stream().allMatch(Read.TransactionId.class::isInstance)
                && actions.stream()
                        .noneMatch(
                                action -> action instanceof Action.RemoveFile || action instanceof Action.AddCdcFile);
    }

    /// Whether it declares what the table is, so that it was computed from what the table was.
    boolean definesTable() {
        return has(action -> action instanceof Action.Metadata || action instanceof Action.Protocol);
    }

    boolean isBlindAppend() {
        return isBlindAppend(reads, actions);
    }

    private boolean has(Predicate<Action> wanted) {
        return actions.stream().anyMatch(wanted);
    }

    /// Application ids whose `txn` it read or sets.
    Set<String> applicationIds() {
        Stream<String> read = of(Read.TransactionId.class).map(Read.TransactionId::applicationId);
        Stream<String> set = actions.stream()
                .filter(Action.SetTransaction.class::isInstance)
                .map(action -> ((Action.SetTransaction) action).appId());
        return Stream.concat(read, set).collect(Collectors.toSet());
    }

    <T extends Read> Stream<T> of(Class<T> kind) {
        return reads.stream().filter(kind::isInstance).map(kind::cast);
    }
}
