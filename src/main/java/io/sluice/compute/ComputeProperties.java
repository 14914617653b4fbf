package io.sluice.compute;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// What the work on rows may use.
///
/// @param memory what DuckDB, Arrow and caches may use together; empty: half of what the machine or container has
///     beside the heap
/// @param threads of DuckDB; 0: one per processor
/// @param rewriteMemory of the memory, what DuckDB may use for files that are written again; sorts larger than that
///     spill
/// @param spillSize what sorts and joins larger than memory may write to the scratch directory
/// @param limits of which the compute threads take their number
@ConfigurationProperties("sluice")
public record ComputeProperties(
        @Nullable DataSize memory,
        @DefaultValue("0") int threads,
        @DefaultValue("384MB") DataSize rewriteMemory,
        @DefaultValue("16GB") DataSize spillSize,
        @DefaultValue Concurrency limits) {

    /// @param concurrentQueries statements at the same time, per purpose
    public record Concurrency(@DefaultValue("8") int concurrentQueries) {}

    /// In bytes.
    long usableMemory() {
        if (memory != null) {
            return memory.toBytes();
        }
        var machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long beside = machine.getTotalMemorySize() - Runtime.getRuntime().maxMemory();
        return Math.max(beside / 2, DataSize.ofMegabytes(512).toBytes());
    }

    /// Of the memory, in bytes.
    long maintenanceMemory() {
        return Math.min(usableMemory() / 4, rewriteMemory.toBytes());
    }

    int usableThreads() {
        return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    }
}
