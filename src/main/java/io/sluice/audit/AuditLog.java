package io.sluice.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes entries from requests and writes them on a thread of its own. When it cannot keep up, requests wait for a
/// bounded time, and what then has no place is dropped, counted, and told in the log as an entry of its own.
final class AuditLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final int MOST_AT_A_TIME = 5_000;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

    private final AuditSink sink;
    private final AuditSettings settings;
    private final Clock clock;
    private final BlockingQueue<AuditEntry> queue;
    private final Counter lost;
    private final AtomicLong untold = new AtomicLong();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread writer;

    AuditLog(AuditSink sink, AuditSettings settings, Clock clock, MeterRegistry meters) {
        this.sink = sink;
        this.settings = settings;
        this.clock = clock;
        this.queue = new ArrayBlockingQueue<>(settings.queue());
        this.lost = meters.counter("sluice.audit.dropped");
        this.writer = Thread.ofPlatform().daemon().name("audit").start(this::write);
    }

    /// Takes an entry; waits for a place for as long as the settings say.
    void add(AuditEntry entry) {
        try {
            if (!queue.offer(entry, settings.patience().toNanos(), TimeUnit.NANOSECONDS)) {
                lost.increment();
                untold.incrementAndGet();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            untold.incrementAndGet();
        }
    }

    private void write() {
        try {
            while (closing.getCount() > 0 || !queue.isEmpty()) {
                List<AuditEntry> entries = next();
                if (!entries.isEmpty()) {
                    deliver(entries);
                }
            }
        } catch (InterruptedException stop) {
            LOG.warn("{} entries of the audit log were not written", queue.size());
        }
    }

    private List<AuditEntry> next() throws InterruptedException {
        var entries = new ArrayList<AuditEntry>();
        AuditEntry first = queue.poll(200, TimeUnit.MILLISECONDS);
        if (first == null) {
            return entries;
        }
        entries.add(first);
        if (sink.pace() == AuditSink.Pace.TOGETHER) {
            var unused = closing.await(settings.linger().toNanos(), TimeUnit.NANOSECONDS);
        }
        queue.drainTo(entries, MOST_AT_A_TIME);
        long dropped = untold.getAndSet(0);
        if (dropped > 0) {
            entries.add(AuditEntry.gap(clock.instant(), dropped));
        }
        return entries;
    }

    /// Until they are there: a log with holes that nobody sees is none. An error is no reason to end, since nobody
    /// would write after it: each request would wait for a place in vain.
    private void deliver(List<AuditEntry> entries) throws InterruptedException {
        boolean told = false;
        while (true) {
            try {
                sink.write(entries);
                return;
            } catch (IOException | RuntimeException | Error e) {
                if (!told) {
                    LOG.error("The audit log cannot be written; it is tried again every {}", BETWEEN_ATTEMPTS, e);
                    told = true;
                }
            }
            if (closing.await(BETWEEN_ATTEMPTS.toMillis(), TimeUnit.MILLISECONDS)) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    /// Writes what waits, for as long as the settings say.
    @Override
    public void close() throws InterruptedException {
        closing.countDown();
        if (!writer.join(settings.drainTime())) {
            writer.interrupt();
        }
    }
}
