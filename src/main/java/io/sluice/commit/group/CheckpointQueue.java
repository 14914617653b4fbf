package io.sluice.commit.group;

import io.sluice.delta.Action;
import io.sluice.delta.Checkpoints;
import io.sluice.delta.Snapshots;
import io.sluice.storage.Location;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Checkpoints that are due, off the way of requests: one at a time, and of each table at most one that waits.
public final class CheckpointQueue {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointQueue.class);

    private final Snapshots snapshots;
    private final Checkpoints checkpoints;
    private final Predicate<Action.SetTransaction> expired;
    private final Set<Location> waiting = ConcurrentHashMap.newKeySet();
    private final ExecutorService writer = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("checkpoint").factory());

    /// @param expired which `txn` actions a checkpoint need not keep
    public CheckpointQueue(Snapshots snapshots, Checkpoints checkpoints, Predicate<Action.SetTransaction> expired) {
        this.snapshots = snapshots;
        this.checkpoints = checkpoints;
        this.expired = expired;
    }

    /// Asks for a checkpoint of the version that is newest when its turn comes.
    void request(Location table) {
        if (!waiting.add(table)) {
            return;
        }
        try {
            writer.execute(() -> write(table));
        } catch (RejectedExecutionException closed) {
            waiting.remove(table);
        }
    }

    /// Writes what is waiting, and takes nothing more.
    ///
    /// @return whether that was done in time
    public boolean close(Duration limit) throws InterruptedException {
        writer.shutdown();
        return writer.awaitTermination(Math.max(0, limit.toMillis()), TimeUnit.MILLISECONDS);
    }

    private void write(Location table) {
        waiting.remove(table);
        try {
            checkpoints.write(snapshots.latest(table), expired);
        } catch (IOException | RuntimeException | Error failure) {
            LOG.warn("No checkpoint of {}: a later commit will ask again", table, failure);
        }
    }
}
