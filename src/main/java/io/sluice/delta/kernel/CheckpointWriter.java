package io.sluice.delta.kernel;

import io.delta.kernel.TableManager;
import io.delta.kernel.data.FilteredColumnarBatch;
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
import io.delta.kernel.internal.snapshot.LogSegment;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.sluice.delta.Action;
import io.sluice.delta.Interval;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.JsonValues;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Writes checkpoints, `_last_checkpoint` and version checksums. What is live is known in memory; the log is asked
/// only for the rest, so that a checkpoint costs little more than its file.
///
/// A table whose `delta.checkpointPolicy` is `v2` gets a v2 checkpoint, whose file actions stand in a sidecar, any
/// other a classic one, which is valid everywhere (Delta protocol, "Checkpoint Specs").
public final class CheckpointWriter {

    private static final StructType METADATA =
            new StructType().add("checkpointMetadata", CheckpointMetadataAction.FULL_SCHEMA, true);
    private static final StructType SIDECAR = new StructType().add("sidecar", SidecarFile.READ_SCHEMA, true);

    /// Delta's default of `delta.deletedFileRetentionDuration`.
    private static final Duration TOMBSTONES_KEPT = Duration.ofDays(7);

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

    /// @param tail of the log, up to this version
    /// @param expired which `txn` actions the checkpoint leaves out
    /// @throws CheckpointUnreadableException when the tail's checkpoint is damaged
    public Result write(TableSnapshot table, LogTail tail, Predicate<Action.SetTransaction> expired)
            throws IOException, CheckpointUnreadableException {
        boolean v2 = table.protocol().writerFeatures().contains("v2Checkpoint")
                && "v2".equalsIgnoreCase(table.metadata().configuration().get("delta.checkpointPolicy"));
        try (StorageFileIo fileIo = new StorageFileIo(storages, table.location())) {
            Engine engine = DefaultEngine.create(fileIo);
            try (LoggedRows logged =
                    new LoggedRows(engine, storages.of(table.location()), table, tail, oldestTombstoneMillis(table))) {
                CheckpointRows rows = new CheckpointRows(table, logged, expired);
                try {
                    if (v2) {
                        writeV2(table, engine, fileIo, rows);
                    } else {
                        String path = logFile(table, prefix(table) + ".checkpoint.parquet");
                        engine.getParquetHandler().writeParquetFileAtomically(path, rows.all());
                    }
                } catch (RuntimeException e) {
                    if (logged.isCheckpointDamaged()) {
                        throw new CheckpointUnreadableException(e);
                    }
                    throw e;
                }
                writeHint(table, fileIo, rows);
            }
            fileIo.publish();
            return Result.WRITTEN;
        } catch (FileAlreadyExistsException e) {
            return Result.ALREADY_THERE;
        }
    }

    /// All are kept where the table's property is no interval.
    private long oldestTombstoneMillis(TableSnapshot table) {
        return Interval.of(table.metadata().configuration(), "delta.deletedFileRetentionDuration", TOMBSTONES_KEPT)
                .map(kept -> clock.instant().minus(kept).toEpochMilli())
                .orElse(Long.MIN_VALUE);
    }

    /// The sidecar goes to its place before the checkpoint that names it. A table without files has none.
    private void writeV2(TableSnapshot table, Engine engine, StorageFileIo fileIo, CheckpointRows rows)
            throws IOException {
        List<Row> lines = new ArrayList<>();
        lines.add(new GenericRow(METADATA, Map.of(0, new CheckpointMetadataAction(table.version(), Map.of()).toRow())));
        try (CloseableIterator<FilteredColumnarBatch> files = rows.files()) {
            if (files.hasNext()) {
                String name = ids.get() + ".parquet";
                String sidecar = logFile(table, "_sidecars/" + name);
                engine.getParquetHandler().writeParquetFileAtomically(sidecar, files);
                long size = fileIo.getFileStatus(sidecar).getSize();
                lines.add(new GenericRow(SIDECAR, Map.of(0, new SidecarFile(name, size, clock.millis()).toRow())));
            }
        }
        lines.addAll(rows.others());
        String manifest = logFile(table, prefix(table) + ".checkpoint." + ids.get() + ".json");
        engine.getJsonHandler().writeJsonFileAtomically(manifest, Utils.toCloseableIterator(lines.iterator()), false);
    }

    /// Delta protocol, "Last Checkpoint File".
    private static void writeHint(TableSnapshot table, StorageFileIo fileIo, CheckpointRows rows) throws IOException {
        Map<String, Object> hint = new LinkedHashMap<>();
        hint.put("version", table.version());
        hint.put("size", rows.actions());
        hint.put("numOfAddFiles", table.files().size());
        fileIo.newOutputFile(logFile(table, "_last_checkpoint"))
                .writeAtomically(Utils.singletonCloseableIterator(JsonValues.write(hint)), true);
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
