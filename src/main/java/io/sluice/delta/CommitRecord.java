package io.sluice.delta;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What a version's log entry tells about it.
///
/// @param timestamp the in-commit timestamp where the entry has one, else the log file's modification time
/// @param info the commit's provenance; empty where the writer left none
/// @param rowsAdded that the version has more: rows of files that were added with changed data, less those that
///     deletion vectors leave out and those that the writer says it copied; empty when unknown
/// @param rowsRemoved that the version before it had: the same of removed files. A file that only gets another
///     deletion vector counts with the rows in which the two differ
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
        CommittedRows rows = CommittedRows.of(added, removed, entry.commitInfo());
        return new CommitRecord(
                entry.version(),
                inCommit.isPresent() ? Instant.ofEpochMilli(inCommit.getAsLong()) : entry.fileModified(),
                entry.commitInfo(),
                added,
                removed,
                rows.added(),
                rows.removed());
    }
}
