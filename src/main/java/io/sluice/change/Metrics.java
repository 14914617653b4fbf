package io.sluice.change;

import io.sluice.compute.change.ChangedRows.Counts;
import io.sluice.datafile.Rewritten;
import java.util.LinkedHashMap;
import java.util.Map;

/// Operation metrics by Spark's names.
final class Metrics {

    private Metrics() {}

    static Map<String, Long> ofDelete(Rewritten rewritten) {
        Map<String, Long> metrics = files(rewritten);
        metrics.put("numDeletedRows", rewritten.counts().deleted());
        return metrics;
    }

    static Map<String, Long> ofUpdate(Rewritten rewritten) {
        Map<String, Long> metrics = files(rewritten);
        metrics.put("numUpdatedRows", rewritten.counts().updated());
        return metrics;
    }

    private static Map<String, Long> files(Rewritten rewritten) {
        Rewritten.Figures figures = rewritten.figures();
        Map<String, Long> metrics = new LinkedHashMap<>();
        metrics.put("numAddedFiles", figures.filesAdded());
        metrics.put("numAddedBytes", figures.bytesAdded());
        metrics.put("numRemovedFiles", figures.filesRemoved());
        metrics.put("numRemovedBytes", figures.bytesRemoved());
        metrics.put("numCopiedRows", rewritten.counts().copied());
        metrics.put("numAddedChangeFiles", figures.changeFiles());
        metrics.put("numDeletionVectorsAdded", figures.vectorsAdded());
        metrics.put("numDeletionVectorsUpdated", figures.vectorsUpdated());
        metrics.put("numDeletionVectorsRemoved", figures.vectorsRemoved());
        times(metrics, figures);
        return metrics;
    }

    private static void times(Map<String, Long> metrics, Rewritten.Figures figures) {
        metrics.put("executionTimeMs", figures.scanMillis() + figures.rewriteMillis());
        metrics.put("scanTimeMs", figures.scanMillis());
        metrics.put("rewriteTimeMs", figures.rewriteMillis());
    }

    static Map<String, Long> ofMerge(Rewritten rewritten) {
        Counts counts = rewritten.counts();
        Rewritten.Figures figures = rewritten.figures();
        Map<String, Long> metrics = new LinkedHashMap<>();
        metrics.put("numSourceRows", counts.source());
        metrics.put("numTargetRowsInserted", counts.inserted());
        metrics.put("numTargetRowsUpdated", counts.updated());
        metrics.put(
                "numTargetRowsMatchedUpdated",
                counts.updated() - counts.withoutMatch().updated());
        metrics.put(
                "numTargetRowsNotMatchedBySourceUpdated", counts.withoutMatch().updated());
        metrics.put("numTargetRowsDeleted", counts.deleted());
        metrics.put(
                "numTargetRowsMatchedDeleted",
                counts.deleted() - counts.withoutMatch().deleted());
        metrics.put(
                "numTargetRowsNotMatchedBySourceDeleted", counts.withoutMatch().deleted());
        metrics.put("numTargetRowsCopied", counts.copied());
        metrics.put("numOutputRows", counts.inserted() + counts.updated() + counts.copied());
        metrics.put("numTargetFilesAdded", figures.filesAdded());
        metrics.put("numTargetFilesRemoved", figures.filesRemoved());
        metrics.put("numTargetBytesAdded", figures.bytesAdded());
        metrics.put("numTargetBytesRemoved", figures.bytesRemoved());
        metrics.put("numTargetChangeFilesAdded", figures.changeFiles());
        metrics.put("numTargetDeletionVectorsAdded", figures.vectorsAdded());
        metrics.put("numTargetDeletionVectorsUpdated", figures.vectorsUpdated());
        metrics.put("numTargetDeletionVectorsRemoved", figures.vectorsRemoved());
        times(metrics, figures);
        return metrics;
    }
}
