package io.sluice.maintenance.restore;

import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.TableSnapshot;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which files make one version out of another.
///
/// @param added live only in the version that is wanted
/// @param removed live only in the version that is there
record Difference(List<DataFile> added, List<DataFile> removed) {

    private record Key(String path, Optional<Action.DeletionVector> vector) {
        static Key of(DataFile file) {
            return new Key(DataFile.pathKey(file.add().path()), file.add().deletionVector());
        }
    }

    static Difference between(TableSnapshot current, TableSnapshot wanted) {
        return new Difference(missing(wanted.files(), current.files()), missing(current.files(), wanted.files()));
    }

    private static List<DataFile> missing(List<DataFile> files, List<DataFile> others) {
        Set<Key> there = new HashSet<>();
        others.forEach(file -> there.add(Key.of(file)));
        return files.stream().filter(file -> !there.contains(Key.of(file))).toList();
    }

    static long bytes(List<DataFile> files) {
        return files.stream().mapToLong(file -> file.add().size()).sum();
    }
}
