package io.sluice.commit.simulation;

import java.time.Duration;
import java.time.Instant;

/// What goes wrong on the way between replicas and the store, how often.
///
/// @param putFaults share of the puts that do not end with a plain answer
/// @param readFaults the same of reads, listings, deletes and puts of data files
/// @param slowestMillis of one way
/// @param dieBefore share of the store calls before which a replica dies
/// @param outageFrom when no request comes through any more
/// @param outageUntil when they do again
record Weather(
        double putFaults,
        double readFaults,
        long slowestMillis,
        double dieBefore,
        Instant outageFrom,
        Instant outageUntil) {

    /// How one put of a log entry fares.
    enum PutFault {
        NONE,
        /// It never arrives.
        REQUEST_LOST,
        /// It is done; nobody hears of it.
        ANSWER_LOST,
        /// It arrives twice, and one of the answers comes: 200, or 412 for one's own object.
        DUPLICATED,
        /// 409, done or not.
        CONFLICT,
        /// 500 or 503, done or not.
        SERVER_ERROR,
        /// No answer in time, or an error, and it is done up to a minute later.
        ZOMBIE,
        /// The store says that it will not be done.
        REFUSED
    }

    private static final PutFault[] FAULTS = PutFault.values();

    static Weather clear() {
        return new Weather(0, 0, 5, 0, Instant.MAX, Instant.MAX);
    }

    static Weather of(World world) {
        double[] shares = {0, 0.05, 0.2, 0.5, 0.8};
        Instant outage = world.chance(0.15) ? world.instant().plus(world.upTo(5_000)) : Instant.MAX;
        return new Weather(
                shares[world.random().nextInt(shares.length)],
                shares[world.random().nextInt(3)] / 2,
                world.chance(0.5) ? 20 : 2_000,
                world.chance(0.4) ? 0.02 : 0,
                outage,
                outage.equals(Instant.MAX)
                        ? outage
                        : outage.plus(Duration.ofSeconds(world.random().nextInt(60))));
    }

    PutFault put(World world) {
        if (isOut(world.instant())) {
            return PutFault.REQUEST_LOST;
        }
        // The last one, a plain refusal, is rarer than the silent ones.
        int kinds = world.chance(0.2) ? FAULTS.length : FAULTS.length - 1;
        return world.chance(putFaults) ? FAULTS[1 + world.random().nextInt(kinds - 1)] : PutFault.NONE;
    }

    boolean otherFails(World world) {
        return isOut(world.instant()) || world.chance(readFaults);
    }

    private boolean isOut(Instant now) {
        return now.isAfter(outageFrom) && now.isBefore(outageUntil);
    }
}
