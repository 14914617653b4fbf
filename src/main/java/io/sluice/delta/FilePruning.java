package io.sluice.delta;

import io.sluice.delta.prune.BoundsIndex;
import io.sluice.delta.prune.Pruning;
import io.sluice.table.Predicate;
import java.util.List;

/// Leaves out files that hold no row for a predicate, by partition values and statistics alone.
public final class FilePruning {

    private FilePruning() {}

    /// The files that may hold a row for which the predicate is true, in the snapshot's order. A file without
    /// statistics stays.
    public static List<DataFile> mayMatch(TableSnapshot snapshot, Predicate predicate) {
        BoundsIndex index =
                snapshot instanceof LoadedSnapshot loaded ? loaded.bounds() : new BoundsIndex(snapshot.files());
        return Pruning.mayMatch(snapshot, index, predicate);
    }

    /// Whether one of these files, which are not in the snapshot, may hold a row for which the predicate is true.
    ///
    /// @param snapshot whose schema the predicate and the files' statistics go by
    public static boolean anyMayMatch(TableSnapshot snapshot, List<Action.AddFile> added, Predicate predicate) {
        List<DataFile> files = added.stream()
                .map(add -> new DataFile(add, snapshot.location()))
                .toList();
        return !Pruning.mayMatch(snapshot, new BoundsIndex(files), predicate).isEmpty();
    }
}
