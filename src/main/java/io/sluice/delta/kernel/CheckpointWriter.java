package io.sluice.delta.kernel;

import io.delta.kernel.TableManager;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.checkpoints.CheckpointMetadataAction;
import io.delta.kernel.internal.checkpoints.SidecarFile;
import io.delta.kernel.internal.checksum.CRCInfo;
import io.delta.kernel.internal.checksum.ChecksumUtils;
import io.delta.kernel.internal.checksum.ChecksumWriter;
import io.delta.kernel.internal.data.GenericRow;
import io.delta.kernel.internal.replay.CreateCheckpointIterator;
import io.delta.kernel.internal.snapshot.LogSegment;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.StructType;
import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.JsonValues;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Writes checkpoints, `_last_checkpoint` and version checksums. Kernel reconciles the actions; what Kernel would
/// leave out or refuse is added here.
///
/// A table whose `delta.checkpointPolicy` is `v2` gets a v2 checkpoint, whose file actions stand in a sidecar, any
/// other a classic one, which is valid everywhere (Delta protocol, "Checkpoint Specs").
public final class CheckpointWriter {

    private static final StructType METADATA =
            new StructType().add("checkpointMetadata", CheckpointMetadataAction.FULL_SCHEMA, true);
    private static final StructType SIDECAR = new StructType().add("sidecar", SidecarFile.READ_SCHEMA, true);

    public enum Result {
        WRITTEN,
        ALREADY_THERE
    }

    private final Storages storages;
    private final Clock clock;
    private final Supplier<UUID> ids;

    /// @param ids of v2 checkpoints and sidecars, each a new one
    public CheckpointWriter(Storages storages, Clock clock, Supplier<UUID> ids) {
        this.storages = storages;
        this.clock = clock;
        this.ids = ids;
    }

    /// @param expired which `txn` actions the checkpoint leaves out
    /// @throws RuntimeException as Kernel has it, when the log cannot be read
    public Result write(TableSnapshot table, Predicate<Action.SetTransaction> expired) throws IOException {
        boolean v2 = table.protocol().writerFeatures().contains("v2Checkpoint")
                && "v2".equalsIgnoreCase(table.metadata().configuration().get("delta.checkpointPolicy"));
        if (isThere(table)) {
            return Result.ALREADY_THERE;
        }
        try (StorageFileIo fileIo = new StorageFileIo(storages, table.location())) {
            Engine engine = DefaultEngine.create(fileIo);
            SnapshotImpl snapshot = (SnapshotImpl) TableManager.loadSnapshot(StorageFileIo.path(table.location()))
                    .atVersion(table.version())
                    .build(engine);
            CheckpointRows rows = new CheckpointRows(engine, expired, clustered(table));
            try (CreateCheckpointIterator reconciled = snapshot.getCreateCheckpointIterator(engine)) {
                if (v2) {
                    writeV2(table, engine, fileIo, rows, reconciled);
                } else {
                    String path = logFile(table, prefix(table) + ".checkpoint.parquet");
                    engine.getParquetHandler().writeParquetFileAtomically(path, rows.all(reconciled));
                }
            }
            writeHint(table, fileIo, rows);
            fileIo.publish();
            return Result.WRITTEN;
        } catch (FileAlreadyExistsException e) {
            return Result.ALREADY_THERE;
        }
    }

    /// The sidecar goes to its place before the checkpoint that names it.
    private void writeV2(
            TableSnapshot table,
            Engine engine,
            StorageFileIo fileIo,
            CheckpointRows rows,
            CreateCheckpointIterator reconciled)
            throws IOException {
        String name = ids.get() + ".parquet";
        String sidecar = logFile(table, "_sidecars/" + name);
        engine.getParquetHandler().writeParquetFileAtomically(sidecar, rows.files(reconciled));
        List<Row> lines = new ArrayList<>();
        lines.add(new GenericRow(METADATA, Map.of(0, new CheckpointMetadataAction(table.version(), Map.of()).toRow())));
        lines.addAll(rows.others());
        long size = fileIo.getFileStatus(sidecar).getSize();
        lines.add(new GenericRow(SIDECAR, Map.of(0, new SidecarFile(name, size, clock.millis()).toRow())));
        String manifest = logFile(table, prefix(table) + ".checkpoint." + ids.get() + ".json");
        engine.getJsonHandler().writeJsonFileAtomically(manifest, Utils.toCloseableIterator(lines.iterator()), false);
    }

    /// Delta protocol, "Last Checkpoint File".
    private static void writeHint(TableSnapshot table, StorageFileIo fileIo, CheckpointRows rows) throws IOException {
        Map<String, Object> hint = new LinkedHashMap<>();
        hint.put("version", table.version());
        hint.put("size", rows.actions());
        hint.put("numOfAddFiles", rows.addFiles());
        fileIo.newOutputFile(logFile(table, "_last_checkpoint"))
                .writeAtomically(Utils.singletonCloseableIterator(JsonValues.write(hint)), true);
    }

    private boolean isThere(TableSnapshot table) throws IOException {
        Location directory = table.location().resolve("_delta_log");
        String prefix = prefix(table) + ".checkpoint.";
        return storages.of(directory).list(directory, prefix).stream()
                .map(FileEntry::name)
                .anyMatch(name -> name.startsWith(prefix));
    }

    private static ClusteredAdds clustered(TableSnapshot table) {
        Map<String, String> providers = new HashMap<>();
        for (DataFile file : table.files()) {
            file.add()
                    .clusteringProvider()
                    .ifPresent(provider -> providers.put(file.add().path(), provider));
        }
        return new ClusteredAdds(providers);
    }

    private static String prefix(TableSnapshot table) {
        return String.format(Locale.ROOT, "%020d", table.version());
    }

    private static String logFile(TableSnapshot table, String name) {
        return StorageFileIo.path(table.location().resolve("_delta_log/" + name));
    }

    /// Writes `N.crc` (Delta protocol, "Version Checksum File"), computed from the whole log and so independent of
    /// any checksum that somebody else left. It does not list the table's files, since Kernel fails on one with a
    /// deletion vector there.
    ///
    /// @throws RuntimeException as [#write]
    public Result writeChecksum(Location table, long version) throws IOException {
        try (StorageFileIo fileIo = new StorageFileIo(storages, table, name -> !name.endsWith(".crc"))) {
            Engine engine = DefaultEngine.create(fileIo);
            LogSegment log = ((SnapshotImpl) TableManager.loadSnapshot(StorageFileIo.path(table))
                            .atVersion(version)
                            .build(engine))
                    .getLogSegment();
            new ChecksumWriter(log.getLogPath())
                    .writeCheckSum(engine, withoutFiles(ChecksumUtils.computeChecksum(engine, log)));
            fileIo.publish();
            return Result.WRITTEN;
        } catch (FileAlreadyExistsException e) {
            return Result.ALREADY_THERE;
        }
    }

    private static CRCInfo withoutFiles(CRCInfo checksum) {
        return new CRCInfo(
                checksum.getVersion(),
                checksum.getMetadata(),
                checksum.getProtocol(),
                checksum.getTableSizeBytes(),
                checksum.getNumFiles(),
                checksum.getTxnId(),
                checksum.getDomainMetadata(),
                checksum.getFileSizeHistogram(),
                checksum.getInCommitTimestamp(),
                checksum.getSetTransactions(),
                checksum.getNumDeletedRecords(),
                checksum.getNumDeletionVectors(),
                Optional.empty());
    }
}
