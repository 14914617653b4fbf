package io.sluice.api;

import io.sluice.table.TableName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.stereotype.Component;

/// What this replica did for each table, since it started: for the tables that were used last, a bounded number.
///
/// Latencies are counted in steps of a quarter of a power of two, so that a quantile is at most a fifth too high and a
/// table costs a few kilobytes.
@Component
public class TableMetrics {

    private static final int MOST_TABLES = 1_000;

    private final Map<TableName, Map<String, Counts>> tables = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TableName, Map<String, Counts>> eldest) {
            return size() > MOST_TABLES;
        }
    };

    /// @param p50 half of them took no longer
    public record Latency(double p50, double p90, double p99) {}

    /// What became of the requests or operations of one kind.
    ///
    /// @param count with the failures
    /// @param failures answers that were a problem
    /// @param rows that were written, changed or read
    /// @param bytes of the bodies: of requests that bring rows, else of answers
    public record Work(long count, long failures, Latency latencyMillis, long rows, long bytes) {}

    /// One that has ended.
    ///
    /// @param operation such as `append` or `optimize`
    /// @param failures 1 where it failed
    public void record(TableName table, String operation, int failures, long nanos, long rows, long bytes) {
        Counts counts;
        synchronized (tables) {
            counts = tables.computeIfAbsent(table, _ -> new TreeMap<>()).computeIfAbsent(operation, _ -> new Counts());
        }
        counts.count.increment();
        counts.failures.add(failures);
        counts.rows.add(rows);
        counts.bytes.add(bytes);
        counts.latencies.incrementAndGet(Counts.step(nanos));
    }

    /// By the name of the operation.
    public Map<String, Work> of(TableName table) {
        var work = new TreeMap<String, Work>();
        synchronized (tables) {
            tables.getOrDefault(table, Map.of()).forEach((operation, counts) -> work.put(operation, counts.work()));
        }
        return work;
    }

    private static final class Counts {
        private static final int STEPS_PER_DOUBLING = 4;
        private static final int STEPS = 128;
        private static final double FIRST_NANOS = 10_000;

        private final LongAdder count = new LongAdder();
        private final LongAdder failures = new LongAdder();
        private final LongAdder rows = new LongAdder();
        private final LongAdder bytes = new LongAdder();
        private final AtomicLongArray latencies = new AtomicLongArray(STEPS);

        static int step(long nanos) {
            double doublings = Math.log(Math.max(1, nanos / FIRST_NANOS)) / Math.log(2);
            return (int) Math.min(STEPS - 1, Math.ceil(doublings * STEPS_PER_DOUBLING));
        }

        Work work() {
            return new Work(
                    count.sum(),
                    failures.sum(),
                    new Latency(quantile(0.5), quantile(0.9), quantile(0.99)),
                    rows.sum(),
                    bytes.sum());
        }

        /// In milliseconds, the upper end of its step.
        private double quantile(double share) {
            long all = 0;
            for (int i = 0; i < STEPS; i++) {
                all += latencies.get(i);
            }
            long wanted = (long) Math.ceil(all * share);
            long seen = 0;
            int step = 0;
            while (step < STEPS - 1 && seen + latencies.get(step) < wanted) {
                seen += latencies.get(step++);
            }
            double nanos = FIRST_NANOS * Math.pow(2, (double) step / STEPS_PER_DOUBLING);
            return Math.round(nanos / 1_000) / 1_000.0;
        }
    }
}
