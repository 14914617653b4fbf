package io.sluice.delta;

import io.sluice.storage.Location;
import io.sluice.table.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A table at one version. Immutable; the list of files is in a stable order.
public interface TableSnapshot {

    Location location();

    long version();

    /// The commit's time: in-commit timestamp where the table has them, else the log file's modification time.
    Instant timestamp();

    Action.Protocol protocol();

    Action.Metadata metadata();

    default Schema schema() {
        return metadata().schema();
    }

    ColumnMappingMode columnMappingMode();

    /// All live files, in the order in which they came into the log as far as it is known.
    List<DataFile> files();

    /// Domain metadata that is not removed, by domain.
    Map<String, String> domainMetadata();

    /// The last `txn` of this application id.
    Optional<Action.SetTransaction> transaction(String appId);

    /// The last `txn` of every application id, in no order.
    void forEachTransaction(Consumer<Action.SetTransaction> sink);

    enum ColumnMappingMode {
        NONE,
        NAME,
        ID
    }
}
