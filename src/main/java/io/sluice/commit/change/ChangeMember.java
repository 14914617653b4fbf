package io.sluice.commit.change;

import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.ChangeRequest;
import io.sluice.commit.ChangeWork;
import io.sluice.commit.GroupWork;
import io.sluice.commit.Preparation;
import io.sluice.commit.entry.Receipts;
import io.sluice.delta.TableSnapshot;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// A request that waits for its turn, with its outcome to be.
///
/// @param what the request wants of the work
/// @param outcome the first that was settled
public record ChangeMember<Q, R>(
        ChangeRequest request, Q what, GroupWork<Q, R> work, CompletableFuture<ChangeOutcome<R>> outcome) {

    public ChangeMember(ChangeRequest request, Q what, GroupWork<Q, R> work) {
        this(request, what, work, new CompletableFuture<>());
    }

    /// A request with work of its own, which goes alone.
    public static <R> ChangeMember<ChangeWork<R>, R> alone(ChangeRequest request, ChangeWork<R> work) {
        return new ChangeMember<>(request, work, new Alone<>(work.resultType()));
    }

    /// Not a record: each is equal only to itself.
    private static final class Alone<R> implements GroupWork<ChangeWork<R>, R> {

        private final Class<R> resultType;

        Alone(Class<R> resultType) {
            this.resultType = resultType;
        }

        @Override
        public Preparation<List<Optional<R>>> prepare(TableSnapshot snapshot, List<ChangeWork<R>> requests)
                throws IOException {
            return switch (requests.getFirst().prepare(snapshot)) {
                case Preparation.Nothing<R>(R result) -> new Preparation.Nothing<>(List.of(Optional.of(result)));
                case Preparation.Change<R> change ->
                    new Preparation.Change<>(
                            change.operation(),
                            change.reads(),
                            change.actions(),
                            change.written(),
                            List.of(Optional.of(change.result())));
            };
        }

        @Override
        public Class<R> resultType() {
            return resultType;
        }
    }

    void settle(ChangeOutcome<R> settled) {
        outcome.complete(settled);
    }

    boolean isSettled() {
        return outcome.isDone();
    }

    Optional<String> applicationId() {
        return request.identity().map(Receipts::applicationId);
    }

    boolean mayShareCommitWith(ChangeMember<?, ?> other) {
        return work.equals(other.work)
                && request.onlyIfLatest().isEmpty()
                && other.request.onlyIfLatest().isEmpty()
                && request.onConflict() == other.request.onConflict()
                && request.userMetadata().equals(other.request.userMetadata())
                && request.user().equals(other.request.user());
    }
}
