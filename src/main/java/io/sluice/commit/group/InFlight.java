package io.sluice.commit.group;

import io.sluice.commit.CommitOutcome;
import io.sluice.commit.RequestIdentity;
import io.sluice.commit.entry.Receipts;
import io.sluice.storage.Location;
import io.sluice.table.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// Requests with an identity that are under way in this process: a duplicate waits for the first and answers as the
/// log would.
public final class InFlight {

    private final Surroundings surroundings;
    private final Duration longestWait;
    private final Map<Request, First> underWay = new ConcurrentHashMap<>();

    /// @param longestWait of a duplicate, then it is refused as `request-in-progress`
    public InFlight(Surroundings surroundings, Duration longestWait) {
        this.surroundings = surroundings;
        this.longestWait = longestWait;
    }

    /// @param sequence 0 for a key
    private record Request(Location table, String applicationId, long sequence) {
        static Request of(Location table, RequestIdentity identity) {
            long sequence = switch (identity) {
                case RequestIdentity.Key _ -> 0;
                case RequestIdentity.Sequence numbered -> numbered.sequence();
            };
            return new Request(table, Receipts.applicationId(identity), sequence);
        }
    }

    private record First(RequestIdentity identity, CompletableFuture<CommitOutcome> outcome) {}

    /// Runs the request, unless the same one is under way.
    public CommitOutcome once(Location table, RequestIdentity identity, Supplier<CommitOutcome> request) {
        Request key = Request.of(table, identity);
        Instant limit = surroundings.clock().instant().plus(longestWait);
        while (true) {
            First mine = new First(identity, new CompletableFuture<>());
            First first = underWay.putIfAbsent(key, mine);
            if (first == null) {
                return run(key, mine, request);
            }
            switch (await(first, limit)) {
                case CommitOutcome.Committed done -> {
                    return duplicate(first, identity, done);
                }
                case CommitOutcome.Replayed done -> {
                    return done;
                }
                case CommitOutcome.Unknown unknown -> {
                    return unknown;
                }
                case CommitOutcome.Refused(Failure.RequestInProgress inProgress) -> {
                    return new CommitOutcome.Refused(inProgress);
                }
                case CommitOutcome.Refused _ -> {
                    // What stopped the first need not stop this one.
                }
            }
        }
    }

    private CommitOutcome run(Request key, First mine, Supplier<CommitOutcome> request) {
        CommitOutcome outcome = new CommitOutcome.Unknown();
        try {
            outcome = request.get();
            return outcome;
        } finally {
            underWay.remove(key, mine);
            mine.outcome().complete(outcome);
        }
    }

    private static CommitOutcome duplicate(First first, RequestIdentity identity, CommitOutcome.Committed done) {
        return first.identity().equals(identity)
                ? new CommitOutcome.Replayed(done.version(), done.rows(), done.files(), done.bytes())
                : new CommitOutcome.Refused(new Failure.IdempotencyKeyReused());
    }

    private CommitOutcome await(First first, Instant limit) {
        Duration left = Duration.between(surroundings.clock().instant(), limit);
        try {
            return first.outcome().get(Math.max(0, left.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException stillUnderWay) {
            return new CommitOutcome.Refused(new Failure.RequestInProgress());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return new CommitOutcome.Refused(new Failure.RequestInProgress());
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("an outcome never completes exceptionally", impossible);
        }
    }
}
