package io.sluice.maintenance.optimize;

import io.sluice.delta.Action;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What an optimize did, by Delta's names.
///
/// @param version the newest one that it committed, or that it saw when there was nothing to do
/// @param numBatches commits
/// @param totalConsideredFiles of the partitions that were asked for
/// @param totalFilesSkipped of those, left as they are
public record OptimizeResult(
        long version,
        long numFilesAdded,
        long numFilesRemoved,
        Sizes filesAdded,
        Sizes filesRemoved,
        long partitionsOptimized,
        long numBatches,
        long totalConsideredFiles,
        long totalFilesSkipped,
        long numDeletionVectorsRemoved) {

    /// Of files, in bytes; zeros where there are none.
    public record Sizes(long min, long max, double avg, long totalFiles, long totalSize) {
        static Sizes of(List<Action.AddFile> files) {
            var sizes = files.stream().mapToLong(Action.AddFile::size).summaryStatistics();
            return sizes.getCount() == 0
                    ? new Sizes(0, 0, 0, 0, 0)
                    : new Sizes(sizes.getMin(), sizes.getMax(), sizes.getAverage(), sizes.getCount(), sizes.getSum());
        }
    }

    /// What goes and what comes, of one commit or of all.
    record Swap(List<Action.AddFile> removed, List<Action.AddFile> added) {

        Swap() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        void also(Swap other) {
            removed.addAll(other.removed);
            added.addAll(other.added);
        }

        long vectors() {
            return removed.stream()
                    .filter(file -> file.deletionVector().isPresent())
                    .count();
        }

        /// For history.
        Map<String, Long> metrics() {
            long[] sizes =
                    added.stream().mapToLong(Action.AddFile::size).sorted().toArray();
            Map<String, Long> metrics = new LinkedHashMap<>();
            metrics.put("numRemovedFiles", (long) removed.size());
            metrics.put("numAddedFiles", (long) added.size());
            metrics.put(
                    "numRemovedBytes",
                    removed.stream().mapToLong(Action.AddFile::size).sum());
            metrics.put("numAddedBytes", Arrays.stream(sizes).sum());
            metrics.put("minFileSize", quantile(sizes, 0));
            metrics.put("p25FileSize", quantile(sizes, 0.25));
            metrics.put("p50FileSize", quantile(sizes, 0.5));
            metrics.put("p75FileSize", quantile(sizes, 0.75));
            metrics.put("maxFileSize", quantile(sizes, 1));
            metrics.put("numDeletionVectorsRemoved", vectors());
            return metrics;
        }

        private static long quantile(long[] sorted, double part) {
            return sorted.length == 0 ? 0 : sorted[(int) Math.round(part * (sorted.length - 1))];
        }
    }
}
