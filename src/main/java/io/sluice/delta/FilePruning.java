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
}
