package io.sluice.datafile;

import io.sluice.compute.change.ChangedRows.Counts;
import io.sluice.compute.change.ChangedRows.Member;
import io.sluice.delta.Action;
import io.sluice.storage.Location;
import io.sluice.table.Predicate;
import java.util.List;

/// A change of rows as actions of the log; everything that they name is on storage.
///
/// @param read which rows it was computed from
/// @param actions none when no row is touched
/// @param written files that no log entry names yet
/// @param members what became of each request of a group; none for a request alone
public record Rewritten(
        Predicate read,
        List<Action> actions,
        List<Location> written,
        Counts counts,
        List<Member> members,
        Figures figures) {

    public Rewritten {
        actions = List.copyOf(actions);
        written = List.copyOf(written);
        members = List.copyOf(members);
    }

    /// What it cost, for history.
    ///
    /// @param vectorsAdded to files that had none; `vectorsUpdated`: to files that had one; `vectorsRemoved`: of
    ///     files that are gone
    public record Figures(
            long filesAdded,
            long bytesAdded,
            long filesRemoved,
            long bytesRemoved,
            long changeFiles,
            long vectorsAdded,
            long vectorsUpdated,
            long vectorsRemoved,
            long scanMillis,
            long rewriteMillis) {}
}
