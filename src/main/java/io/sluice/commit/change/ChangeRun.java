package io.sluice.commit.change;

import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.ChangeRequest;
import io.sluice.commit.CheckedDefinition;
import io.sluice.commit.Preparation;
import io.sluice.commit.conflict.Attempt;
import io.sluice.commit.conflict.DefinitionRules;
import io.sluice.commit.conflict.Verdict;
import io.sluice.commit.conflict.Winners;
import io.sluice.commit.entry.ChangeEntry;
import io.sluice.commit.entry.CommitEntry;
import io.sluice.commit.group.TableQueue;
import io.sluice.commit.log.LogPut;
import io.sluice.delta.Action;
import io.sluice.delta.LogEntryCodec;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageFailures;
import io.sluice.table.Failure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A group of changes on its way: computed on the newest version, judged against what was committed meanwhile, put;
/// computed again after a collision.
///
/// The first computation goes on beside the appends of this process. Whatever follows holds the table's turn, so that
/// those appends cannot outrun it, unless it is long: then it goes on beside them again, so that it does not hold them
/// up. Attempts and time are bounded.
final class ChangeRun<Q, R> {

    /// What appends may be made to wait for.
    private static final Duration SHORT = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(ChangeRun.class);

    private final ChangeCommit with;
    private final List<ChangeMember<Q, R>> members;
    private final Storage storage;
    private final WrittenFiles written;
    private final Location table;

    /// The same for every attempt: only one of them can be in the log.
    private final String txnId;

    private final Instant begun;
    private Instant limit = Instant.MAX;
    private int attempt;

    ChangeRun(ChangeCommit with, List<ChangeMember<Q, R>> members, Storage storage, WrittenFiles written) {
        this.with = with;
        this.members = List.copyOf(members);
        this.storage = storage;
        this.written = written;
        this.table = members.getFirst().request().location();
        this.txnId = with.surroundings().ids().get().toString();
        this.begun = with.surroundings().clock().instant();
    }

    /// The members whose change on a version it is. Others may be left to the next commit.
    ///
    /// @param took to compute
    private record Computed<Q, R>(
            TableSnapshot on, List<ChangeMember<Q, R>> live, Preparation.Change<List<R>> change, Duration took) {

        List<ChangeRequest> requests() {
            return live.stream().map(ChangeMember::request).toList();
        }

        boolean isOnlyIfLatest() {
            return live.getFirst().request().onlyIfLatest().isPresent();
        }

        boolean isAnsweredOnConflict() {
            return live.getFirst().request().onConflict() == ChangeRequest.OnConflict.ANSWER;
        }
    }

    /// Leaves with an exception only while nothing is in the log or on its way there.
    void run(TableQueue queue) throws IOException {
        boolean again = true;
        while (again) {
            Optional<Computed<Q, R>> computed = compute(with.snapshots().latest(table));
            again = computed.isPresent() && queue.callInTurn(() -> collides(computed.get()));
        }
    }

    /// Empty when there is nothing to commit: the members are settled, or left to the next commit.
    private Optional<Computed<Q, R>> compute(TableSnapshot newest) throws IOException {
        List<ChangeMember<Q, R>> live = admitted(newest);
        if (live.isEmpty()) {
            written.discard();
            return Optional.empty();
        }
        List<Q> wants = live.stream().map(ChangeMember::what).toList();
        Instant began = with.surroundings().clock().instant();
        Preparation<List<Optional<R>>> prepared = live.getFirst().work().prepare(newest, wants);
        if (prepared.result().size() != live.size()
                || prepared.result().getFirst().isEmpty()) {
            throw new IllegalStateException("the results are not those of " + live.size() + " requests");
        }
        List<R> results = prepared.result().stream().flatMap(Optional::stream).toList();
        List<ChangeMember<Q, R>> made = new ArrayList<>();
        for (int at = 0; at < live.size(); at++) {
            if (prepared.result().get(at).isPresent()) {
                made.add(live.get(at));
            }
        }
        switch (prepared) {
            case Preparation.Nothing<List<Optional<R>>> _ -> {
                written.discard();
                settle(made, results, result -> new ChangeOutcome.Untouched<>(newest.version(), result));
                return Optional.empty();
            }
            case Preparation.Change<List<Optional<R>>> change -> {
                written.replaceBy(change.written());
                return Optional.of(new Computed<>(
                        newest,
                        made,
                        new Preparation.Change<>(
                                change.operation(), change.reads(), change.actions(), change.written(), results),
                        Duration.between(began, with.surroundings().clock().instant())));
            }
        }
    }

    /// Settles the members that a version of the table answers without any work.
    private List<ChangeMember<Q, R>> admitted(TableSnapshot newest) {
        List<ChangeMember<Q, R>> live = new ArrayList<>();
        for (ChangeMember<Q, R> member : members) {
            if (!member.isSettled()) {
                ruledOut(newest, member).ifPresentOrElse(member::settle, () -> live.add(member));
            }
        }
        return live;
    }

    /// A repeated request, a version that is not the expected one, a definition that the request was not checked
    /// against.
    private Optional<ChangeOutcome<R>> ruledOut(TableSnapshot newest, ChangeMember<Q, R> member) {
        ChangeRequest request = member.request();
        Optional<ChangeOutcome<R>> replay = request.identity()
                .flatMap(identity ->
                        with.receipts().find(newest, identity, member.work().resultType()));
        if (replay.isPresent()) {
            return replay;
        }
        if (request.onlyIfLatest().isPresent() && request.onlyIfLatest().getAsLong() != newest.version()) {
            return Optional.of(new ChangeOutcome.Refused<>(
                    new Failure.StaleVersion(request.onlyIfLatest().getAsLong(), newest.version())));
        }
        return request.preparedAgainst()
                .flatMap(checked -> DefinitionRules.conflictOfChange(storage, CheckedDefinition.of(checked), newest))
                .map(ChangeOutcome.Refused::new);
    }

    /// Commits the change; holds the table's turn.
    ///
    /// @return whether it is to be computed again beside the appends
    private boolean collides(Computed<Q, R> first) throws IOException {
        Computed<Q, R> computed = first;
        long judged = first.on().version();
        if (attempt == 0) {
            limit = with.surroundings().clock().instant().plus(with.settings().rerunTime());
        }
        while (true) {
            attempt++;
            TableSnapshot current = with.snapshots().latest(table);
            switch (judge(computed, judged, current)) {
                case Verdict.Ours(long version) -> {
                    committed(computed, version);
                    return false;
                }
                case Verdict.Passes _ -> {}
                case Verdict.Collides(Failure conflict) -> {
                    if (computed.isAnsweredOnConflict()) {
                        admitted(current);
                        refuse(conflict);
                        return false;
                    }
                    if (computed.took().compareTo(SHORT) > 0) {
                        return mayGoOn();
                    }
                    Optional<Computed<Q, R>> again = compute(current);
                    if (again.isEmpty()) {
                        return false;
                    }
                    computed = again.get();
                }
            }
            judged = current.version();
            if (put(computed, current, attempt) || !mayGoOn()) {
                return false;
            }
        }
    }

    /// Waits before the next attempt, or says that there is none.
    private boolean mayGoOn() {
        if (with.entryPut().pause(attempt, limit)) {
            return true;
        }
        refuse(new Failure.CommitContention(attempt, with.surroundings().retryAfter()));
        return false;
    }

    private Verdict judge(Computed<Q, R> computed, long judged, TableSnapshot current) {
        if (isAnotherTable(computed.on(), current)) {
            return new Verdict.Collides(new Failure.MetadataChanged(current.version()));
        }
        if (judged == current.version()) {
            return new Verdict.Passes();
        }
        if (computed.isOnlyIfLatest()) {
            return new Verdict.Collides(new Failure.StaleVersion(computed.on().version(), current.version()));
        }
        List<Action> actions = new ArrayList<>(computed.change().actions());
        computed.requests().stream()
                .flatMap(request -> request.identity().stream())
                .forEach(identity -> actions.addAll(with.receipts().transactions(identity)));
        Attempt ours = new Attempt(txnId, computed.on(), computed.change().reads(), actions);
        return Winners.judge(storage, ours, judged, current);
    }

    /// One that was dropped and made again has a log of its own: no commit of it tells what was lost.
    private static boolean isAnotherTable(TableSnapshot before, TableSnapshot current) {
        return current.version() < before.version()
                || !current.metadata().id().equals(before.metadata().id());
    }

    /// Whether that settled the members; else another writer took the version.
    private boolean put(Computed<Q, R> computed, TableSnapshot current, int attempt) {
        CommitEntry entry = ChangeEntry.following(
                current,
                computed.on(),
                computed.requests(),
                computed.change(),
                with.receipts(),
                with.entryPut().author(txnId));
        byte[] content = LogEntryCodec.encode(entry.actions());
        Instant deadline =
                with.surroundings().clock().instant().plus(with.settings().settleTime());
        written.entryIsPut();
        switch (with.entryPut().put(storage, table, entry, content, deadline)) {
            case LogPut.Result.Won _ -> {
                committed(computed, entry.version());
                with.metrics()
                        .committed(
                                computed.live().size(),
                                Duration.between(
                                        begun, with.surroundings().clock().instant()));
                with.aftermath().committed(members.getFirst().request().table(), current, entry);
                return true;
            }
            case LogPut.Result.Unknown _ -> {
                with.metrics().unknown();
                computed.live().forEach(member -> member.settle(new ChangeOutcome.Unknown<>()));
                return true;
            }
            case LogPut.Result.Refused(Exception cause) -> {
                LOG.warn("The store refused version {} of {}", entry.version(), table, cause);
                written.entryIsLost();
                refuse(StorageFailures.of(storage));
                return true;
            }
            case LogPut.Result.Lost _ -> {
                LOG.debug("Attempt {} lost version {} of {}", attempt, entry.version(), table);
                written.entryIsLost();
                with.metrics().lostRace();
                return false;
            }
        }
    }

    private void committed(Computed<Q, R> computed, long version) {
        settle(computed.live(), computed.change().result(), result -> new ChangeOutcome.Committed<>(version, result));
    }

    private static <Q, R> void settle(
            List<ChangeMember<Q, R>> members, List<R> results, Function<R, ChangeOutcome<R>> outcome) {
        for (int at = 0; at < members.size(); at++) {
            members.get(at).settle(outcome.apply(results.get(at)));
        }
    }

    /// Those that are not settled otherwise.
    private void refuse(Failure failure) {
        written.discard();
        members.forEach(member -> member.settle(new ChangeOutcome.Refused<>(failure)));
    }
}
