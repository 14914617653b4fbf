package io.sluice.ingest.transaction;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Bounds of transactions over many requests.
///
/// @param expiry from the beginning of a transaction until it is given up by itself; two hours shorter than
///     `sluice.limits.idempotency-window` at least
/// @param open transactions of one table at a time
/// @param batches of one transaction
/// @param sweepInterval between two looks for transactions that have expired
@ConfigurationProperties("sluice.transactions")
public record TransactionSettings(
        @DefaultValue("24h") Duration expiry,
        @DefaultValue("1000") int open,
        @DefaultValue("10000") int batches,
        @DefaultValue("1m") Duration sweepInterval) {}
