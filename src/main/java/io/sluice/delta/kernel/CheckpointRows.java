package io.sluice.delta.kernel;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.utils.CloseableIterator;
import io.sluice.delta.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/// The rows of a checkpoint that Kernel has reconciled, without `txn` actions that nobody will ask for again (Kernel
/// itself keeps every one for ever), and counted.
final class CheckpointRows {

    private static final List<String> FILE_ACTIONS = List.of("add", "remove");

    private final Engine engine;
    private final Predicate<Action.SetTransaction> expired;
    private final ClusteredAdds clustered;
    private final List<Row> others = new ArrayList<>();
    private long actions;
    private long addFiles;

    CheckpointRows(Engine engine, Predicate<Action.SetTransaction> expired, ClusteredAdds clustered) {
        this.engine = engine;
        this.expired = expired;
        this.clustered = clustered;
    }

    /// Actions that have gone by.
    long actions() {
        return actions;
    }

    /// `add` actions among them.
    long addFiles() {
        return addFiles;
    }

    /// Actions that are no file's, after [#files] was read to its end.
    List<Row> others() {
        return others;
    }

    /// Everything, for a classic checkpoint.
    CloseableIterator<FilteredColumnarBatch> all(CloseableIterator<FilteredColumnarBatch> reconciled) {
        return reconciled.map(batch -> {
            ColumnarBatch data = clustered.with(batch.getData());
            return selected(data, kept(batch));
        });
    }

    /// `add` and `remove` only, for a sidecar; the rest is set aside.
    CloseableIterator<FilteredColumnarBatch> files(CloseableIterator<FilteredColumnarBatch> reconciled) {
        return reconciled.map(batch -> {
            boolean[] kept = kept(batch);
            ColumnarBatch data = clustered.with(batch.getData());
            ColumnVector adds = column(data, "add");
            ColumnVector removes = column(data, "remove");
            boolean[] files = new boolean[kept.length];
            try (CloseableIterator<Row> rows = data.getRows()) {
                for (int row = 0; row < kept.length; row++) {
                    Row action = rows.next();
                    files[row] = kept[row] && !(adds.isNullAt(row) && removes.isNullAt(row));
                    if (kept[row] && !files[row]) {
                        others.add(action);
                    }
                }
            } catch (java.io.IOException impossible) {
                throw new java.io.UncheckedIOException(impossible);
            }
            return selected(filesOnly(data), files);
        });
    }

    private boolean[] kept(FilteredColumnarBatch filtered) {
        ColumnarBatch batch = filtered.getData();
        ColumnVector transactions = column(batch, "txn");
        ColumnVector adds = column(batch, "add");
        boolean[] kept = new boolean[batch.getSize()];
        for (int row = 0; row < kept.length; row++) {
            int at = row;
            boolean selected = filtered.getSelectionVector()
                    .map(vector -> !vector.isNullAt(at) && vector.getBoolean(at))
                    .orElse(true);
            kept[row] = selected && (transactions.isNullAt(row) || !expired.test(transaction(transactions, row)));
            if (kept[row]) {
                actions++;
                addFiles += adds.isNullAt(row) ? 0 : 1;
            }
        }
        return kept;
    }

    private FilteredColumnarBatch selected(ColumnarBatch batch, boolean[] rows) {
        return new FilteredColumnarBatch(
                batch, Optional.of(engine.getExpressionHandler().createSelectionVector(rows, 0, rows.length)));
    }

    private static ColumnarBatch filesOnly(ColumnarBatch batch) {
        ColumnarBatch files = batch;
        for (int ordinal = batch.getSchema().length() - 1; ordinal >= 0; ordinal--) {
            if (!FILE_ACTIONS.contains(batch.getSchema().at(ordinal).getName())) {
                files = files.withDeletedColumnAt(ordinal);
            }
        }
        return files;
    }

    private static ColumnVector column(ColumnarBatch batch, String name) {
        return batch.getColumnVector(batch.getSchema().indexOf(name));
    }

    private static Action.SetTransaction transaction(ColumnVector vector, int row) {
        ColumnVector lastUpdated = vector.getChild(2);
        return new Action.SetTransaction(
                vector.getChild(0).getString(row),
                vector.getChild(1).getLong(row),
                lastUpdated.isNullAt(row) ? OptionalLong.empty() : OptionalLong.of(lastUpdated.getLong(row)));
    }
}
