package io.sluice.commit.entry;

import io.sluice.commit.log.LogFile;
import io.sluice.delta.Action;
import io.sluice.delta.LogEntryCodec;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Delta's conflict rules as far as they touch a blind append: it reads no rows, so only what it was prepared against
/// and the transaction ids it sets can collide.
///
/// Decides by the state before and after the winners, not by walking through them: what they changed and changed back
/// is no conflict, and the walk is needed only to name the commit that won.
// Being the same object is the quick way to be equal; the slow way follows.
@SuppressWarnings("ReferenceEquality")
public final class AppendRules {

    /// Table properties that no data file and no log entry of an append depends on.
    private static final Set<String> HARMLESS_PROPERTIES = Set.of(
            "delta.autoOptimize.autoCompact",
            "delta.autoOptimize.optimizeWrite",
            "delta.checkpointInterval",
            "delta.checkpointPolicy",
            "delta.deletedFileRetentionDuration",
            "delta.enableExpiredLogCleanup",
            "delta.logRetentionDuration",
            "delta.setTransactionRetentionDuration",
            "delta.targetFileSize",
            "delta.tuneFileSizesForRewrites");

    private AppendRules() {}

    /// Why rows that were prepared against one snapshot cannot be appended to a later one.
    public static Optional<Failure> conflict(Storage storage, TableSnapshot prepared, TableSnapshot current) {
        if (!sameProtocol(prepared.protocol(), current.protocol())) {
            return Optional.of(
                    new Failure.ProtocolChanged(winner(storage, prepared, current, Action.Protocol.class::isInstance)));
        }
        if (!sameForAppends(prepared.metadata(), current.metadata())) {
            return Optional.of(
                    new Failure.MetadataChanged(winner(storage, prepared, current, Action.Metadata.class::isInstance)));
        }
        return Optional.empty();
    }

    /// Why a transaction id that another writer has moved since an earlier attempt cannot be set.
    public static Optional<Failure> conflict(
            Storage storage, TableSnapshot attempted, TableSnapshot current, String applicationId) {
        if (attempted.transaction(applicationId).equals(current.transaction(applicationId))) {
            return Optional.empty();
        }
        Predicate<Action> sets = action ->
                action instanceof Action.SetTransaction set && set.appId().equals(applicationId);
        return Optional.of(new Failure.ConcurrentTransaction(applicationId, winner(storage, attempted, current, sets)));
    }

    private static boolean sameProtocol(Action.Protocol one, Action.Protocol other) {
        return one.equals(other)
                || one.minReaderVersion() == other.minReaderVersion()
                        && one.minWriterVersion() == other.minWriterVersion()
                        && new HashSet<>(one.readerFeatures()).equals(new HashSet<>(other.readerFeatures()))
                        && new HashSet<>(one.writerFeatures()).equals(new HashSet<>(other.writerFeatures()));
    }

    private static boolean sameForAppends(Action.Metadata one, Action.Metadata other) {
        return one.equals(other)
                || one.id().equals(other.id())
                        && one.schema().equals(other.schema())
                        && one.partitionColumns().equals(other.partitionColumns())
                        && essential(one.configuration()).equals(essential(other.configuration()));
    }

    private static Map<String, String> essential(Map<String, String> configuration) {
        Map<String, String> essential = new HashMap<>(configuration);
        essential.keySet().removeAll(HARMLESS_PROPERTIES);
        return essential;
    }

    /// The last commit after `before` with such an action; the newest version when the log does not tell any more.
    private static long winner(Storage storage, TableSnapshot before, TableSnapshot after, Predicate<Action> action) {
        Location table = after.location();
        for (long version = after.version(); version > before.version(); version--) {
            try {
                byte[] content = storage.read(LogFile.of(table, version));
                List<Action> actions =
                        LogEntryCodec.decode(version, Instant.EPOCH, content).actions();
                if (actions.stream().anyMatch(action)) {
                    return version;
                }
            } catch (IOException | FailureException unreadable) {
                return after.version();
            }
        }
        return after.version();
    }
}
