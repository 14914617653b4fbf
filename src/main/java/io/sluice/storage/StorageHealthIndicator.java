package io.sluice.storage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// The health component `storage`: up once [StorageProbe] has proved that the root is safe for commits.
///
/// The probe runs in the background when the application has started. A store that was not available is asked again
/// when health is asked for, at most every ten seconds; one that is unsafe stays down until a restart. A probe that
/// runs when the application stops ends before the storage is closed.
@Component("storage")
class StorageHealthIndicator implements HealthIndicator, DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(StorageHealthIndicator.class);
    private static final Duration BETWEEN_PROBES = Duration.ofSeconds(10);
    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    private record State(StorageProbe.Result result, Instant since) {}

    private final Supplier<StorageProbe.Result> probe;
    private final Executor background;
    private final Clock clock;
    private final ReentrantLock askingAgain = new ReentrantLock();
    private final ReentrantLock probing = new ReentrantLock();
    private final AtomicReference<@Nullable Thread> prober = new AtomicReference<>();
    private volatile State state;
    private volatile boolean closed;

    @Autowired
    StorageHealthIndicator(Storages storages) {
        this(
                () -> StorageProbe.STANDARD.run(storages.of(storages.root()), storages.root()),
                task -> Thread.ofPlatform().name("storage-probe").daemon().start(task),
                Clock.systemUTC());
    }

    StorageHealthIndicator(Supplier<StorageProbe.Result> probe, Executor background, Clock clock) {
        this.probe = probe;
        this.background = background;
        this.clock = clock;
        this.state = new State(new StorageProbe.Running(), clock.instant());
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        background.execute(this::run);
    }

    @Override
    public Health health() {
        State known = state;
        return switch (known.result()) {
            case StorageProbe.Safe() -> Health.up().build();
            case StorageProbe.Running() -> down("The probe is running.");
            case StorageProbe.Unsafe(String reason) -> down(reason);
            case StorageProbe.Unavailable(String reason, Exception ignored) -> {
                askAgain(known);
                yield down(reason);
            }
        };
    }

    private static Health down(String reason) {
        return Health.outOfService().withDetail("reason", reason).build();
    }

    private void askAgain(State known) {
        Instant now = clock.instant();
        askingAgain.lock();
        try {
            if (state.equals(known) && !now.isBefore(known.since().plus(BETWEEN_PROBES))) {
                state = new State(new StorageProbe.Running(), now);
                background.execute(this::run);
            }
        } finally {
            askingAgain.unlock();
        }
    }

    /// Interrupts a probe that runs, and waits for its end; not for ever, as a store may hang.
    @Override
    public void destroy() throws InterruptedException {
        closed = true;
        Thread running = prober.get();
        if (running != null) {
            running.interrupt();
        }
        if (probing.tryLock(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS)) {
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
        } catch (RuntimeException e) {
            result = new StorageProbe.Unavailable("The store could not be probed.", e);
        }
        if (closed) {
            return;
        }
        switch (result) {
            case StorageProbe.Safe() -> LOG.debug("The storage creates each key for one writer only.");
            case StorageProbe.Unsafe(String reason) -> LOG.error("The storage is not safe for commits: {}", reason);
            case StorageProbe.Unavailable(String reason, Exception cause) -> LOG.warn("No storage: {}", reason, cause);
            case StorageProbe.Running() -> {}
        }
        state = new State(result, clock.instant());
    }
}
