package io.sluice.commit.group;

import io.sluice.commit.AppendRequest;
import io.sluice.commit.CommitOutcome;
import io.sluice.commit.RequestIdentity;
import io.sluice.commit.Stager;
import io.sluice.commit.entry.Receipts;
import io.sluice.table.Failure;
import io.sluice.trace.Stages;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// A request that waits, with its outcome to be.
///
/// The outcome is settled by the group's commit and told by the queue once the commit is over: only so can the queue
/// know which requests came while it was under way, and which because of its answers.
///
/// @param expires when it is refused if its group has not started
/// @param origin the request, in whose trace the group's stages stand too
/// @param outcome the first that was settled
/// @param answer what the request waits for
public record Member<R>(
        AppendRequest<R> request,
        Stager<R> stager,
        Instant expires,
        Stages.Origin origin,
        CompletableFuture<CommitOutcome> outcome,
        CompletableFuture<CommitOutcome> answer) {

    public Member(AppendRequest<R> request, Stager<R> stager, Instant expires) {
        this(request, stager, expires, Stages.here(), new CompletableFuture<>(), new CompletableFuture<>());
    }

    void settle(CommitOutcome settled) {
        outcome.complete(settled);
    }

    void refuse(Failure failure) {
        settle(new CommitOutcome.Refused(failure));
    }

    boolean isRefused() {
        return outcome.getNow(new CommitOutcome.Unknown()) instanceof CommitOutcome.Refused;
    }

    void tell() {
        answer.complete(outcome.getNow(new CommitOutcome.Unknown()));
    }

    /// Whether it ended because the store did not answer.
    boolean isLeftOpenByStore() {
        return switch (outcome.getNow(new CommitOutcome.Unknown())) {
            case CommitOutcome.Unknown _ -> true;
            case CommitOutcome.Refused(Failure failure) -> failure instanceof Failure.StorageUnavailable;
            case CommitOutcome.Committed _, CommitOutcome.Replayed _ -> false;
        };
    }

    Optional<String> applicationId() {
        return request.identity().map(Receipts::applicationId);
    }

    /// The rest of what a group's members must agree on is checked against the group's snapshot.
    boolean mayShareCommitWith(Member<?> other) {
        return stager.equals(other.stager)
                && request.onlyIfLatest().isEmpty()
                && other.request.onlyIfLatest().isEmpty()
                && request.userMetadata().equals(other.request.userMetadata())
                && request.user().equals(other.request.user());
    }

    Optional<RequestIdentity> identity() {
        return request.identity();
    }
}
