package io.sluice.compute;

import java.time.Duration;

/// How fast a client takes an answer at least.
///
/// @param bytesPerSecond before compression, over any `grace` in which the answer waited for the client; 0: as slowly
///     as it likes
public record Pace(long bytesPerSecond, Duration grace) {

    /// For whoever is no client.
    public static final Pace ANY = new Pace(0, Duration.ZERO);
}
