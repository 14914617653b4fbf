package io.sluice.delta;

import java.time.Instant;
import java.util.List;

/// Turns actions into the bytes of an `N.json` and back (Delta protocol, "Delta Log Entries": one JSON object per line).
public final class LogEntryCodec {

    private LogEntryCodec() {}

    public static byte[] encode(List<Action> actions) {
        throw new UnsupportedOperationException();
    }

    /// @throws io.sluice.table.FailureException with `table-corrupt` when the bytes are empty, cut short or not the protocol's
    public static LogEntry decode(long version, Instant fileModified, byte[] content) {
        throw new UnsupportedOperationException();
    }
}
