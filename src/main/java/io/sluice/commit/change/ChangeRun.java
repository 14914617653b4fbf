package io.sluice.commit.change;

import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.ChangeRequest;
import io.sluice.commit.ChangeWork;
import io.sluice.commit.CheckedDefinition;
import io.sluice.commit.Preparation;
import io.sluice.commit.conflict.Attempt;
import io.sluice.commit.conflict.DefinitionRules;
import io.sluice.commit.conflict.Verdict;
import io.sluice.commit.conflict.Winners;
import io.sluice.commit.entry.ChangeEntry;
import io.sluice.commit.entry.CommitEntry;
import io.sluice.commit.group.StorageFailures;
import io.sluice.commit.group.TableQueue;
import io.sluice.commit.log.LogPut;
import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.table.Failure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One change on its way: computed on the newest version, judged against what was committed meanwhile, put; computed
/// again after a collision.
///
/// The first computation goes on beside the appends of this process. Whatever follows holds the table's turn, so that
/// those appends cannot outrun it; against other processes attempts and time are bounded.
final class ChangeRun<R> {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeRun.class);

    private final ChangeCommit with;
    private final ChangeRequest request;
    private final ChangeWork<R> work;
    private final Storage storage;
    private final WrittenFiles written;
    private final Location table;

    /// The same for every attempt: only one of them can be in the log.
    private final String txnId;

    private final Instant begun;

    ChangeRun(ChangeCommit with, ChangeRequest request, ChangeWork<R> work, Storage storage, WrittenFiles written) {
        this.with = with;
        this.request = request;
        this.work = work;
        this.storage = storage;
        this.written = written;
        this.table = request.location();
        this.txnId = with.surroundings().ids().get().toString();
        this.begun = with.surroundings().clock().instant();
    }

    /// How far the change came with one version.
    private sealed interface Step<R> {
        record Done<R>(ChangeOutcome<R> outcome) implements Step<R> {}

        record Computed<R>(TableSnapshot on, Preparation.Change<R> change) implements Step<R> {}
    }

    ChangeOutcome<R> run(TableQueue queue) throws IOException {
        return switch (compute(with.snapshots().latest(table))) {
            case Step.Done<R>(ChangeOutcome<R> outcome) -> outcome;
            case Step.Computed<R> computed -> queue.callInTurn(() -> commit(computed));
        };
    }

    private Step<R> compute(TableSnapshot newest) throws IOException {
        Optional<ChangeOutcome<R>> ruledOut = ruledOut(newest);
        if (ruledOut.isPresent()) {
            return new Step.Done<>(ruledOut.get());
        }
        return switch (work.prepare(newest)) {
            case Preparation.Nothing<R>(R result) ->
                new Step.Done<>(new ChangeOutcome.Untouched<>(newest.version(), result));
            case Preparation.Change<R> change -> {
                written.replaceBy(change.written());
                yield new Step.Computed<>(newest, change);
            }
        };
    }

    /// What a version of the table answers without any work: a repeated request, a version that is not the
    /// expected one, a definition that the request was not checked against.
    private Optional<ChangeOutcome<R>> ruledOut(TableSnapshot newest) {
        Optional<ChangeOutcome<R>> replay =
                request.identity().flatMap(identity -> with.receipts().find(newest, identity, work.resultType()));
        if (replay.isPresent()) {
            return replay;
        }
        if (request.onlyIfLatest().isPresent() && request.onlyIfLatest().getAsLong() != newest.version()) {
            return refused(new Failure.StaleVersion(request.onlyIfLatest().getAsLong(), newest.version()));
        }
        return request.preparedAgainst()
                .flatMap(checked -> DefinitionRules.conflictOfChange(storage, CheckedDefinition.of(checked), newest))
                .flatMap(this::refused);
    }

    private Optional<ChangeOutcome<R>> refused(Failure failure) {
        return Optional.of(new ChangeOutcome.Refused<>(failure));
    }

    private ChangeOutcome<R> commit(Step.Computed<R> first) throws IOException {
        Step.Computed<R> computed = first;
        long judged = first.on().version();
        Instant limit =
                with.surroundings().clock().instant().plus(with.settings().rerunTime());
        for (int attempt = 1; ; attempt++) {
            TableSnapshot current = with.snapshots().latest(table);
            switch (judge(computed, judged, current)) {
                case Verdict.Ours(long version) -> {
                    return new ChangeOutcome.Committed<>(
                            version, computed.change().result());
                }
                case Verdict.Passes _ -> {}
                case Verdict.Collides(Failure conflict) -> {
                    Optional<ChangeOutcome<R>> ruledOut = ruledOut(current);
                    if (ruledOut.isPresent()) {
                        return end(ruledOut.get());
                    }
                    if (request.onConflict() == ChangeRequest.OnConflict.ANSWER) {
                        return end(new ChangeOutcome.Refused<>(conflict));
                    }
                    switch (compute(current)) {
                        case Step.Done<R>(ChangeOutcome<R> outcome) -> {
                            return end(outcome);
                        }
                        case Step.Computed<R> again -> computed = again;
                    }
                }
            }
            judged = current.version();
            Optional<ChangeOutcome<R>> outcome = put(computed, current, attempt);
            if (outcome.isPresent()) {
                return outcome.get();
            }
            if (!with.entryPut().pause(attempt, limit)) {
                return end(new ChangeOutcome.Refused<>(new Failure.CommitContention(
                        attempt, with.surroundings().retryAfter())));
            }
        }
    }

    private Verdict judge(Step.Computed<R> computed, long judged, TableSnapshot current) {
        if (judged == current.version()) {
            return new Verdict.Passes();
        }
        if (request.onlyIfLatest().isPresent()) {
            return new Verdict.Collides(new Failure.StaleVersion(computed.on().version(), current.version()));
        }
        List<Action> actions = new ArrayList<>(computed.change().actions());
        request.identity().map(with.receipts()::transactions).ifPresent(actions::addAll);
        Attempt ours = new Attempt(txnId, computed.on(), computed.change().reads(), actions);
        return Winners.judge(storage, ours, judged, current);
    }

    /// Empty when another writer took the version.
    private Optional<ChangeOutcome<R>> put(Step.Computed<R> computed, TableSnapshot current, int attempt) {
        CommitEntry entry = ChangeEntry.following(
                current,
                computed.on(),
                request,
                computed.change(),
                with.receipts(),
                with.entryPut().author(txnId));
        Instant deadline =
                with.surroundings().clock().instant().plus(with.settings().settleTime());
        written.entryIsPut();
        switch (with.entryPut().put(storage, table, entry, deadline)) {
            case LogPut.Result.Won _ -> {
                with.metrics()
                        .committed(
                                1,
                                Duration.between(
                                        begun, with.surroundings().clock().instant()));
                with.aftermath().committed(current, entry);
                return Optional.of(new ChangeOutcome.Committed<>(
                        entry.version(), computed.change().result()));
            }
            case LogPut.Result.Unknown _ -> {
                with.metrics().unknown();
                return Optional.of(new ChangeOutcome.Unknown<>());
            }
            case LogPut.Result.Refused(Exception cause) -> {
                LOG.warn("The store refused version {} of {}", entry.version(), table, cause);
                written.entryIsLost();
                return Optional.of(end(new ChangeOutcome.Refused<>(StorageFailures.of(storage))));
            }
            case LogPut.Result.Lost _ -> {
                LOG.debug("Attempt {} lost version {} of {}", attempt, entry.version(), table);
                written.entryIsLost();
                with.metrics().lostRace();
                return Optional.empty();
            }
        }
    }

    private ChangeOutcome<R> end(ChangeOutcome<R> outcome) {
        written.discard();
        return outcome;
    }
}
