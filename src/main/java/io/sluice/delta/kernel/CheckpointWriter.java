package io.sluice.delta.kernel;

import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.CheckpointAlreadyExistsException;
import io.delta.kernel.internal.SnapshotImpl;
import io.sluice.delta.Action;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.function.Predicate;

/// Writes a classic checkpoint and `_last_checkpoint`, and a version checksum, through Kernel. Classic ones are valid
/// on every table, also where v2 ones are allowed (Delta protocol, "Checkpoint Specs").
public final class CheckpointWriter {

    public enum Result {
        WRITTEN,
        ALREADY_THERE
    }

    private final Storages storages;

    public CheckpointWriter(Storages storages) {
        this.storages = storages;
    }

    /// @param expired which `txn` actions the checkpoint leaves out
    /// @throws RuntimeException as Kernel has it, when Kernel may not write to such a table or the log cannot be
    ///     read
    public Result write(Location table, long version, Predicate<Action.SetTransaction> expired) throws IOException {
        try (StorageFileIo fileIo = new StorageFileIo(storages, table)) {
            Engine engine = new ExpiringEngine(DefaultEngine.create(fileIo), expired);
            Snapshot snapshot = TableManager.loadSnapshot(StorageFileIo.path(table))
                    .atVersion(version)
                    .build(engine);
            ((SnapshotImpl) snapshot).writeCheckpoint(engine);
            fileIo.publish();
            return Result.WRITTEN;
        } catch (CheckpointAlreadyExistsException | FileAlreadyExistsException e) {
            return Result.ALREADY_THERE;
        }
    }

    /// Writes `N.crc` (Delta protocol, "Version Checksum File"), computed from the whole log and so independent of
    /// any checksum that somebody else left.
    ///
    /// @throws RuntimeException as [#write]
    public Result writeChecksum(Location table, long version) throws IOException {
        try (StorageFileIo fileIo = new StorageFileIo(storages, table)) {
            Engine engine = DefaultEngine.create(fileIo);
            TableManager.loadSnapshot(StorageFileIo.path(table))
                    .atVersion(version)
                    .build(engine)
                    .writeChecksum(engine, Snapshot.ChecksumWriteMode.FULL);
            fileIo.publish();
            return Result.WRITTEN;
        } catch (FileAlreadyExistsException e) {
            return Result.ALREADY_THERE;
        }
    }
}
