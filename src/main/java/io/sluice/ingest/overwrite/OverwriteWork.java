package io.sluice.ingest.overwrite;

import io.sluice.commit.ChangeWork;
import io.sluice.commit.Preparation;
import io.sluice.commit.Read;
import io.sluice.compute.PartitionKey;
import io.sluice.compute.RowRules;
import io.sluice.compute.WorkTime;
import io.sluice.compute.change.RowChange;
import io.sluice.datafile.DataFilePaths;
import io.sluice.datafile.Rewritten;
import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.Features;
import io.sluice.delta.TableSnapshot;
import io.sluice.ingest.stage.PreparedRows;
import io.sluice.storage.Location;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import io.sluice.table.TableName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// A batch in the place of rows: files that go as a whole are named in the log, others lose single rows.
final class OverwriteWork implements ChangeWork<OverwriteResult> {

    private final Overwriting with;
    private final TableName table;
    private final Replacement replacement;
    private final PreparedRows rows;
    private Optional<List<Action.AddFile>> staged = Optional.empty();
    private Optional<Schema> stagedOn = Optional.empty();

    OverwriteWork(Overwriting with, TableName table, Replacement replacement, PreparedRows rows) {
        this.with = with;
        this.table = table;
        this.replacement = replacement;
        this.rows = rows;
    }

    @Override
    public Class<OverwriteResult> resultType() {
        return OverwriteResult.class;
    }

    /// What the batch takes the place of, as actions.
    private record Removal(Read read, List<Action> actions, Map<String, Long> metrics) {}

    @Override
    public Preparation<OverwriteResult> prepare(TableSnapshot snapshot) throws IOException {
        Features.requireAppendable(snapshot);
        List<Action.AddFile> added = added(snapshot);
        var written = new ArrayList<Location>();
        try {
            return prepare(snapshot, added, written);
        } catch (IOException | RuntimeException e) {
            with.files().discard(snapshot, added);
            with.rewriter().discard(written);
            throw e;
        }
    }

    /// @param written takes the files that are made for rows which stay, vectors and change files
    private Preparation<OverwriteResult> prepare(
            TableSnapshot snapshot, List<Action.AddFile> added, List<Location> written) throws IOException {
        Removal removal = switch (replacement) {
            case Replacement.Everything _ -> files(snapshot.files());
            case Replacement.Partitions _ -> files(ofPartitions(snapshot, added));
            case Replacement.Where where -> rows(target(snapshot), where, added, written);
        };
        long bytes = added.stream().mapToLong(Action.AddFile::size).sum();
        var result = new OverwriteResult(rows.rows(), added.size(), bytes);
        if (added.isEmpty() && removal.actions().isEmpty()) {
            return new Preparation.Nothing<>(result);
        }
        if (!removal.actions().isEmpty()) {
            requireRemovable(snapshot);
        }
        var actions = new ArrayList<Action>(with.stager().definition(snapshot, List.of(rows)));
        actions.addAll(removal.actions());
        actions.addAll(added);
        added.forEach(file -> written.add(snapshot.location().resolve(DataFilePaths.decoded(file.path()))));
        Map<String, Long> metrics = new LinkedHashMap<>();
        metrics.put("numFiles", (long) added.size());
        metrics.put("numOutputRows", rows.rows());
        metrics.put("numOutputBytes", bytes);
        metrics.putAll(removal.metrics());
        return new Preparation.Change<>(
                new Preparation.Operation(
                        "WRITE", replacement.parameters(snapshot.metadata().partitionColumns()), metrics),
                List.of(removal.read()),
                actions,
                written,
                result);
    }

    /// The version as the commit will define it: rows that stay, and those of the change data feed, have its
    /// columns.
    private TableSnapshot target(TableSnapshot snapshot) {
        return rows instanceof PreparedRows.Redefining redefining
                ? redefining.table().on(snapshot)
                : snapshot;
    }

    private void requireRemovable(TableSnapshot snapshot) {
        if ("true".equalsIgnoreCase(snapshot.metadata().configuration().get("delta.appendOnly"))) {
            throw new Failure.AppendOnlyTable(table).asException();
        }
    }

    /// The batch's files, made once: they belong to every attempt, unless another commit handed out the values of
    /// identity columns that are in them.
    private List<Action.AddFile> added(TableSnapshot snapshot) throws IOException {
        boolean defines = !with.stager().definition(snapshot, List.of(rows)).isEmpty();
        if (defines
                && stagedOn.filter(schema -> !schema.equals(snapshot.schema())).isPresent()) {
            staged.ifPresent(files -> with.files().discard(snapshot, files));
            staged = Optional.empty();
        }
        stagedOn = Optional.of(snapshot.schema());
        if (staged.isEmpty()) {
            staged = Optional.of(rows.rows() == 0 ? List.of() : with.stager().stage(snapshot, List.of(rows)));
        }
        return staged.get();
    }

    private static List<DataFile> ofPartitions(TableSnapshot snapshot, List<Action.AddFile> added) {
        Schema schema = snapshot.schema();
        List<String> columns = snapshot.metadata().partitionColumns();
        Set<PartitionKey> partitions = added.stream()
                .map(file -> PartitionKey.of(schema, columns, file.partitionValues()))
                .collect(Collectors.toSet());
        return snapshot.files().stream()
                .filter(file -> partitions.contains(
                        PartitionKey.of(schema, columns, file.add().partitionValues())))
                .toList();
    }

    private Removal files(List<DataFile> files) {
        long now = with.clock().millis();
        List<Action> actions = files.stream()
                .<Action>map(file -> Action.RemoveFile.of(file.add(), now, true))
                .toList();
        long bytes = files.stream().mapToLong(file -> file.add().size()).sum();
        return new Removal(
                new Read.WholeTable(),
                actions,
                Map.of("numRemovedFiles", (long) files.size(), "numRemovedBytes", bytes));
    }

    private Removal rows(
            TableSnapshot snapshot, Replacement.Where where, List<Action.AddFile> added, List<Location> written)
            throws IOException {
        Rewritten rewritten = with.rewriter()
                .rewrite(
                        snapshot,
                        new RowChange.Delete(where.over(snapshot.schema())),
                        List.of(),
                        RowRules.none(snapshot.schema()),
                        new WorkTime(with.limits().changeTime()));
        written.addAll(rewritten.written());
        var figures = rewritten.figures();
        Map<String, Long> metrics = new LinkedHashMap<>();
        metrics.put("numRemovedFiles", figures.filesRemoved());
        metrics.put("numRemovedBytes", figures.bytesRemoved());
        metrics.put("numDeletedRows", rewritten.counts().deleted());
        metrics.put("numCopiedRows", rewritten.counts().copied());
        metrics.put("numAddedChangeFiles", figures.changeFiles());
        var actions = new ArrayList<Action>(rewritten.actions());
        if (figures.changeFiles() > 0 && !added.isEmpty()) {
            actions.addAll(with.rewriter()
                    .insertsOf(snapshot, added, new WorkTime(with.limits().changeTime()), written));
        }
        return new Removal(new Read.Rows(rewritten.read()), actions, metrics);
    }
}
