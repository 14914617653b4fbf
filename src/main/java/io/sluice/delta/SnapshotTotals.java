package io.sluice.delta;

import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;

/// What the log says about the whole of a version.
///
/// @param rows live rows; empty when a file has no statistics
/// @param sizeBytes of the live data files
/// @param partitions distinct partitions with files; 0 for a table without partition columns
/// @param deletedRows rows that deletion vectors remove
public record SnapshotTotals(OptionalLong rows, int files, long sizeBytes, int partitions, long deletedRows) {

    public static SnapshotTotals of(TableSnapshot snapshot) {
        long rows = 0;
        boolean known = true;
        long size = 0;
        long deleted = 0;
        Set<Object> partitions = new HashSet<>();
        for (DataFile file : snapshot.files()) {
            Action.AddFile add = file.add();
            size += add.size();
            long removed =
                    add.deletionVector().map(Action.DeletionVector::cardinality).orElse(0L);
            deleted += removed;
            partitions.add(add.partitionValues());
            OptionalLong records = add.stats().map(StatisticsJson::numRecords).orElse(OptionalLong.empty());
            known &= records.isPresent();
            rows += records.orElse(0) - removed;
        }
        boolean partitioned = !snapshot.metadata().partitionColumns().isEmpty();
        return new SnapshotTotals(
                known ? OptionalLong.of(rows) : OptionalLong.empty(),
                snapshot.files().size(),
                size,
                partitioned ? partitions.size() : 0,
                deleted);
    }
}
