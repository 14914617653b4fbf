package io.sluice.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request, or the end of an operation, as the audit log keeps it.
///
/// @param time when it was answered, or ended
/// @param requestId of the operation's, that which began it
/// @param userId `key:loader`, `subject:4711`; absent for whom nobody knows
/// @param client the address that it came from
/// @param path without the query; of the operation
/// @param activity what it wanted; absent where that is about no table
/// @param also what else it wanted: `read sales.orders`
/// @param version of the table that was read or written
/// @param rows that were written, changed or read
/// @param outcome `ok`, `cancelled`, `broken` for an answer that did not reach its end, else the problem
/// @param millis from its first byte to the last one of its answer
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record AuditEntry(
        Instant time,
        String requestId,
        @Nullable String userId,
        @Nullable String userName,
        @Nullable String client,
        String method,
        String path,
        @Nullable String activity,
        @Nullable String table,
        List<String> also,
        @Nullable Long version,
        @Nullable Long rows,
        int status,
        String outcome,
        long millis) {

    /// That entries before this one are missing.
    static AuditEntry gap(Instant time, long dropped) {
        return new AuditEntry(
                time, "", null, null, null, "", "", "audit", null, List.of(), null, dropped, 0, "dropped", 0);
    }
}
