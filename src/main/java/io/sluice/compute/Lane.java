package io.sluice.compute;

import io.sluice.compute.DuckDb.Purpose;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// The threads and instances of one purpose.
final class Lane implements AutoCloseable {

    private static final long STACK_BYTES = 16L << 20;
    private static final int CLOSING_SECONDS = 10;

    private final List<DuckDbInstance<JdbcDatabase.Connection>> instances;
    private final ThreadPoolExecutor threads;
    private final AtomicInteger turn = new AtomicInteger();

    Lane(Purpose purpose, DuckDb.Settings settings, int instances) {
        List<String> lockdown = Lockdown.statements(purpose, settings);
        this.instances = Stream.generate(() -> new DuckDbInstance<>(() -> JdbcDatabase.open(lockdown)))
                .limit(instances)
                .toList();
        this.threads = new ThreadPoolExecutor(
                settings.concurrency(),
                settings.concurrency(),
                60,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(settings.waiting()),
                threadFactory(purpose));
        this.threads.allowCoreThreadTimeOut(true);
    }

    List<DuckDbInstance<JdbcDatabase.Connection>> instances() {
        return instances;
    }

    /// The instance whose turn it is.
    DuckDbInstance<JdbcDatabase.Connection> next() {
        return instances.get(Math.floorMod(turn.getAndIncrement(), instances.size()));
    }

    ExecutorService threads() {
        return threads;
    }

    private static ThreadFactory threadFactory(Purpose purpose) {
        var number = new AtomicLong();
        String prefix = "duckdb-" + purpose.name().toLowerCase(Locale.ROOT) + "-";
        return work -> {
            Runnable run = purpose == Purpose.MAINTENANCE ? LowPriority.of(work) : work;
            var thread = new Thread(null, run, prefix + number.incrementAndGet(), STACK_BYTES);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            var unused = threads.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        instances.forEach(DuckDbInstance::close);
    }
}
