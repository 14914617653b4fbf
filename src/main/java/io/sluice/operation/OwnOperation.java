package io.sluice.operation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// An operation of this process.
final class OwnOperation implements OperationControl {

    /// Why one is to stop.
    enum Stop {
        NOT,
        CANCELLED,
        SHUTTING_DOWN,
        /// No sign of life could be left for so long that others may take it for dead.
        UNHEARD
    }

    private final Duration silence;
    private final Clock clock;
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile Operation current;
    private volatile Stop stop = Stop.NOT;
    private volatile boolean saved;
    private volatile Instant lastSign;

    /// @param silence without a sign of life, after which it stops
    OwnOperation(Operation queued, Duration silence, Clock clock) {
        this.current = queued;
        this.silence = silence;
        this.clock = clock;
        this.lastSign = clock.instant();
    }

    Operation current() {
        return current;
    }

    Stop stop() {
        return stop;
    }

    void stop(Stop why) {
        if (stop == Stop.NOT) {
            stop = why;
        }
    }

    /// Whether the last state is on storage.
    boolean isSaved() {
        return saved;
    }

    /// @param sign when the state that is now on storage was told
    void saved(Instant sign) {
        stopAfterSilence(sign);
        lastSign = sign;
        saved = true;
    }

    /// What came after too long a silence does not make up for it.
    private void stopAfterSilence(Instant now) {
        if (lastSign.plus(silence).isBefore(now)) {
            stop(Stop.UNHEARD);
        }
    }

    synchronized void become(Operation next) {
        if (!current.state().isFinished()) {
            current = next;
            saved = false;
        }
    }

    /// From now on at its work.
    ///
    /// @throws OperationStoppedException when it is to stop before it has begun
    synchronized void begin() {
        stopHere();
        become(current.running(clock.instant()));
    }

    /// Has it stop where nothing is half done. One that has not begun has ended with that; one that has is at
    /// work, and keeps what it claims, until it comes to such a place.
    synchronized void cancel() {
        stop(Stop.CANCELLED);
        if (current.state() == OperationState.QUEUED) {
            become(current.cancelled(clock.instant()));
        }
    }

    void end() {
        finished.countDown();
    }

    boolean await(Duration limit) throws InterruptedException {
        return finished.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    void awaitEnd() {
        try {
            finished.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void progress(long done, OptionalLong total, String unit) {
        Instant started = current.startedAt();
        double seconds =
                started == null ? 0 : Duration.between(started, clock.instant()).toMillis() / 1000.0;
        become(current.at(new Progress(
                done,
                total.isPresent() ? total.getAsLong() : null,
                unit,
                seconds > 0 ? Math.round(done / seconds * 10) / 10.0 : null)));
    }

    @Override
    public void stopHere() {
        stopAfterSilence(clock.instant());
        if (stop != Stop.NOT) {
            throw new OperationStoppedException();
        }
    }
}
