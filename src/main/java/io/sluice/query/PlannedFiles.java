package io.sluice.query;

import io.sluice.compute.Filter;
import io.sluice.delta.DataFile;
import io.sluice.delta.FilePruning;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Predicate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Which files of a version a question reads, and in which order: one that is the same on every replica, so that a
/// page can begin where another one ended.
final class PlannedFiles {

    /// Files without deleted rows first, as scans read them, then by age.
    private static final Comparator<DataFile> ORDER = Comparator.comparing(
                    (DataFile file) -> file.add().deletionVector().isPresent())
            .thenComparingLong(file -> file.add().modificationTime())
            .thenComparing(file -> file.add().path());

    private PlannedFiles() {}

    /// The files that may hold rows which satisfy all filters, of one shard of the version.
    static List<DataFile> of(TableSnapshot snapshot, List<Filter> filters, Optional<Shard> shard) {
        List<DataFile> live = filters.isEmpty() ? snapshot.files() : FilePruning.mayMatch(snapshot, all(filters));
        if (shard.isEmpty()) {
            return sorted(live);
        }
        var chosen = new ArrayList<DataFile>();
        List<DataFile> all = sorted(snapshot.files());
        var wanted = new HashSet<>(live);
        for (int i = 0; i < all.size(); i++) {
            if (shard.get().holds(i) && wanted.contains(all.get(i))) {
                chosen.add(all.get(i));
            }
        }
        return chosen;
    }

    private static Predicate all(List<Filter> filters) {
        return filters.size() == 1
                ? filters.getFirst().predicate()
                : new Predicate.And(filters.stream().map(Filter::predicate).toList());
    }

    private static List<DataFile> sorted(List<DataFile> files) {
        if (files.size() < 2) {
            return files;
        }
        var sorted = new ArrayList<>(files);
        sorted.sort(ORDER);
        return sorted;
    }

    /// The files from one on that certainly hold so many rows; all of them where statistics do not tell.
    static List<DataFile> enough(List<DataFile> files, int first, long rows) {
        long known = 0;
        for (int i = first; i < files.size(); i++) {
            if (known >= rows) {
                return files.subList(0, i);
            }
            known += liveRows(files.get(i)).orElse(0);
        }
        return files;
    }

    /// Rows of the file that are not deleted, if the log tells.
    static OptionalLong liveRows(DataFile file) {
        OptionalLong records = file.statistics().numRecords();
        long deleted =
                file.add().deletionVector().map(vector -> vector.cardinality()).orElse(0L);
        return records.isPresent() ? OptionalLong.of(records.getAsLong() - deleted) : records;
    }
}
