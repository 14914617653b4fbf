package io.sluice.commit.entry;

import io.sluice.delta.Action;
import io.sluice.table.User;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A log entry for one version, not yet put.
///
/// @param txnId by which we recognise the entry as ours
/// @param actions `commitInfo` first, as in-commit timestamps demand
public record CommitEntry(long version, String txnId, List<Action> actions) {

    public CommitEntry {
        actions = List.copyOf(actions);
    }

    /// @param engineInfo `Sluice/<version>`
    public record Author(String engineInfo, Instant now, String txnId) {}

    /// Adds who made the commit to its `commitInfo`, by Spark's names.
    static void name(User user, Map<String, Object> info) {
        info.put("userId", user.id());
        info.put("userName", user.name());
    }
}
