package io.sluice.delta.kernel;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.internal.actions.DomainMetadata;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.actions.Protocol;
import io.delta.kernel.internal.actions.SetTransaction;
import io.delta.kernel.internal.replay.ActionsIterator;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.sluice.delta.Action;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import io.sluice.table.SchemaJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a checkpoint of any kind (classic, in parts, v2 with or without sidecars) through Kernel. Files of which it
/// has
/// no statistics as JSON are looked up in it once more, for those that it has as structs.
public final class CheckpointReader {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointReader.class);

    private static final StructType ADD =
            io.delta.kernel.internal.actions.AddFile.FULL_SCHEMA.add("clusteringProvider", StringType.STRING, true);
    private static final StructType SCHEMA = new StructType()
            .add("add", ADD, true)
            .add("metaData", Metadata.FULL_SCHEMA, true)
            .add("protocol", Protocol.FULL_SCHEMA, true)
            .add("txn", SetTransaction.FULL_SCHEMA, true)
            .add("domainMetadata", DomainMetadata.FULL_SCHEMA, true);

    private final Storages storages;

    public CheckpointReader(Storages storages) {
        this.storages = storages;
    }

    /// Hands every `add`, `metaData`, `protocol`, `txn` and `domainMetadata` of the checkpoint to the sink.
    ///
    /// @param files the checkpoint's files (several for one in parts), without its sidecars
    /// @throws CheckpointUnreadableException when it is damaged or a part or sidecar of it is missing
    /// @throws FailureException when the store does not answer, or the schema cannot be served
    public void read(Location table, List<FileEntry> files, Consumer<Action> sink)
            throws CheckpointUnreadableException {
        var kept = new Kept(sink);
        read(table, files, SCHEMA, batch -> batch(batch, kept));
        if (!kept.adds.isEmpty()) {
            Map<FileId, String> statistics =
                    kept.schema.map(schema -> statistics(table, files, schema)).orElse(Map.of());
            for (Action.AddFile add : kept.adds) {
                String known = statistics.get(new FileId(add.path(), add.deletionVector()));
                sink.accept(known == null ? add : add.withStatistics(known));
            }
        }
    }

    /// Passes actions on, but for files without statistics.
    private static final class Kept implements Consumer<Action> {

        private final Consumer<Action> sink;
        private final List<Action.AddFile> adds = new ArrayList<>();
        private Optional<Schema> schema = Optional.empty();

        Kept(Consumer<Action> sink) {
            this.sink = sink;
        }

        @Override
        public void accept(Action action) {
            if (action instanceof Action.AddFile add && add.stats().isEmpty()) {
                adds.add(add);
                return;
            }
            if (action instanceof Action.Metadata metadata) {
                schema = Optional.of(metadata.schema());
            }
            sink.accept(action);
        }
    }

    private record FileId(String path, Optional<Action.DeletionVector> deletionVector) {}

    /// Statistics that the checkpoint holds as structs. What cannot be read of them is not known.
    private Map<FileId, String> statistics(Location table, List<FileEntry> files, Schema schema) {
        StructType add = new StructType()
                .add("path", StringType.STRING, true)
                .add(ADD.get("deletionVector"))
                .add("stats_parsed", ParsedStatistics.type(schema), true);
        var found = new HashMap<FileId, String>();
        try {
            read(table, files, new StructType().add("add", add, true), batch -> {
                ColumnVector adds = batch.getColumnVector(0);
                for (int row = 0; row < batch.getSize(); row++) {
                    if (!adds.isNullAt(row)) {
                        var id = new FileId(
                                required(child(adds, "path"), row), deletionVector(child(adds, "deletionVector"), row));
                        ParsedStatistics.json(child(adds, "stats_parsed"), row).ifPresent(json -> found.put(id, json));
                    }
                }
            });
        } catch (CheckpointUnreadableException e) {
            LOG.info("Statistics in the checkpoint of {} cannot be read", table, e);
        }
        return found;
    }

    private void read(Location table, List<FileEntry> files, StructType schema, Consumer<ColumnarBatch> sink)
            throws CheckpointUnreadableException {
        try (StorageFileIo fileIo = new StorageFileIo(storages, table);
                ActionsIterator batches = new ActionsIterator(
                        DefaultEngine.create(fileIo),
                        files.stream().map(StorageFileIo::status).toList(),
                        schema,
                        Optional.empty())) {
            while (batches.hasNext()) {
                sink.accept(batches.next().getColumnarBatch());
            }
        } catch (IOException | RuntimeException e) {
            Optional<FailureException> hidden = KernelFailures.hidden(e);
            if (hidden.isPresent() && !(hidden.get().failure() instanceof Failure.InvalidSchema)) {
                throw hidden.get();
            }
            throw new CheckpointUnreadableException(e);
        }
    }

    private static void batch(ColumnarBatch batch, Consumer<Action> sink) {
        StructType schema = batch.getSchema();
        ColumnVector adds = batch.getColumnVector(schema.indexOf("add"));
        ColumnVector metadata = batch.getColumnVector(schema.indexOf("metaData"));
        ColumnVector protocols = batch.getColumnVector(schema.indexOf("protocol"));
        ColumnVector transactions = batch.getColumnVector(schema.indexOf("txn"));
        ColumnVector domains = batch.getColumnVector(schema.indexOf("domainMetadata"));
        for (int row = 0; row < batch.getSize(); row++) {
            if (!adds.isNullAt(row)) {
                sink.accept(add(adds, row));
            } else if (!metadata.isNullAt(row)) {
                sink.accept(metadata(metadata, row));
            } else if (!protocols.isNullAt(row)) {
                sink.accept(protocol(protocols, row));
            } else if (!transactions.isNullAt(row)) {
                sink.accept(new Action.SetTransaction(
                        required(transactions.getChild(0), row),
                        transactions.getChild(1).getLong(row),
                        number(transactions.getChild(2), row)));
            } else if (!domains.isNullAt(row)) {
                sink.accept(new Action.DomainMetadata(
                        required(domains.getChild(0), row),
                        text(domains.getChild(1), row).orElse(""),
                        !domains.getChild(2).isNullAt(row)
                                && domains.getChild(2).getBoolean(row)));
            }
        }
    }

    private static Action.AddFile add(ColumnVector vector, int row) {
        return new Action.AddFile(
                required(child(vector, "path"), row),
                texts(child(vector, "partitionValues"), row),
                number(child(vector, "size"), row).orElse(0),
                number(child(vector, "modificationTime"), row).orElse(0),
                child(vector, "dataChange").isNullAt(row)
                        || child(vector, "dataChange").getBoolean(row),
                text(child(vector, "stats"), row),
                present(texts(child(vector, "tags"), row)),
                deletionVector(child(vector, "deletionVector"), row),
                number(child(vector, "baseRowId"), row),
                number(child(vector, "defaultRowCommitVersion"), row),
                text(child(vector, "clusteringProvider"), row));
    }

    private static Optional<Action.DeletionVector> deletionVector(ColumnVector vector, int row) {
        if (vector.isNullAt(row)) {
            return Optional.empty();
        }
        ColumnVector offset = child(vector, "offset");
        return Optional.of(new Action.DeletionVector(
                required(child(vector, "storageType"), row),
                required(child(vector, "pathOrInlineDv"), row),
                offset.isNullAt(row) ? OptionalLong.empty() : OptionalLong.of(offset.getInt(row)),
                child(vector, "sizeInBytes").getInt(row),
                child(vector, "cardinality").getLong(row)));
    }

    private static Action.Metadata metadata(ColumnVector vector, int row) {
        ColumnVector partitionColumns = child(vector, "partitionColumns");
        return new Action.Metadata(
                required(child(vector, "id"), row),
                text(child(vector, "name"), row),
                text(child(vector, "description"), row),
                SchemaJson.parse(required(child(vector, "schemaString"), row)),
                list(partitionColumns, row),
                present(texts(child(vector, "configuration"), row)),
                number(child(vector, "createdTime"), row));
    }

    private static Action.Protocol protocol(ColumnVector vector, int row) {
        return new Action.Protocol(
                child(vector, "minReaderVersion").getInt(row),
                child(vector, "minWriterVersion").getInt(row),
                list(child(vector, "readerFeatures"), row),
                list(child(vector, "writerFeatures"), row));
    }

    private static ColumnVector child(ColumnVector struct, String name) {
        return struct.getChild(((StructType) struct.getDataType()).indexOf(name));
    }

    private static String required(ColumnVector vector, int row) {
        return text(vector, row).orElseThrow(() -> new IllegalStateException("a required member is missing"));
    }

    private static Optional<String> text(ColumnVector vector, int row) {
        return vector.isNullAt(row) ? Optional.empty() : Optional.of(vector.getString(row));
    }

    private static OptionalLong number(ColumnVector vector, int row) {
        return vector.isNullAt(row) ? OptionalLong.empty() : OptionalLong.of(vector.getLong(row));
    }

    private static List<String> list(ColumnVector vector, int row) {
        if (vector.isNullAt(row)) {
            return List.of();
        }
        ColumnVector elements = vector.getArray(row).getElements();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < vector.getArray(row).getSize(); i++) {
            texts.add(elements.getString(i));
        }
        return List.copyOf(texts);
    }

    private static Map<String, @Nullable String> texts(ColumnVector vector, int row) {
        if (vector.isNullAt(row)) {
            return Map.of();
        }
        MapValue map = vector.getMap(row);
        if (map.getSize() == 0) {
            return Map.of();
        }
        Map<String, @Nullable String> texts = LinkedHashMap.newLinkedHashMap(map.getSize());
        for (int i = 0; i < map.getSize(); i++) {
            texts.put(
                    map.getKeys().getString(i),
                    map.getValues().isNullAt(i) ? null : map.getValues().getString(i));
        }
        return Collections.unmodifiableMap(texts);
    }

    private static Map<String, String> present(Map<String, @Nullable String> texts) {
        Map<String, String> present = new LinkedHashMap<>();
        texts.forEach((key, value) -> {
            if (value != null) {
                present.put(key, value);
            }
        });
        return present.isEmpty() ? Map.of() : Collections.unmodifiableMap(present);
    }
}
