package io.sluice.delta;

import io.sluice.delta.log.LogReader;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// The log entries of a table, as far as they are still there.
@Component
public class CommitHistory {

    private final LogReader log;

    public CommitHistory(Storages storages) {
        this.log = new LogReader(storages);
    }

    /// Entries before a version, the newest first; they end where the log was cleaned up.
    ///
    /// @param beforeVersion exclusive: one more than the newest version, for all
    /// @throws io.sluice.table.FailureException `table-corrupt`, `storage-unavailable`
    public List<CommitRecord> read(Location table, long beforeVersion, int limit) {
        List<CommitRecord> records = new ArrayList<>();
        for (long version = beforeVersion - 1; version >= 0 && records.size() < limit; version--) {
            Optional<LogEntry> entry = log.commit(table, version);
            if (entry.isEmpty()) {
                break;
            }
            records.add(CommitRecord.of(entry.get()));
        }
        return records;
    }

    /// The entry of one version, with all its actions; empty when it is not (or no longer) there.
    public Optional<LogEntry> entry(Location table, long version) {
        return log.commit(table, version);
    }

    /// The record of one version.
    public Optional<CommitRecord> find(Location table, long version) {
        return entry(table, version).map(CommitRecord::of);
    }
}
