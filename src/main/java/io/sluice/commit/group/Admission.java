package io.sluice.commit.group;

import io.sluice.commit.AppendRequest;
import io.sluice.commit.CheckedDefinition;
import io.sluice.commit.CommitOutcome;
import io.sluice.commit.conflict.DefinitionRules;
import io.sluice.commit.entry.Receipts;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which members of a group may be appended to the table as it is now.
final class Admission {

    private final Storages storages;
    private final Receipts receipts;

    Admission(Storages storages, Receipts receipts) {
        this.storages = storages;
        this.receipts = receipts;
    }

    /// Settles the members that this state of the table rules out, and returns the others.
    ///
    /// @param tried the state that the group was last put on and lost the race
    <R> List<Member<R>> admit(TableSnapshot snapshot, Optional<TableSnapshot> tried, List<Member<R>> members) {
        List<Member<R>> admitted = new ArrayList<>(members.size());
        for (Member<R> member : members) {
            Optional<CommitOutcome> ruledOut = ruledOut(snapshot, tried, member.request());
            ruledOut.ifPresentOrElse(member::settle, () -> admitted.add(member));
        }
        return admitted;
    }

    private Optional<CommitOutcome> ruledOut(
            TableSnapshot snapshot, Optional<TableSnapshot> tried, AppendRequest<?> request) {
        Optional<CommitOutcome> replay = request.identity().flatMap(identity -> receipts.find(snapshot, identity));
        if (replay.isPresent()) {
            return replay;
        }
        if (request.onlyIfLatest().isPresent() && request.onlyIfLatest().getAsLong() != snapshot.version()) {
            return Optional.of(new CommitOutcome.Refused(
                    new Failure.StaleVersion(request.onlyIfLatest().getAsLong(), snapshot.version())));
        }
        var storage = storages.of(snapshot.location());
        Optional<Failure> conflict =
                DefinitionRules.conflict(storage, CheckedDefinition.of(request.preparedAgainst()), snapshot);
        if (conflict.isEmpty() && tried.isPresent()) {
            conflict = request.identity()
                    .map(Receipts::applicationId)
                    .flatMap(id -> DefinitionRules.conflict(storage, tried.get(), snapshot, id));
        }
        return conflict.map(CommitOutcome.Refused::new);
    }
}
