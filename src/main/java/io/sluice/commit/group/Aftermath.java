package io.sluice.commit.group;

import io.sluice.commit.CommitListener;
import io.sluice.commit.entry.CommitEntry;
import io.sluice.commit.log.LogFile;
import io.sluice.delta.Checkpoints;
import io.sluice.delta.LogEntry;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.TableName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What follows a commit and cannot undo it: the process's own snapshot moves on without reading back, the log gets
/// its checkpoint.
public final class Aftermath {

    private static final Logger LOG = LoggerFactory.getLogger(Aftermath.class);

    private final Storages storages;
    private final Snapshots snapshots;
    private final CheckpointQueue checkpoints;
    private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();

    public Aftermath(Storages storages, Snapshots snapshots, CheckpointQueue checkpoints) {
        this.storages = storages;
        this.snapshots = snapshots;
        this.checkpoints = checkpoints;
    }

    public void listen(CommitListener listener) {
        listeners.add(listener);
    }

    /// Never fails: the rows are in the log, whatever happens here.
    public void committed(TableName name, TableSnapshot before, CommitEntry entry) {
        try {
            Location table = before.location();
            written(table, entry)
                    .ifPresent(file -> snapshots.committed(
                            table, new LogEntry(entry.version(), file.modified(), entry.actions()), file));
            if (Checkpoints.isDue(
                    entry.version(),
                    before.metadata().configuration(),
                    before.files().size())) {
                checkpoints.request(table);
            }
            listeners.forEach(listener -> listener.committed(name, before, entry.actions()));
        } catch (RuntimeException | Error unexpected) {
            LOG.error(
                    "Version {} of {} is committed, what follows it failed",
                    entry.version(),
                    before.location(),
                    unexpected);
        }
    }

    /// Never fails either.
    public void created(TableName name) {
        try {
            listeners.forEach(listener -> listener.created(name));
        } catch (RuntimeException | Error unexpected) {
            LOG.error("{} is there, what follows that failed", name, unexpected);
        }
    }

    /// The entry's file; its time by the store's clock is the commit's time on tables without in-commit
    /// timestamps.
    private Optional<FileEntry> written(Location table, CommitEntry entry) {
        try {
            return storages.of(table).find(LogFile.of(table, entry.version()));
        } catch (IOException silent) {
            LOG.info(
                    "Version {} of {} will be read back: the store did not tell its time",
                    entry.version(),
                    table,
                    silent);
            return Optional.empty();
        }
    }
}
