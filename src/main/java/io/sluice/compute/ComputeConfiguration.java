package io.sluice.compute;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.sluice.compute.parquet.ParquetFooters;
import io.sluice.storage.Location;
import io.sluice.storage.StorageProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The one DuckDB of the process and what reads with it.
@Configuration(proxyBeanMethods = false)
class ComputeConfiguration {

    private static final int WAITING_PER_THREAD = 32;
    /// One and a half for ingest, three for queries, one for look-ups, one and a half for sorted answers, two for
    /// changes, and what Arrow holds.
    private static final int SHARES = 10;

    @Bean(destroyMethod = "close")
    DuckDb duckDb(ComputeProperties compute, StorageProperties storage) throws IOException {
        Path scratch = storage.scratchDirectory().toAbsolutePath();
        Path spill = Files.createDirectories(scratch.resolve("spill"));
        long forMaintenance = compute.maintenanceMemory();
        int concurrency = compute.limits().concurrentQueries();
        return new DuckDb(new DuckDb.Settings(
                directories(storage, scratch),
                spill,
                compute.spillSize().toBytes(),
                (compute.usableMemory() - forMaintenance) / SHARES,
                forMaintenance,
                compute.usableThreads(),
                concurrency,
                concurrency * WAITING_PER_THREAD));
    }

    /// The native library is unpacked when the service answers already: it would take a core from the start.
    @Bean
    ApplicationListener<ApplicationReadyEvent> opensDuckDb(DuckDb duckDb) {
        return _ -> duckDb.open();
    }

    @Bean
    MeterBinder duckDbMetrics(DuckDb duckDb) {
        return registry -> FunctionCounter.builder("sluice.compute.replaced", duckDb, DuckDb::replaced)
                .description("Instances of DuckDB that a damaged file had broken")
                .register(registry);
    }

    @Bean
    ParquetFooters parquetFooters(DuckDb duckDb) {
        return new ParquetFooters(duckDb);
    }

    @Bean
    PartitionChoice partitionChoice(DuckDb duckDb) {
        return new PartitionChoice(duckDb);
    }

    @Bean
    ScanReader scanReader(DuckDb duckDb, StorageProperties storage) {
        return new ScanReader(
                duckDb, storage.scratchDirectory().toAbsolutePath().resolve("answers"));
    }

    private static List<Path> directories(StorageProperties storage, Path scratch) {
        var directories = new ArrayList<Path>();
        directories.add(scratch);
        directories.add(storage.cacheDirectory().toAbsolutePath());
        local(directories, storage.root());
        storage.allowedLocations().forEach(location -> local(directories, location));
        return directories;
    }

    private static void local(List<Path> directories, String text) {
        Location location = Location.parse(text);
        if (location.scheme().equals("file")) {
            directories.add(Path.of(location.path()));
        }
    }
}
