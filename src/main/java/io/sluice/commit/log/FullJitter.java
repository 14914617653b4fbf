package io.sluice.commit.log;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// Exponential back-off with full jitter: before retry n a wait that is uniform between nothing and `first · 2ⁿ⁻¹`, at
/// most `longest`.
///
/// Full jitter, because rivals for one version start at the same moment and equal waits would let them collide again.
///
/// @param random safe for use by many threads
public record FullJitter(RandomGenerator random, Duration first, Duration longest) {

    /// @param retry counted from 1
    public Duration before(int retry) {
        long cap = longest.toNanos();
        int doublings = Math.min(Math.max(retry, 1) - 1, 30);
        long ceiling = Math.min(cap, saturated(first.toNanos(), doublings));
        return Duration.ofNanos(random.nextLong(ceiling + 1));
    }

    private static long saturated(long nanos, int doublings) {
        return nanos > Long.MAX_VALUE >> doublings ? Long.MAX_VALUE - 1 : nanos << doublings;
    }
}
