package io.sluice.operation;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Bounds of long-running operations.
///
/// @param concurrent at the same time in this process; others are queued
/// @param waiting that may be queued; more are refused as `overloaded`
/// @param heartbeat between two signs of life that a replica leaves for each of its operations; one without a sign for
///     four times as long is shown as failed
/// @param kept how long a finished operation can be asked about
/// @param longestWait of `Prefer: wait`
/// @param drainTime at shutdown, for an operation to come to where nothing is half done
@ConfigurationProperties("sluice.operations")
record OperationSettings(
        @DefaultValue("2") int concurrent,
        @DefaultValue("100") int waiting,
        @DefaultValue("10s") Duration heartbeat,
        @DefaultValue("7d") Duration kept,
        @DefaultValue("60s") Duration longestWait,
        @DefaultValue("20s") Duration drainTime) {

    private static final int MISSED_HEARTBEATS = 4;

    /// After this long without a sign of life others take an operation for dead.
    Duration untilDead() {
        return heartbeat.multipliedBy(MISSED_HEARTBEATS);
    }

    /// After this long without a sign of life an operation stops by itself, before others take it for dead.
    Duration silence() {
        return heartbeat.multipliedBy(MISSED_HEARTBEATS - 1);
    }
}
