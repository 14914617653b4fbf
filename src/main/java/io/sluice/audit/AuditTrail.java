package io.sluice.audit;

import java.util.Optional;

/// The audit log, where there is one. A bean beside the filter that fills it: filters are made before all others, and
/// this must end before the tables that it may write to.
record AuditTrail(Optional<AuditLog> log) implements AutoCloseable {

    @Override
    public void close() throws InterruptedException {
        if (log.isPresent()) {
            log.get().close();
        }
    }
}
