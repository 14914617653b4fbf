package io.sluice.delta.prune;

import io.sluice.delta.DataFile;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Predicate;
import java.util.ArrayList;
import java.util.List;

/// A predicate over an index of bounds.
public final class Pruning {

    private Pruning() {}

    /// The files that may hold a matching row, in their order.
    public static List<DataFile> mayMatch(TableSnapshot snapshot, BoundsIndex index, Predicate predicate) {
        if (predicate instanceof Predicate.Anything) {
            return index.files();
        }
        FileTest test = FileTest.of(predicate, snapshot, index);
        List<DataFile> matching = new ArrayList<>();
        List<DataFile> files = index.files();
        for (int i = 0; i < files.size(); i++) {
            if (test.may(i)) {
                matching.add(files.get(i));
            }
        }
        return matching;
    }
}
