package io.sluice.commit.change;

import io.sluice.commit.CommitSettings;
import io.sluice.table.Failure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Whose turn it is to change one table: in the order in which they came.
public final class ChangeTurn {

    private final CommitSettings settings;
    private final Supplier<Duration> retryAfter;
    private final ReentrantLock turn = new ReentrantLock(true);

    public ChangeTurn(CommitSettings settings, Supplier<Duration> retryAfter) {
        this.settings = settings;
        this.retryAfter = retryAfter;
    }

    /// Waits for the turn, which [#end] ends; or says why it does not come.
    public Optional<Failure> begin() {
        if (turn.getQueueLength() >= settings.queueRequests()) {
            return Optional.of(new Failure.Overloaded("sluice.commit.queue-requests", retryAfter.get()));
        }
        try {
            return turn.tryLock(settings.queueTime().toNanos(), TimeUnit.NANOSECONDS)
                    ? Optional.empty()
                    : Optional.of(new Failure.Overloaded("sluice.commit.queue-time", retryAfter.get()));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return Optional.of(new Failure.ShuttingDown(retryAfter.get()));
        }
    }

    public void end() {
        turn.unlock();
    }

    /// Waits until those who came before have had their turn.
    ///
    /// @return whether that was so in time
    public boolean awaitIdle(Duration limit) throws InterruptedException {
        if (!turn.tryLock(Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS)) {
            return false;
        }
        turn.unlock();
        return true;
    }
}
