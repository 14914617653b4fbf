package io.sluice.delta.kernel;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.internal.checkpoints.SidecarFile;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.JsonValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which sidecars checkpoints name (Delta protocol, "V2 Spec").
public final class SidecarReader {

    private static final StructType SCHEMA = new StructType().add("sidecar", SidecarFile.READ_SCHEMA, true);

    private final Storages storages;

    public SidecarReader(Storages storages) {
        this.storages = storages;
    }

    /// Names of all sidecars of these checkpoint files.
    ///
    /// @throws CheckpointUnreadableException when one of the files is damaged, so that nothing is known
    public Set<String> named(Location table, List<FileEntry> checkpoints) throws CheckpointUnreadableException {
        Set<String> names = new HashSet<>();
        try {
            for (FileEntry checkpoint : checkpoints) {
                if (checkpoint.name().endsWith(".json")) {
                    fromJson(checkpoint, names);
                } else {
                    fromParquet(table, checkpoint, names);
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new CheckpointUnreadableException(e);
        }
        return names;
    }

    private void fromJson(FileEntry checkpoint, Set<String> names) throws IOException {
        byte[] content = storages.of(checkpoint.location()).read(checkpoint.location());
        for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
            if (!line.isBlank()
                    && JsonValues.parseObject(line).get("sidecar") instanceof Map<?, ?> sidecar
                    && sidecar.get("path") instanceof String path) {
                names.add(name(path));
            }
        }
    }

    private void fromParquet(Location table, FileEntry checkpoint, Set<String> names) throws IOException {
        try (StorageFileIo fileIo = new StorageFileIo(storages, table);
                CloseableIterator<FileReadResult> results = DefaultEngine.create(fileIo)
                        .getParquetHandler()
                        .readParquetFiles(
                                Utils.singletonCloseableIterator(StorageFileIo.status(checkpoint)),
                                SCHEMA,
                                Optional.empty())) {
            while (results.hasNext()) {
                ColumnarBatch batch = results.next().getData();
                ColumnVector sidecars = batch.getColumnVector(0);
                for (int row = 0; row < batch.getSize(); row++) {
                    if (!sidecars.isNullAt(row)) {
                        names.add(name(sidecars.getChild(0).getString(row)));
                    }
                }
            }
        }
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
