package io.sluice.delta.kernel;

import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.internal.data.DefaultRowBasedColumnarBatch;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.actions.DomainMetadata;
import io.delta.kernel.internal.actions.SetTransaction;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.data.GenericRow;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// The rows of a checkpoint: live files, `txn` actions that somebody may ask for again and domains from memory, the
/// rest from the log.
final class CheckpointRows {

    private static final int BATCH = 1_000;
    private static final StructType FILES =
            new StructType().add("add", AddFile.FULL_SCHEMA, true).add("remove", type("remove"), true);

    private final TableSnapshot table;
    private final LoggedRows logged;
    private final Predicate<Action.SetTransaction> expired;
    private final StructType addType;
    private long actions;

    /// @param expired which `txn` actions are left out
    CheckpointRows(TableSnapshot table, LoggedRows logged, Predicate<Action.SetTransaction> expired) {
        this.table = table;
        this.logged = logged;
        this.expired = expired;
        // Without it an optimization would not know which files of a clustered table are clustered already.
        this.addType = table.files().stream()
                        .anyMatch(file -> file.add().clusteringProvider().isPresent())
                ? AddFile.FULL_SCHEMA.add("clusteringProvider", StringType.STRING, true)
                : AddFile.FULL_SCHEMA;
    }

    /// Actions that have gone by.
    long actions() {
        return actions;
    }

    /// Everything, for a classic checkpoint.
    CloseableIterator<FilteredColumnarBatch> all() {
        StructType schema = clustered(SingleAction.CHECKPOINT_SCHEMA);
        return batches(schema, new Portions(schema, () -> others(schema)));
    }

    /// `add` and `remove` only, for a sidecar.
    CloseableIterator<FilteredColumnarBatch> files() {
        StructType schema = clustered(FILES);
        return batches(schema, new Portions(schema, List::of));
    }

    /// Actions that are no file's, after the files were read to their end.
    List<Row> others() {
        List<Row> rows = others(SingleAction.CHECKPOINT_SCHEMA);
        actions += rows.size();
        return rows;
    }

    private List<Row> others(StructType schema) {
        List<Row> rows = new ArrayList<>();
        rows.add(row(schema, "protocol", logged.protocol()));
        rows.add(row(schema, "metaData", logged.metadata()));
        table.forEachTransaction(transaction -> {
            if (!expired.test(transaction)) {
                rows.add(row(
                        schema,
                        "txn",
                        new SetTransaction(
                                        transaction.appId(),
                                        transaction.version(),
                                        transaction.lastUpdated().isPresent()
                                                ? Optional.of(transaction
                                                        .lastUpdated()
                                                        .getAsLong())
                                                : Optional.empty())
                                .toRow()));
            }
        });
        table.domainMetadata()
                .forEach((domain, configuration) -> rows.add(
                        row(schema, "domainMetadata", new DomainMetadata(domain, configuration, false).toRow())));
        return rows;
    }

    private CloseableIterator<FilteredColumnarBatch> batches(StructType schema, Portions portions) {
        return new CloseableIterator<>() {
            @Override
            public boolean hasNext() {
                return portions.hasNext();
            }

            @Override
            public FilteredColumnarBatch next() {
                List<Row> rows = portions.next();
                actions += rows.size();
                return new FilteredColumnarBatch(new DefaultRowBasedColumnarBatch(schema, rows), Optional.empty());
            }

            @Override
            public void close() throws IOException {
                logged.close();
            }
        };
    }

    /// The live files, then the tombstones, then what is known after them.
    private final class Portions implements Iterator<List<Row>> {

        private final StructType schema;
        private final Supplier<List<Row>> last;
        private int files;
        private boolean ended;
        private List<Row> next = List.of();

        Portions(StructType schema, Supplier<List<Row>> last) {
            this.schema = schema;
            this.last = last;
        }

        @Override
        public boolean hasNext() {
            if (next.isEmpty()) {
                next = portion();
            }
            return !next.isEmpty();
        }

        @Override
        public List<Row> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            List<Row> given = next;
            next = List.of();
            return given;
        }

        /// Empty after the last one.
        private List<Row> portion() {
            if (files < table.files().size()) {
                int from = files;
                files = Math.min(table.files().size(), from + BATCH);
                return table.files().subList(from, files).stream()
                        .map(file -> row(schema, "add", add(file.add())))
                        .toList();
            }
            if (logged.hasNext()) {
                return logged.next().stream()
                        .map(tombstone -> row(schema, "remove", tombstone))
                        .toList();
            }
            if (ended) {
                return List.of();
            }
            ended = true;
            return last.get();
        }
    }

    private Row add(Action.AddFile add) {
        Map<Integer, Object> values = new HashMap<>();
        set(values, "path", add.path());
        set(values, "partitionValues", VectorUtils.stringStringMapValue(add.partitionValues()));
        set(values, "size", add.size());
        set(values, "modificationTime", add.modificationTime());
        set(values, "dataChange", add.dataChange());
        add.stats().ifPresent(stats -> set(values, "stats", stats));
        if (!add.tags().isEmpty()) {
            set(values, "tags", VectorUtils.stringStringMapValue(add.tags()));
        }
        add.deletionVector().ifPresent(vector -> set(values, "deletionVector", vector(vector)));
        add.baseRowId().ifPresent(id -> set(values, "baseRowId", id));
        add.defaultRowCommitVersion().ifPresent(version -> set(values, "defaultRowCommitVersion", version));
        add.clusteringProvider().ifPresent(provider -> set(values, "clusteringProvider", provider));
        return new GenericRow(addType, values);
    }

    private void set(Map<Integer, Object> values, String member, Object value) {
        values.put(addType.indexOf(member), value);
    }

    private static Row vector(Action.DeletionVector vector) {
        return new DeletionVectorDescriptor(
                        vector.storageType(),
                        vector.pathOrInlineDv(),
                        vector.offset().isPresent()
                                ? Optional.of(Math.toIntExact(vector.offset().getAsLong()))
                                : Optional.empty(),
                        vector.sizeInBytes(),
                        vector.cardinality())
                .toRow();
    }

    private static Row row(StructType schema, String kind, Row action) {
        return new GenericRow(schema, Map.of(schema.indexOf(kind), action));
    }

    private StructType clustered(StructType schema) {
        StructType with = new StructType();
        for (StructField field : schema.fields()) {
            with = with.add(field.getName(), field.getName().equals("add") ? addType : field.getDataType(), true);
        }
        return with;
    }

    private static StructType type(String kind) {
        return (StructType) SingleAction.CHECKPOINT_SCHEMA.get(kind).getDataType();
    }
}
