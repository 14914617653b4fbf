package io.sluice.commit.group;

import io.sluice.delta.Checkpoints;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableSnapshot;
import io.sluice.delta.TransactionMemory;
import io.sluice.storage.Location;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Checkpoints that are due, off the way of requests: one at a time, and of each table at most one that waits.
///
/// A table that is written all the time has one due several times a second. So it rests after each, in proportion to
/// what that one took, and a later commit asks again: checkpoints take at most a twentieth of one core from requests.
public final class CheckpointQueue {

    private static final int REST_FACTOR = 19;
    private static final int STRIPES = 64;
    private static final long CLEAN_UP_EVERY_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointQueue.class);

    private final Snapshots snapshots;
    private final Checkpoints checkpoints;
    private final TransactionMemory memory;
    private final LongSupplier ticker;
    private final Set<Location> waiting = ConcurrentHashMap.newKeySet();
    private final Map<Location, Long> restsUntilNanos = new ConcurrentHashMap<>();
    private final Map<Location, Long> cleanedUpNanos = new ConcurrentHashMap<>();
    private final List<Lock> writing =
            Stream.<Lock>generate(ReentrantLock::new).limit(STRIPES).toList();
    private final ExecutorService writer = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("checkpoint").factory());

    /// @param memory which `txn` actions a checkpoint keeps
    /// @param ticker nanoseconds, as [System#nanoTime()] counts them
    public CheckpointQueue(
            Snapshots snapshots, Checkpoints checkpoints, TransactionMemory memory, LongSupplier ticker) {
        this.snapshots = snapshots;
        this.checkpoints = checkpoints;
        this.memory = memory;
        this.ticker = ticker;
    }

    /// Asks for a checkpoint of the version that is newest when its turn comes.
    void request(Location table) {
        if (rests(table) || !waiting.add(table)) {
            return;
        }
        try {
            writer.execute(() -> write(table));
        } catch (RejectedExecutionException closed) {
            waiting.remove(table);
        }
    }

    /// Writes the checkpoint of the newest version on the calling thread.
    ///
    /// @return the version
    public long now(Location table) throws IOException {
        Lock lock = writing(table);
        lock.lock();
        try {
            TableSnapshot newest = snapshots.latest(table);
            checkpoints.write(newest, memory);
            return newest.version();
        } finally {
            lock.unlock();
        }
    }

    /// Runs while this process writes no checkpoint of the table. One that came after the table's end would make a
    /// table of what is none.
    public void without(Location table, Runnable change) {
        Lock lock = writing(table);
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    private Lock writing(Location table) {
        return writing.get(Math.floorMod(table.hashCode(), STRIPES));
    }

    /// Writes what is waiting, and takes nothing more.
    ///
    /// @return whether that was done in time
    public boolean close(Duration limit) throws InterruptedException {
        writer.shutdown();
        return writer.awaitTermination(Math.max(0, limit.toMillis()), TimeUnit.MILLISECONDS);
    }

    /// The whole log is listed for it, and a day is what it goes by: once an hour is often enough.
    private boolean isCleanUpDue(Location table, long nowNanos) {
        cleanedUpNanos.values().removeIf(at -> nowNanos - at > CLEAN_UP_EVERY_NANOS);
        return cleanedUpNanos.putIfAbsent(table, nowNanos) == null;
    }

    private boolean rests(Location table) {
        Long until = restsUntilNanos.get(table);
        return until != null && until - ticker.getAsLong() > 0;
    }

    private void write(Location table) {
        waiting.remove(table);
        long begunNanos = ticker.getAsLong();
        try {
            now(table);
        } catch (IOException | RuntimeException | Error failure) {
            LOG.warn("No checkpoint of {}: a later commit will ask again", table, failure);
            return;
        } finally {
            long endNanos = ticker.getAsLong();
            restsUntilNanos.values().removeIf(until -> until - endNanos <= 0);
            restsUntilNanos.put(table, endNanos + REST_FACTOR * (endNanos - begunNanos));
        }
        if (isCleanUpDue(table, begunNanos)) {
            cleanUp(table);
        }
    }

    /// Waits for the store rather than for a core: the table does not rest for it.
    private void cleanUp(Location table) {
        try {
            checkpoints.cleanUp(snapshots.latest(table));
        } catch (IOException | RuntimeException | Error failure) {
            LOG.warn("The log of {} is not cleaned up: it will be tried again", table, failure);
        }
    }
}
