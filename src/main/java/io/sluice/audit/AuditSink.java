package io.sluice.audit;

import java.io.IOException;
import java.util.List;

/// Where entries end up. Called by one thread.
interface AuditSink {

    /// @throws IOException when they are not there; they come again
    void write(List<AuditEntry> entries) throws IOException;

    /// Whether entries are worth waiting for others.
    Pace pace();

    enum Pace {
        AT_ONCE,
        TOGETHER
    }
}
