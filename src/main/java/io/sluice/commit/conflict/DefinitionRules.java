package io.sluice.commit.conflict;

import io.sluice.commit.CheckedDefinition;
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
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/// Delta's conflict rules as far as they touch what was checked against a table's definition: the rows of a blind
/// append, which reads nothing else, and the request of a change before it is computed.
///
/// Decides by the state before and after the winners, not by walking through them: what they changed and changed back
/// is no conflict, and the walk is needed only to name the commit that won.
public final class DefinitionRules {

    private DefinitionRules() {}

    /// Why rows that were prepared against one snapshot cannot be appended to a later one.
    public static Optional<Failure> conflict(Storage storage, CheckedDefinition prepared, TableSnapshot current) {
        return conflict(storage, prepared, current, TableRules::mayPassAppend);
    }

    /// Why a change whose request was checked against one snapshot cannot be computed on a later one.
    public static Optional<Failure> conflictOfChange(
            Storage storage, CheckedDefinition checked, TableSnapshot current) {
        return conflict(storage, checked, current, TableRules::mayPassChange);
    }

    private static Optional<Failure> conflict(
            Storage storage,
            CheckedDefinition prepared,
            TableSnapshot current,
            BiPredicate<Action.Metadata, Action.Metadata> mayPass) {
        if (!TableRules.mayPass(prepared.protocol(), current.protocol())) {
            return Optional.of(new Failure.ProtocolChanged(
                    winner(storage, prepared.version(), current, Action.Protocol.class::isInstance)));
        }
        if (!mayPass.test(prepared.metadata(), current.metadata())) {
            return Optional.of(new Failure.MetadataChanged(
                    winner(storage, prepared.version(), current, Action.Metadata.class::isInstance)));
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
        return Optional.of(
                new Failure.ConcurrentTransaction(applicationId, winner(storage, attempted.version(), current, sets)));
    }

    /// The last commit after `before` with such an action; the newest version when the log does not tell any more.
    private static long winner(Storage storage, long before, TableSnapshot after, Predicate<Action> action) {
        Location table = after.location();
        for (long version = after.version(); version > before; version--) {
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
