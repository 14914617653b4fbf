package io.sluice.commit.group;

import io.sluice.commit.RequestIdentity;
import io.sluice.commit.entry.Receipts;
import io.sluice.storage.Location;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// Requests with an identity that are under way in this process: a duplicate waits for the first, and then finds in
/// the log what became of it.
public final class InFlight {

    private final Surroundings surroundings;
    private final Duration longestWait;
    private final Map<Request, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

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

    /// Runs the request when no other one with its identity is under way.
    ///
    /// @param inProgress the answer when the other one does not end in time
    public <O> O once(Location table, RequestIdentity identity, Supplier<O> request, Supplier<O> inProgress) {
        Request key = Request.of(table, identity);
        Instant limit = surroundings.clock().instant().plus(longestWait);
        CompletableFuture<Void> mine = new CompletableFuture<>();
        for (CompletableFuture<Void> first = underWay.putIfAbsent(key, mine);
                first != null;
                first = underWay.putIfAbsent(key, mine)) {
            if (!awaitEnd(first, limit)) {
                return inProgress.get();
            }
        }
        try {
            return request.get();
        } finally {
            underWay.remove(key, mine);
            mine.complete(null);
        }
    }

    private boolean awaitEnd(CompletableFuture<Void> first, Instant limit) {
        Duration left = Duration.between(surroundings.clock().instant(), limit);
        try {
            first.get(Math.max(0, left.toNanos()), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException stillUnderWay) {
            return false;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("an end never completes exceptionally", impossible);
        }
    }
}
