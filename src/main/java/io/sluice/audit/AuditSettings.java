package io.sluice.audit;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where the audit log goes.
///
/// @param to `stdout`, `file:<path>` or `table:<schema.table>`; empty for nowhere
/// @param queue entries that may wait to be written
/// @param patience how long a request waits for a place in the queue; then its entry is dropped, and counted
/// @param linger of entries for a table, so that one commit has many
/// @param drainTime at shutdown for the entries that wait
@ConfigurationProperties("sluice.audit")
record AuditSettings(
        @DefaultValue("") String to,
        @DefaultValue("10000") int queue,
        @DefaultValue("1s") Duration patience,
        @DefaultValue("5s") Duration linger,
        @DefaultValue("5s") Duration drainTime) {}
