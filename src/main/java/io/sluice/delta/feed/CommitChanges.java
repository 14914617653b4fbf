package io.sluice.delta.feed;

import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.LogEntry;
import io.sluice.delta.TableSnapshot;
import io.sluice.delta.feed.FeedFile.Rows;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one log entry says about rows: its change files where it has any, else what its added and removed files tell.
record CommitChanges(long version, Optional<Action.Metadata> metadata, List<FeedFile> files) {

    private static final List<String> MERGE_COUNTS =
            List.of("numTargetRowsInserted", "numTargetRowsUpdated", "numTargetRowsDeleted");

    static CommitChanges of(LogEntry entry, TableSnapshot table, Storages storages) {
        var reading = new Reading(entry, time(entry), table, storages);
        return new CommitChanges(
                entry.version(), all(entry, Action.Metadata.class).stream().findFirst(), reading.files());
    }

    private static Instant time(LogEntry entry) {
        OptionalLong inCommit =
                entry.commitInfo().map(Action.CommitInfo::inCommitTimestamp).orElse(OptionalLong.empty());
        return inCommit.isPresent() ? Instant.ofEpochMilli(inCommit.getAsLong()) : entry.fileModified();
    }

    private static <T extends Action> List<T> all(LogEntry entry, Class<T> kind) {
        return entry.actions().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /// The live files of a version as rows that were inserted with it; on every replica in the same order, since
    /// pages count them.
    static List<FeedFile> everything(TableSnapshot start, Storages storages) {
        List<DataFile> live = start.files().stream()
                .sorted(Comparator.comparingLong((DataFile file) -> file.add().modificationTime())
                        .thenComparing(file -> file.add().path()))
                .toList();
        var files = new ArrayList<FeedFile>();
        for (DataFile file : live) {
            Action.AddFile add = with(
                    file.add(),
                    FeedColumns.values(
                            file.add().partitionValues(), FeedColumns.INSERT, start.version(), start.timestamp()));
            files.add(new FeedFile(
                    start.version(), files.size(), DataFile.in(start.location(), add, storages), new Rows.Live()));
        }
        return files;
    }

    private static Action.AddFile with(Action.AddFile add, Map<String, @Nullable String> values) {
        return new Action.AddFile(
                add.path(),
                values,
                add.size(),
                add.modificationTime(),
                add.dataChange(),
                add.stats(),
                Map.of(),
                add.deletionVector(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty());
    }

    private record Reading(LogEntry entry, Instant time, TableSnapshot table, Storages storages) {

        List<FeedFile> files() {
            List<Action.AddCdcFile> own = all(entry, Action.AddCdcFile.class);
            if (!own.isEmpty()) {
                return ofChangeFiles(own);
            }
            return changedNothing() ? List.of() : ofDataFiles();
        }

        /// A merge may write files again although it changed no row, and say so only in its metrics.
        private boolean changedNothing() {
            Map<String, Object> info =
                    entry.commitInfo().map(Action.CommitInfo::fields).orElse(Map.of());
            return "MERGE".equals(info.get("operation"))
                    && info.get("operationMetrics") instanceof Map<?, ?> metrics
                    && MERGE_COUNTS.stream().allMatch(name -> "0".equals(metrics.get(name)));
        }

        private List<FeedFile> ofChangeFiles(List<Action.AddCdcFile> own) {
            var files = new ArrayList<FeedFile>();
            for (Action.AddCdcFile cdc : own) {
                add(files, file(cdc.path(), cdc.partitionValues(), cdc.size()), null, new Rows.Typed());
            }
            return files;
        }

        private List<FeedFile> ofDataFiles() {
            List<Action.RemoveFile> removed = all(entry, Action.RemoveFile.class).stream()
                    .filter(Action.RemoveFile::dataChange)
                    .toList();
            List<Action.AddFile> added = all(entry, Action.AddFile.class).stream()
                    .filter(Action.AddFile::dataChange)
                    .toList();
            Map<String, Action.RemoveFile> gone = new HashMap<>();
            removed.forEach(remove -> gone.put(DataFile.pathKey(remove.path()), remove));
            Set<String> again = new HashSet<>();
            added.stream()
                    .map(add -> DataFile.pathKey(add.path()))
                    .filter(gone::containsKey)
                    .forEach(again::add);
            var files = new ArrayList<FeedFile>();
            for (Action.RemoveFile remove : removed) {
                if (!again.contains(DataFile.pathKey(remove.path()))) {
                    add(files, file(remove), FeedColumns.DELETE, new Rows.Live());
                }
            }
            for (Action.AddFile add : added) {
                Action.RemoveFile before = gone.get(DataFile.pathKey(add.path()));
                if (before == null) {
                    add(files, add, FeedColumns.INSERT, new Rows.Live());
                } else {
                    differences(files, before.deletionVector(), add);
                }
            }
            return files;
        }

        /// A file that stays with another vector: rows that only the new one names are gone, rows that only
        /// the old one names are back.
        private void differences(List<FeedFile> files, Optional<Action.DeletionVector> before, Action.AddFile add) {
            Optional<Action.DeletionVector> after = add.deletionVector();
            if (before.equals(after)) {
                return;
            }
            after.ifPresent(now -> add(files, add, FeedColumns.DELETE, new Rows.Difference(before, now)));
            before.ifPresent(then -> add(files, add, FeedColumns.INSERT, new Rows.Difference(after, then)));
        }

        private void add(List<FeedFile> files, Action.AddFile file, @Nullable String type, Rows rows) {
            Action.AddFile named = with(file, FeedColumns.values(file.partitionValues(), type, entry.version(), time));
            files.add(
                    new FeedFile(entry.version(), files.size(), DataFile.in(table.location(), named, storages), rows));
        }

        private Action.AddFile file(Action.RemoveFile remove) {
            if (!remove.partitionValues().keySet().containsAll(partitions())) {
                throw new Failure.TableCorrupt("the log entry of version " + entry.version()
                                + " removes a file and does not say of which partition")
                        .asException();
            }
            return new Action.AddFile(
                    remove.path(),
                    remove.partitionValues(),
                    remove.size().orElse(0),
                    0,
                    true,
                    remove.numRecords().isPresent()
                            ? Optional.of(
                                    "{\"numRecords\":" + remove.numRecords().getAsLong() + "}")
                            : Optional.empty(),
                    Map.of(),
                    remove.deletionVector(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    Optional.empty());
        }

        private static Action.AddFile file(String path, Map<String, @Nullable String> values, long size) {
            return new Action.AddFile(
                    path,
                    values,
                    size,
                    0,
                    true,
                    Optional.empty(),
                    Map.of(),
                    Optional.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    Optional.empty());
        }

        /// Physical names of the partition columns.
        private Set<String> partitions() {
            var names = new HashSet<String>();
            for (String column : table.metadata().partitionColumns()) {
                table.schema().find(column).ifPresent(found -> names.add(found.physicalName()));
            }
            return names;
        }
    }
}
