package io.sluice.delta;

import io.sluice.delta.log.LogReader;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/// The log entries of a table, as far as they are still there.
@Component
public class CommitHistory {

    private final LogReader log;

    public CommitHistory(Storages storages) {
        this.log = new LogReader(storages);
    }

    /// What is wanted of the entries before a version, the newest first; they end where the log was cleaned up.
    ///
    /// @param beforeVersion exclusive: one more than the newest version, for all
    /// @param wanted taken from one record after the other: a record names all files of its commit, and those of
    ///     many commits would not fit into memory together
    /// @throws io.sluice.table.FailureException `table-corrupt`, `storage-unavailable`
    public <T> List<T> read(Location table, long beforeVersion, int limit, Function<CommitRecord, T> wanted) {
        List<T> read = new ArrayList<>();
        for (long version = beforeVersion - 1; version >= 0 && read.size() < limit; version--) {
            Optional<LogEntry> entry = log.commit(table, version);
            if (entry.isEmpty()) {
                break;
            }
            read.add(wanted.apply(CommitRecord.of(entry.get())));
        }
        return read;
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
