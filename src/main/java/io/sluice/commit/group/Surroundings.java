package io.sluice.commit.group;

import io.sluice.commit.log.Sleeper;
import java.time.Clock;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// What makes two runs of the same requests differ.
///
/// @param random safe for use by many threads
/// @param ids of transactions, tables and columns, each a new one
/// @param transactionIds each a new one
public record Surroundings(Clock clock, RandomGenerator random, Sleeper sleeper, Supplier<UUID> ids) {

    /// The clock, chance and time of the machine.
    public static Surroundings ofTheMachine() {
        return new Surroundings(Clock.systemUTC(), new Random(), Thread::sleep, UUID::randomUUID);
    }
}
