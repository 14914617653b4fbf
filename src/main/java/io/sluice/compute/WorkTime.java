package io.sluice.compute;

import java.time.Duration;

/// How long a piece of work may keep DuckDB busy. The time in which it waits for a slow client does not count.
///
/// Made where the request is known, ticking from then on; used by one piece of work.
public final class WorkTime {

    private final Duration limit;
    private long spentNanos;
    private long since;
    private boolean paused;

    public WorkTime(Duration limit) {
        this.limit = limit;
        this.since = System.nanoTime();
    }

    public Duration limit() {
        return limit;
    }

    /// Stops the clock: what follows is not DuckDB's time.
    public synchronized void pause() {
        if (!paused) {
            spentNanos += System.nanoTime() - since;
            paused = true;
        }
    }

    public synchronized void resume() {
        if (paused) {
            since = System.nanoTime();
            paused = false;
        }
    }

    synchronized boolean isOver() {
        long now = paused ? spentNanos : spentNanos + System.nanoTime() - since;
        return now > limit.toNanos();
    }
}
