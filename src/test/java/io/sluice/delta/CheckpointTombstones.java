package io.sluice.delta;

import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.internal.actions.RemoveFile;
import io.delta.kernel.internal.replay.ActionsIterator;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.sluice.delta.kernel.StorageFileIo;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The `remove` actions of a checkpoint, which the service itself never reads.
final class CheckpointTombstones {

    private static final StructType SCHEMA = new StructType().add("remove", RemoveFile.FULL_SCHEMA, true);

    private CheckpointTombstones() {}

    /// @return the paths of the removed files, in order
    static List<String> read(Storages storages, Location table, List<Path> checkpoint) throws IOException {
        List<FileStatus> files = new ArrayList<>();
        for (Path file : checkpoint) {
            files.add(StorageFileIo.status(
                    storages.of(table).find(Location.of(file)).orElseThrow()));
        }
        List<String> paths = new ArrayList<>();
        try (StorageFileIo fileIo = new StorageFileIo(storages, table);
                ActionsIterator batches =
                        new ActionsIterator(DefaultEngine.create(fileIo), files, SCHEMA, Optional.empty())) {
            while (batches.hasNext()) {
                try (CloseableIterator<Row> rows =
                        batches.next().getColumnarBatch().getRows()) {
                    while (rows.hasNext()) {
                        Row row = rows.next();
                        if (!row.isNullAt(0)) {
                            paths.add(new RemoveFile(row.getStruct(0)).getPath());
                        }
                    }
                }
            }
        }
        return paths.stream().sorted().toList();
    }
}
