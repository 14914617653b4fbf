package io.sluice.delta;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The content of one `N.json`.
///
/// @param fileModified the log file's modification time by the store's clock
public record LogEntry(long version, Instant fileModified, List<Action> actions) {

    public LogEntry {
        actions = List.copyOf(actions);
    }

    /// The commit's provenance, where the writer left one.
    public Optional<Action.CommitInfo> commitInfo() {
        return actions.stream()
                .filter(Action.CommitInfo.class::isInstance)
                .map(Action.CommitInfo.class::cast)
                .findFirst();
    }
}
