package io.sluice.datafile;

import io.sluice.compute.FileLayout;
import io.sluice.compute.RowRules;
import io.sluice.compute.WorkTime;
import io.sluice.compute.WrittenFile;
import io.sluice.compute.change.Arrangement;
import io.sluice.compute.change.FileRewriting;
import io.sluice.compute.change.Making;
import io.sluice.compute.change.Target.FileFacts;
import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.FileStatistics;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.Schema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Writes files of a version again with the same rows: fewer, larger, in another order, without the rows that deletion
/// vectors remove.
@Component
public class FileRewriter {

    private final FileRewriting rewriting;
    private final TableScans scans;
    private final DataFileStore store;
    private final Storages storages;
    private final Leftovers leftovers;

    FileRewriter(FileRewriting rewriting, TableScans scans, DataFileStore store, Storages storages) {
        this.rewriting = rewriting;
        this.scans = scans;
        this.store = store;
        this.storages = storages;
        this.leftovers = new Leftovers(storages);
    }

    /// Files that take the place of those given, durable on storage, as actions that change no data. On failure
    /// nothing stays behind, as far as the store answers.
    ///
    /// @param files of one partition, at least one
    /// @throws io.sluice.table.FailureException `files-missing`, `table-corrupt`, `query-timeout`, `overloaded`
    public List<Action.AddFile> rewrite(
            TableSnapshot snapshot, List<DataFile> files, Arrangement arrangement, long targetBytes, WorkTime time)
            throws Exception {
        Path directory = storages.of(snapshot.location())
                .stagingDirectory()
                .resolve(UUID.randomUUID().toString());
        var stored = new ArrayList<Location>();
        Map<String, @Nullable String> partition = files.getFirst().add().partitionValues();
        try {
            List<DataFile> ordered = SnapshotTarget.withoutVectorsFirst(files);
            Making making = making(snapshot, directory, targetBytes, time);
            List<WrittenFile> written =
                    scans.on(snapshot, ordered, scan -> rewriting.rewrite(scan, facts(ordered), arrangement, making));
            List<WrittenFile> placed = written.stream()
                    .map(file ->
                            new WrittenFile(file.staged(), partition, file.sizeBytes(), file.rows(), file.statsJson()))
                    .toList();
            return store.put(snapshot, placed, stored).stream()
                    .map(FileRewriter::unchanged)
                    .toList();
        } catch (Exception e) {
            leftovers.delete(stored);
            throw e;
        } finally {
            Leftovers.deleteStaged(directory);
        }
    }

    /// Statistics of a file, computed from its rows (Delta protocol, "Per-file Statistics").
    ///
    /// @return their JSON text; empty for a file without rows
    /// @throws io.sluice.table.FailureException as above
    public Optional<String> statistics(TableSnapshot snapshot, DataFile file, WorkTime time) throws Exception {
        Path directory = storages.of(snapshot.location())
                .stagingDirectory()
                .resolve(UUID.randomUUID().toString());
        var whole = new DataFile(file.add().withoutVector(), file.location());
        try {
            Making making = making(snapshot, directory, Long.MAX_VALUE, time);
            Optional<String> text = scans.on(snapshot, List.of(whole), scan -> rewriting.statistics(scan, making));
            return file.add().deletionVector().isPresent()
                    ? text.map(json -> FileStatistics.withWideBounds(
                            json, FileStatistics.parse(json).numRecords().orElse(0)))
                    : text;
        } finally {
            Leftovers.deleteStaged(directory);
        }
    }

    private static Making making(TableSnapshot snapshot, Path directory, long targetBytes, WorkTime time) {
        Making making = RewriteRules.making(snapshot, directory, List.of(), RowRules.none(snapshot.schema()), time);
        FileLayout layout = making.layout();
        var inFiles = new FileLayout(
                new Schema(layout.dataColumns()), List.of(), layout.fieldIds(), targetBytes, layout.statistics());
        return new Making(
                inFiles,
                directory,
                making.files(),
                Making.ChangeFeed.NONE,
                making.rowIds(),
                List.of(),
                RowRules.none(snapshot.schema()),
                List.of(),
                time);
    }

    private static Action.AddFile unchanged(Action.AddFile add) {
        return new Action.AddFile(
                add.path(),
                add.partitionValues(),
                add.size(),
                add.modificationTime(),
                false,
                add.stats(),
                add.tags(),
                add.deletionVector(),
                add.baseRowId(),
                add.defaultRowCommitVersion(),
                add.clusteringProvider());
    }

    private static FileFacts facts(List<DataFile> files) {
        return new FileFacts(
                each(files, FileRewriter::liveRows),
                each(files, file -> file.add().baseRowId().orElse(-1)),
                each(files, file -> file.add().defaultRowCommitVersion().orElse(-1)));
    }

    private static long liveRows(DataFile file) {
        long deleted = file.add()
                .deletionVector()
                .map(Action.DeletionVector::cardinality)
                .orElse(0L);
        OptionalLong rows = file.statistics().numRecords();
        return rows.isPresent() ? Math.max(0, rows.getAsLong() - deleted) : -1;
    }

    private static long[] each(List<DataFile> files, ToLongFunction<DataFile> fact) {
        return files.stream().mapToLong(fact).toArray();
    }

    /// Deletes files that no commit names, nor ever will.
    public void discard(TableSnapshot snapshot, List<Action.AddFile> files) {
        store.discard(snapshot, files);
    }
}
