package io.sluice.maintenance.vacuum;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What a vacuum may do.
///
/// @param retentionCheck whether a retention shorter than the table's own is refused
/// @param leastRetention below which nothing goes, whatever the check and the table say: longer than any write or
///     query takes
/// @param unknownRetention of files that are listed: what no commit names yet may belong to a transaction that is
///     still open, so longer than one may be (`sluice.transactions.expiry`)
/// @param parallelDeletes requests at the same time; on S3 each deletes a thousand files
@ConfigurationProperties("sluice.vacuum")
record VacuumSettings(
        @DefaultValue("true") boolean retentionCheck,
        @DefaultValue("1h") Duration leastRetention,
        @DefaultValue("26h") Duration unknownRetention,
        @DefaultValue("16") int parallelDeletes) {}
