package io.sluice.delta;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What a version's log entry tells about it.
///
/// @param timestamp the in-commit timestamp where the entry has one, else the log file's modification time
/// @param info the commit's provenance; empty where the writer left none
/// @param rowsAdded rows of data files that were added with changed data, less those that deletion vectors leave out;
///     empty when unknown
/// @param rowsRemoved the same of removed files
public record CommitRecord(
        long version,
        Instant timestamp,
        Optional<Action.CommitInfo> info,
        List<Action.AddFile> added,
        List<Action.RemoveFile> removed,
        OptionalLong rowsAdded,
        OptionalLong rowsRemoved) {

    static CommitRecord of(LogEntry entry) {
        List<Action.AddFile> added = entry.actions().stream()
                .filter(Action.AddFile.class::isInstance)
                .map(Action.AddFile.class::cast)
                .toList();
        List<Action.RemoveFile> removed = entry.actions().stream()
                .filter(Action.RemoveFile.class::isInstance)
                .map(Action.RemoveFile.class::cast)
                .toList();
        OptionalLong inCommit =
                entry.commitInfo().map(Action.CommitInfo::inCommitTimestamp).orElse(OptionalLong.empty());
        return new CommitRecord(
                entry.version(),
                inCommit.isPresent() ? Instant.ofEpochMilli(inCommit.getAsLong()) : entry.fileModified(),
                entry.commitInfo(),
                added,
                removed,
                sum(added.stream()
                        .filter(Action.AddFile::dataChange)
                        .map(CommitRecord::rows)
                        .toList()),
                sum(removed.stream()
                        .filter(Action.RemoveFile::dataChange)
                        .map(CommitRecord::rows)
                        .toList()));
    }

    private static OptionalLong rows(Action.AddFile add) {
        OptionalLong records = add.stats().map(StatisticsJson::numRecords).orElse(OptionalLong.empty());
        return less(records, add.deletionVector());
    }

    private static OptionalLong rows(Action.RemoveFile remove) {
        return less(remove.numRecords(), remove.deletionVector());
    }

    private static OptionalLong less(OptionalLong records, Optional<Action.DeletionVector> vector) {
        return records.isEmpty()
                ? records
                : OptionalLong.of(records.getAsLong()
                        - vector.map(Action.DeletionVector::cardinality).orElse(0L));
    }

    private static OptionalLong sum(List<OptionalLong> counts) {
        return counts.stream().allMatch(OptionalLong::isPresent)
                ? OptionalLong.of(
                        counts.stream().mapToLong(OptionalLong::getAsLong).sum())
                : OptionalLong.empty();
    }
}
