package io.sluice.storage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is known of one root: whether [StorageProbe] has proved that it is safe for commits.
///
/// The probe runs in the background. A store that was not available is probed again when somebody asks, after a while;
/// one that is unsafe stays so until a restart.
final class RootProbe {

    private static final Logger LOG = LoggerFactory.getLogger(RootProbe.class);

    private record State(StorageProbe.Result result, Instant since) {}

    private final Supplier<StorageProbe.Result> probe;
    private final Executor background;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition told = lock.newCondition();
    private final ReentrantLock probing = new ReentrantLock();
    private final AtomicReference<@Nullable Thread> prober = new AtomicReference<>();
    private volatile State state;
    private boolean begun;
    private volatile boolean closed;

    /// @param background runs one probe at a time
    RootProbe(Supplier<StorageProbe.Result> probe, Executor background, Clock clock) {
        this.probe = probe;
        this.background = background;
        this.clock = clock;
        this.state = new State(new StorageProbe.Running(), clock.instant());
    }

    /// Begins the first probe, unless it has begun.
    void start() {
        lock.lock();
        try {
            if (!begun) {
                begun = true;
                begin();
            }
        } finally {
            lock.unlock();
        }
    }

    /// What is known now; begins another probe when the store was not available that long ago.
    StorageProbe.Result result(Duration betweenProbes) {
        lock.lock();
        try {
            StorageProbe.Result known = state.result();
            Instant now = clock.instant();
            if (known instanceof StorageProbe.Unavailable
                    && !now.isBefore(state.since().plus(betweenProbes))) {
                state = new State(new StorageProbe.Running(), now);
                begin();
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private void begin() {
        try {
            background.execute(this::run);
        } catch (RuntimeException | Error noThread) {
            ended(new StorageProbe.Unavailable("The store could not be probed.", noThread));
        }
    }

    /// Waits for the end of a probe that runs.
    ///
    /// @return `Running` when it has not ended in time
    StorageProbe.Result await(Duration betweenProbes, Duration longest) throws InterruptedException {
        if (state.result() instanceof StorageProbe.Safe safe) {
            return safe;
        }
        start();
        lock.lock();
        try {
            result(betweenProbes);
            long nanos = longest.toNanos();
            while (state.result() instanceof StorageProbe.Running && nanos > 0) {
                nanos = told.awaitNanos(nanos);
            }
            return state.result();
        } finally {
            lock.unlock();
        }
    }

    /// Interrupts a probe that runs, and waits for its end; not for ever, as a store may hang.
    void close(Duration longest) throws InterruptedException {
        closed = true;
        Thread running = prober.get();
        if (running != null) {
            running.interrupt();
        }
        if (probing.tryLock(longest.toMillis(), TimeUnit.MILLISECONDS)) {
            probing.unlock();
        }
    }

    private void run() {
        probing.lock();
        try {
            prober.set(Thread.currentThread());
            if (!closed) {
                probeOnce();
            }
        } finally {
            prober.set(null);
            probing.unlock();
        }
    }

    private void probeOnce() {
        StorageProbe.Result result;
        try {
            result = probe.get();
        } catch (RuntimeException | Error e) {
            result = new StorageProbe.Unavailable("The store could not be probed.", e);
        }
        if (!closed) {
            ended(result);
        }
    }

    private void ended(StorageProbe.Result result) {
        lock.lock();
        try {
            state = new State(result, clock.instant());
            told.signalAll();
        } finally {
            lock.unlock();
        }
        switch (result) {
            case StorageProbe.Safe() -> LOG.debug("The storage creates each key for one writer only.");
            case StorageProbe.Unsafe(String reason) -> LOG.error("The storage is not safe for commits: {}", reason);
            case StorageProbe.Unavailable(String reason, Throwable cause) -> LOG.warn("No storage: {}", reason, cause);
            case StorageProbe.Running() -> {}
        }
    }
}
