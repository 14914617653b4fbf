package io.sluice.delta;

import io.sluice.delta.Action.AddFile;
import io.sluice.delta.Action.CommitInfo;
import io.sluice.delta.Action.DeletionVector;
import io.sluice.delta.Action.RemoveFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// How many rows came and went with a commit.
///
/// A file that is removed and added again with another deletion vector stays: the rows in which the vectors differ
/// came or went. Rows that the writer says it only copied (`numCopiedRows`, `numTargetRowsCopied`) neither came nor
/// went.
///
/// @param added empty when unknown
/// @param removed the same
record CommittedRows(OptionalLong added, OptionalLong removed) {

    private static final List<String> COPIED = List.of("numCopiedRows", "numTargetRowsCopied");

    static CommittedRows of(List<AddFile> added, List<RemoveFile> removed, Optional<CommitInfo> info) {
        Map<String, RemoveFile> gone = new HashMap<>();
        removed.stream().filter(RemoveFile::dataChange).forEach(file -> gone.put(file.path(), file));
        long cameBack = 0;
        long deleted = 0;
        OptionalLong came = OptionalLong.of(0);
        for (AddFile file : added) {
            RemoveFile before = file.dataChange() ? gone.remove(file.path()) : null;
            if (before != null) {
                long more = deleted(file.deletionVector()) - deleted(before.deletionVector());
                deleted += Math.max(0, more);
                cameBack += Math.max(0, -more);
            } else if (file.dataChange()) {
                came = sum(came, rows(file));
            }
        }
        OptionalLong went = gone.values().stream()
                .map(file -> less(file.numRecords(), deleted(file.deletionVector())))
                .reduce(OptionalLong.of(0), CommittedRows::sum);
        long copied = copied(info);
        return new CommittedRows(
                less(sum(came, OptionalLong.of(cameBack)), copied), less(sum(went, OptionalLong.of(deleted)), copied));
    }

    private static OptionalLong rows(AddFile file) {
        return less(
                file.stats().map(StatisticsJson::numRecords).orElse(OptionalLong.empty()),
                deleted(file.deletionVector()));
    }

    private static long deleted(Optional<DeletionVector> vector) {
        return vector.map(DeletionVector::cardinality).orElse(0L);
    }

    private static OptionalLong less(OptionalLong count, long fewer) {
        return count.isEmpty() ? count : OptionalLong.of(Math.max(0, count.getAsLong() - fewer));
    }

    private static OptionalLong sum(OptionalLong one, OptionalLong other) {
        return one.isPresent() && other.isPresent()
                ? OptionalLong.of(one.getAsLong() + other.getAsLong())
                : OptionalLong.empty();
    }

    /// Metrics are texts in the log.
    private static long copied(Optional<CommitInfo> info) {
        return info.map(known -> known.fields().get("operationMetrics"))
                .filter(Map.class::isInstance)
                .map(metrics -> (Map<?, ?>) metrics)
                .map(metrics -> COPIED.stream()
                        .flatMap(name -> Stream.ofNullable(metrics.get(name)))
                        .map(Object::toString)
                        .filter(text -> text.matches("[0-9]{1,18}"))
                        .mapToLong(Long::parseLong)
                        .sum())
                .orElse(0L);
    }
}
