package io.sluice.delta;

import io.sluice.delta.log.LogReader;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The newest version of one table, brought up to date by the commits since. A look at the store serves all who asked
/// before it began; one that failed is the answer of all who asked before it ended, since they would wait for one
/// silence after the other.
final class LiveTable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveTable.class);
    private static final long COMPARE_EVERY_NANOS = 2_000_000_000L;

    private final Location table;
    private final LogReader log;
    private final SnapshotLoader loader;
    private final SnapshotCache cache;
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable TableReplay replay;
    private @Nullable LoadedSnapshot newest;

    /// The newest commit's file as it was seen: one that is gone or another tells that the table was replaced.
    private @Nullable FileEntry newestFile;

    private boolean looked;
    private @Nullable FailureException silence;
    private long silentNanos;
    private long lookedAtNanos;
    private long comparedNanos;

    LiveTable(Location table, LogReader log, SnapshotLoader loader, SnapshotCache cache) {
        this.table = table;
        this.log = log;
        this.loader = loader;
        this.cache = cache;
    }

    LoadedSnapshot latest() {
        long askedNanos = System.nanoTime();
        lock.lock();
        try {
            LoadedSnapshot known = newest;
            if (known != null && looked && lookedAtNanos - askedNanos >= 0) {
                return known;
            }
            FailureException failed = silence;
            if (failed != null && silentNanos - askedNanos >= 0) {
                throw failed;
            }
            return look();
        } finally {
            lock.unlock();
        }
    }

    private LoadedSnapshot look() {
        long beganNanos = System.nanoTime();
        silence = null;
        try {
            LoadedSnapshot current = refresh();
            lookedAtNanos = beganNanos;
            looked = true;
            return current;
        } catch (RuntimeException e) {
            if (!isUnharmed(e)) {
                reset();
            }
            if (e instanceof FailureException failed && failed.failure() instanceof Failure.StorageUnavailable) {
                silence = failed;
                silentNanos = System.nanoTime();
            }
            throw e;
        }
    }

    /// Whether the state is still whole: the store failed before a commit was applied.
    private boolean isUnharmed(RuntimeException e) {
        return e instanceof FailureException failure
                && failure.failure() instanceof Failure.StorageUnavailable
                && replay != null
                && newest != null
                && replay.version() == newest.version();
    }

    /// Never fails: what does not fit is read from the log when it is next asked for.
    void committed(LogEntry entry) {
        lock.lock();
        try {
            TableReplay current = replay;
            if (current != null && entry.version() == current.version() + 1) {
                current.commit(entry);
                newest = current.snapshot();
                newestFile = null;
            }
        } catch (FailureException e) {
            LOG.warn("A commit of {} could not be taken over", table, e);
            reset();
        } finally {
            lock.unlock();
        }
    }

    private LoadedSnapshot refresh() {
        TableReplay current = replay;
        LoadedSnapshot known = newest;
        if (current == null || known == null) {
            return reload();
        }
        Optional<LogEntry> next = log.commit(table, current.version() + 1);
        if ((next.isPresent() || mayHaveBeenReplaced()) && !isSameTable(current.version())) {
            return reload();
        }
        if (next.isEmpty()) {
            return known;
        }
        while (next.isPresent()) {
            current.commit(next.get());
            next = log.commit(table, current.version() + 1);
        }
        newestFile = log.findCommit(table, current.version()).orElse(null);
        LoadedSnapshot snapshot = current.snapshot();
        newest = snapshot;
        return snapshot;
    }

    /// On a local disk a second look is nearly free; elsewhere one in a while must do.
    private boolean mayHaveBeenReplaced() {
        return table.isLocal() || System.nanoTime() - comparedNanos > COMPARE_EVERY_NANOS;
    }

    /// Whether the newest known commit is still there as it was. A table that has only a checkpoint cannot be told
    /// this way.
    private boolean isSameTable(long version) {
        Optional<FileEntry> now = log.findCommit(table, version);
        comparedNanos = System.nanoTime();
        FileEntry before = newestFile;
        if (before == null) {
            newestFile = now.orElse(null);
            return now.isPresent() || log.lists(table);
        }
        return now.isPresent()
                && now.get().sizeBytes() == before.sizeBytes()
                && now.get().modified().equals(before.modified());
    }

    private LoadedSnapshot reload() {
        reset();
        cache.forgetOld(table);
        TableReplay loaded = loader.latest(table);
        LoadedSnapshot snapshot = loaded.snapshot();
        replay = loaded;
        newest = snapshot;
        newestFile = log.findCommit(table, snapshot.version()).orElse(null);
        return snapshot;
    }

    private void reset() {
        replay = null;
        newest = null;
        newestFile = null;
        looked = false;
    }
}
