package io.sluice.commit.group;

import io.sluice.commit.log.Sleeper;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// What makes two runs of the same requests differ.
///
/// @param random safe for use by many threads
/// @param ids of transactions, tables and columns, each a new one
/// @param ticker nanoseconds, as [System#nanoTime()] counts them
public record Surroundings(
        Clock clock, RandomGenerator random, Sleeper sleeper, Supplier<UUID> ids, LongSupplier ticker) {

    /// When a client that is turned away may come again; of many that are turned away at once, each at another
    /// time.
    public Duration retryAfter() {
        return Duration.ofSeconds(1 + random.nextInt(3));
    }

    /// The clock, chance and time of the machine.
    public static Surroundings ofTheMachine() {
        return new Surroundings(Clock.systemUTC(), new Random(), Thread::sleep, UUID::randomUUID, System::nanoTime);
    }
}
