package io.sluice.delta;

import io.sluice.delta.log.LogReader;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The newest version of one table, brought up to date by the commits since. A look at the store serves all who asked
/// before it began; one that failed is the answer of all who asked before it ended, since they would wait for one
/// silence after the other.
final class LiveTable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveTable.class);
    private static final long COMPARE_EVERY_NANOS = 2_000_000_000L;
    private static final long COUNT_EVERY_NANOS = 2_000_000_000L;

    /// Commits that are caught up with before it is asked whether a checkpoint saves the rest.
    private static final int MANY = 50;

    /// Files that a checkpoint brings in about the time that one commit takes.
    private static final int LOCAL_FILES_PER_COMMIT = 10;

    private static final int FILES_PER_COMMIT = 1_000;

    private final Location table;
    private final LogReader log;
    private final SnapshotLoader loader;
    private final SnapshotCache cache;
    private final LongSupplier ticker;
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable TableReplay replay;
    /// Written under the lock; read without it by who must not wait for the store.
    private volatile @Nullable LoadedSnapshot newest;

    /// The newest commit's file as it was seen: one that is gone or another tells that the table was replaced.
    /// None when the version stands in a checkpoint only.
    private @Nullable FileEntry newestFile;

    /// From which version on the log must be whole for this state to be read from it.
    private long wholeFrom;

    private boolean looked;
    private @Nullable FailureException silence;
    private long silentNanos;
    private long lookedAtNanos;
    private long comparedNanos;
    private long countedNanos;

    /// @param ticker nanoseconds, as [System#nanoTime()] counts them
    LiveTable(Location table, LogReader log, SnapshotLoader loader, SnapshotCache cache, LongSupplier ticker) {
        this.ticker = ticker;
        this.table = table;
        this.log = log;
        this.loader = loader;
        this.cache = cache;
    }

    LoadedSnapshot latest() {
        long askedNanos = ticker.getAsLong();
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

    /// The newest version that is known, without a look at the store.
    Optional<LoadedSnapshot> remembered() {
        return Optional.ofNullable(newest);
    }

    private LoadedSnapshot look() {
        long beganNanos = ticker.getAsLong();
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
                silentNanos = ticker.getAsLong();
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
    ///
    /// @param file of the entry, as it was right after the commit
    void committed(LogEntry entry, FileEntry file) {
        lock.lock();
        try {
            TableReplay current = replay;
            if (current != null && entry.version() == current.version() + 1) {
                current.commit(entry);
                newest = current.snapshot();
                newestFile = file;
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
        if ((next.isPresent() || mayHaveBeenReplaced()) && !isSameTable(current.version()) || !isWhole(current)) {
            return reload();
        }
        if (next.isEmpty()) {
            return known;
        }
        for (int taken = 1; next.isPresent(); taken++) {
            current.commit(next.get());
            if (taken % MANY == 0
                    && isFarBehindCheckpoint(current.version(), known.files().size())) {
                return reload();
            }
            next = log.commit(table, current.version() + 1);
        }
        newestFile = log.findCommit(table, current.version()).orElse(null);
        LoadedSnapshot snapshot = current.snapshot();
        newest = snapshot;
        return snapshot;
    }

    /// Whether the newest checkpoint is read sooner than the commits before it, each of which takes two requests.
    private boolean isFarBehindCheckpoint(long version, int files) {
        int asManyCommits = MANY + files / (table.isLocal() ? LOCAL_FILES_PER_COMMIT : FILES_PER_COMMIT);
        OptionalLong hint = log.lastCheckpoint(table);
        return hint.isPresent() && hint.getAsLong() - version > asManyCommits;
    }

    /// On a local disk a second look is nearly free; elsewhere one in a while must do.
    private boolean mayHaveBeenReplaced() {
        return table.isLocal() || ticker.getAsLong() - comparedNanos > COMPARE_EVERY_NANOS;
    }

    /// Whether the newest known commit is still there as it was; where a checkpoint alone has it, whether the log
    /// still goes as far.
    private boolean isSameTable(long version) {
        comparedNanos = ticker.getAsLong();
        FileEntry before = newestFile;
        if (before == null) {
            return !log.list(table, version).isEmpty();
        }
        Optional<FileEntry> now = log.findCommit(table, version);
        return now.isPresent()
                && now.get().sizeBytes() == before.sizeBytes()
                && now.get().modified().equals(before.modified());
    }

    /// Whether somebody who reads the log finds what is in memory here. Nothing is committed on top of a log with
    /// a gap: it would be acknowledged, and others could not read it. Looked at once in a while, by way of the
    /// newest checkpoint, since only what follows it is needed.
    private boolean isWhole(TableReplay current) {
        long nowNanos = ticker.getAsLong();
        if (nowNanos - countedNanos < COUNT_EVERY_NANOS) {
            return true;
        }
        countedNanos = nowNanos;
        OptionalLong hint = log.lastCheckpoint(table);
        if (hint.isPresent() && hint.getAsLong() <= current.version()) {
            wholeFrom = Math.max(wholeFrom, hint.getAsLong() + 1);
        }
        return log.hasCommits(table, wholeFrom, current.version());
    }

    private LoadedSnapshot reload() {
        reset();
        cache.forgetOld(table);
        TableReplay loaded = loader.latest(table);
        LoadedSnapshot snapshot = loaded.snapshot();
        replay = loaded;
        newest = snapshot;
        newestFile = log.findCommit(table, snapshot.version()).orElse(null);
        wholeFrom = newestFile == null ? snapshot.version() + 1 : loaded.base() + 1;
        countedNanos = ticker.getAsLong();
        return snapshot;
    }

    private void reset() {
        replay = null;
        newest = null;
        newestFile = null;
        looked = false;
    }
}
