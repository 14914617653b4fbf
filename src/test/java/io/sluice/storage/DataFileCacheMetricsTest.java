package io.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFileCacheMetricsTest {

    @TempDir
    Path root;

    @Test
    void the_meters_have_their_names() throws IOException {
        StorageProperties properties = StorageProperties.ofRoot(root.toString());
        MeterRegistry registry = new SimpleMeterRegistry();
        try (Storages storages = new Storages(properties);
                DataFileCache cache = new DataFileCache(storages, properties)) {
            new DataFileCacheMetrics(cache).bindTo(registry);

            assertThat(registry.getMeters())
                    .extracting(meter -> meter.getId().getName())
                    .containsExactlyInAnyOrder(
                            "sluice.cache.requests",
                            "sluice.cache.requests",
                            "sluice.cache.fetched",
                            "sluice.cache.evictions",
                            "sluice.cache.used");
            assertThat(registry.get("sluice.cache.used").gauge().value()).isZero();
        }
    }
}
