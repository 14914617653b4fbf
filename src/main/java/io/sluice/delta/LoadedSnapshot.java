package io.sluice.delta;

import io.sluice.delta.prune.BoundsIndex;
import io.sluice.storage.Location;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A table at one version, in memory.
record LoadedSnapshot(
        Location location,
        long version,
        Instant timestamp,
        Action.Protocol protocol,
        Action.Metadata metadata,
        List<DataFile> files,
        Map<String, String> domainMetadata,
        TransactionIds transactions,
        TablePaths paths,
        BoundsIndex bounds)
        implements TableSnapshot {

    @Override
    public ColumnMappingMode columnMappingMode() {
        return switch (metadata.configuration().getOrDefault("delta.columnMapping.mode", "none")) {
            case "name" -> ColumnMappingMode.NAME;
            case "id" -> ColumnMappingMode.ID;
            default -> ColumnMappingMode.NONE;
        };
    }

    @Override
    public Optional<Action.SetTransaction> transaction(String appId) {
        return transactions.find(appId);
    }

    @Override
    public void forEachTransaction(Consumer<Action.SetTransaction> sink) {
        transactions.forEach(sink);
    }

    @Override
    public String toString() {
        return location + "@" + version;
    }
}
