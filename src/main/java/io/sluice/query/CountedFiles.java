package io.sluice.query;

import io.sluice.compute.Filter;
import io.sluice.delta.DataFile;
import io.sluice.delta.FilePruning;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Predicate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/// The files that may hold rows of a count, told apart by whether the log counts them.
///
/// @param rows in files of which every row satisfies the filters, as the log tells
/// @param doubtful the other files
record CountedFiles(long rows, List<DataFile> doubtful) {

    static CountedFiles of(TableSnapshot snapshot, List<DataFile> files, List<Filter> filters) {
        Set<DataFile> refutable = refutable(snapshot, files, filters);
        long rows = 0;
        var doubtful = new ArrayList<DataFile>();
        for (DataFile file : files) {
            OptionalLong live = PlannedFiles.liveRows(file);
            if (live.isPresent() && !refutable.contains(file)) {
                rows += live.getAsLong();
            } else {
                doubtful.add(file);
            }
        }
        return new CountedFiles(rows, doubtful);
    }

    /// The files that may hold a row for which a filter is not true.
    private static Set<DataFile> refutable(TableSnapshot snapshot, List<DataFile> files, List<Filter> filters) {
        if (filters.isEmpty()) {
            return Set.of();
        }
        return new HashSet<>(
                filters.stream().allMatch(filter -> isNeverMixed(filter, snapshot))
                        ? FilePruning.mayMatch(
                                snapshot,
                                new Predicate.Or(
                                        filters.stream().map(Filter::refutation).toList()))
                        : files);
    }

    /// Whether the filter is not null for one row and true for another of the same file: so of partition values,
    /// which all rows share, and of whether a column is null.
    private static boolean isNeverMixed(Filter filter, TableSnapshot snapshot) {
        List<String> partitionColumns = snapshot.metadata().partitionColumns();
        return filter.predicate() instanceof Predicate.IsNull
                || filter.columns().stream()
                        .allMatch(name -> partitionColumns.stream().anyMatch(name::equalsIgnoreCase));
    }
}
