package io.sluice.datafile;

import io.sluice.compute.RowRules;
import io.sluice.compute.WorkTime;
import io.sluice.compute.change.ChangedRows;
import io.sluice.compute.change.Making;
import io.sluice.compute.change.RowChange;
import io.sluice.compute.change.RowChanges;
import io.sluice.compute.change.RowRule;
import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.DeletionVectorWriter;
import io.sluice.delta.DeletionVectors;
import io.sluice.delta.FileStatistics;
import io.sluice.delta.IdentityColumn;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import org.springframework.stereotype.Component;

/// Changes rows of a version: files with deletion vectors or copies of them, files of new rows, files of the change
/// data feed.
///
/// A change that fails leaves no file behind, as far as the store answers.
@Component
public class RowRewriter {

    private final RowChanges changes;
    private final TableScans scans;
    private final KeyLookup lookup;
    private final DataFileStore store;
    private final DeletionVectors vectors;
    private final DeletionVectorWriter vectorWriter;
    private final Storages storages;
    private final Leftovers leftovers;
    private final Clock clock = Clock.systemUTC();

    RowRewriter(
            RowChanges changes,
            TableScans scans,
            KeyLookup lookup,
            DataFileStore store,
            DeletionVectors vectors,
            DeletionVectorWriter vectorWriter,
            Storages storages) {
        this.changes = changes;
        this.scans = scans;
        this.lookup = lookup;
        this.store = store;
        this.vectors = vectors;
        this.vectorWriter = vectorWriter;
        this.storages = storages;
        this.leftovers = new Leftovers(storages);
    }

    /// @param rules that new rows must obey beyond those of the table
    /// @param tableRules what the table fills and checks
    /// @throws FailureException as of [RowChanges#run], and `files-missing`, `storage-unavailable`
    public Rewritten rewrite(
            TableSnapshot snapshot, RowChange change, List<RowRule> rules, RowRules tableRules, WorkTime time)
            throws IOException {
        var target = new SnapshotTarget(scans, lookup, snapshot);
        Path directory = storages.of(snapshot.location())
                .stagingDirectory()
                .resolve(UUID.randomUUID().toString());
        Making making = RewriteRules.making(snapshot, directory, rules, tableRules, time);
        var stored = new ArrayList<Location>();
        try {
            ChangedRows changed = changes.run(change, target, making);
            return actions(snapshot, target, changed, stored);
        } catch (NoSuchFileException e) {
            leftovers.delete(stored);
            throw new Failure.FilesMissing(snapshot.version()).asException(e);
        } catch (IOException | RuntimeException e) {
            leftovers.delete(stored);
            throw e;
        } catch (Exception e) {
            leftovers.delete(stored);
            throw new IOException("the rows were not changed", e);
        } finally {
            Leftovers.deleteStaged(directory);
        }
    }

    /// Deletes files that no commit names, nor ever will.
    public void discard(List<Location> files) {
        leftovers.delete(files);
    }

    /// The change data feed's files for rows that were just stored: a commit that has such files has them for all
    /// of its changes.
    ///
    /// @param files that were stored and are in no commit yet
    /// @param stored takes the place of each file before it is stored there
    public List<Action.AddCdcFile> insertsOf(
            TableSnapshot snapshot, List<Action.AddFile> files, WorkTime time, List<Location> stored)
            throws IOException {
        Path directory = storages.of(snapshot.location())
                .stagingDirectory()
                .resolve(UUID.randomUUID().toString());
        Making making = RewriteRules.making(snapshot, directory, List.of(), RowRules.none(snapshot.schema()), time);
        List<DataFile> fresh = files.stream().map(add -> file(snapshot, add)).toList();
        try {
            return store.putChanges(
                    snapshot, scans.on(snapshot, fresh, scan -> changes.insertsOf(scan, making)), stored);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the change data was not written", e);
        } finally {
            Leftovers.deleteStaged(directory);
        }
    }

    private Rewritten actions(TableSnapshot snapshot, SnapshotTarget target, ChangedRows changed, List<Location> stored)
            throws IOException {
        var actions = new ArrayList<Action>();
        var tally = new Tally();
        vectors(snapshot, target, changed, actions, tally, stored);
        for (ChangedRows.Touched file : changed.touched()) {
            if (file.left() == 0 || !file.copies().isEmpty()) {
                DataFile old = target.files().get(file.file());
                actions.add(Action.RemoveFile.of(old.add(), clock.millis(), true));
                tally.removed(old.add());
                add(store.put(snapshot, file.copies(), stored), actions, tally);
            }
        }
        List<Action.AddFile> fresh = store.put(snapshot, changed.added(), stored);
        add(fresh, actions, tally);
        changed.addedKeys()
                .filter(_ -> fresh.size() == 1)
                .ifPresent(keys -> lookup.remember(file(snapshot, fresh.getFirst()), keys));
        if (!changed.handedOut().isEmpty()) {
            actions.add(IdentityColumn.advanced(snapshot.metadata(), changed.handedOut()));
        }
        List<Action.AddCdcFile> changeFiles = store.putChanges(snapshot, changed.changeFiles(), stored);
        actions.addAll(changeFiles);
        return new Rewritten(
                target.predicate(),
                actions,
                stored,
                changed.counts(),
                changed.members(),
                tally.figures(changeFiles.size(), changed.scanMillis(), changed.rewriteMillis()));
    }

    private static DataFile file(TableSnapshot snapshot, Action.AddFile add) {
        return new DataFile(add, snapshot.location().resolve(DataFilePaths.decoded(add.path())));
    }

    private static void add(List<Action.AddFile> files, List<Action> actions, Tally tally) {
        actions.addAll(files);
        files.forEach(tally::added);
    }

    /// Files that stay with fewer rows.
    private void vectors(
            TableSnapshot snapshot,
            SnapshotTarget target,
            ChangedRows changed,
            List<Action> actions,
            Tally tally,
            List<Location> stored)
            throws IOException {
        List<ChangedRows.Touched> partly = changed.touched().stream()
                .filter(file -> file.left() > 0 && file.copies().isEmpty())
                .toList();
        var merged = new ArrayList<long[]>();
        for (ChangedRows.Touched file : partly) {
            Optional<Action.DeletionVector> before =
                    target.files().get(file.file()).add().deletionVector();
            merged.add(before.map(vector -> union(vectors.read(snapshot, vector), file.rows()))
                    .orElse(file.rows()));
        }
        DeletionVectorWriter.Written written = vectorWriter.write(snapshot, merged);
        stored.addAll(written.files());
        for (int i = 0; i < partly.size(); i++) {
            Action.AddFile old = target.files().get(partly.get(i).file()).add();
            long records = partly.get(i).left() + merged.get(i).length;
            actions.add(Action.RemoveFile.of(old, clock.millis(), true));
            actions.add(withVector(old, written.vectors().get(i), records));
            tally.marked(old);
        }
    }

    private static long[] union(long[] one, long[] other) {
        return LongStream.concat(Arrays.stream(one), Arrays.stream(other))
                .sorted()
                .toArray();
    }

    /// The file as it was, with other rows marked as deleted; what is said about it stays true.
    private static Action.AddFile withVector(Action.AddFile file, Action.DeletionVector vector, long records) {
        return new Action.AddFile(
                file.path(),
                file.partitionValues(),
                file.size(),
                file.modificationTime(),
                true,
                Optional.of(FileStatistics.withWideBounds(file.stats().orElse("{}"), records)),
                file.tags(),
                Optional.of(vector),
                file.baseRowId(),
                file.defaultRowCommitVersion(),
                file.clusteringProvider());
    }

    /// What a change adds up to.
    private static final class Tally {

        private long filesAdded;
        private long bytesAdded;
        private long filesRemoved;
        private long bytesRemoved;
        private long vectorsAdded;
        private long vectorsUpdated;
        private long vectorsRemoved;

        void added(Action.AddFile file) {
            filesAdded++;
            bytesAdded += file.size();
        }

        void removed(Action.AddFile file) {
            filesRemoved++;
            bytesRemoved += file.size();
            vectorsRemoved += file.deletionVector().isPresent() ? 1 : 0;
        }

        void marked(Action.AddFile file) {
            if (file.deletionVector().isPresent()) {
                vectorsUpdated++;
            } else {
                vectorsAdded++;
            }
        }

        Rewritten.Figures figures(long changeFiles, long scanMillis, long rewriteMillis) {
            return new Rewritten.Figures(
                    filesAdded,
                    bytesAdded,
                    filesRemoved,
                    bytesRemoved,
                    changeFiles,
                    vectorsAdded,
                    vectorsUpdated,
                    vectorsRemoved,
                    scanMillis,
                    rewriteMillis);
        }
    }
}
