package io.sluice.storage;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.sluice.storage.cache.CacheCounters;
import org.springframework.stereotype.Component;

/// The meters `sluice.cache.…` of the cache of remote data files.
@Component
record DataFileCacheMetrics(DataFileCache cache) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        CacheCounters counters = cache.counters();
        FunctionCounter.builder("sluice.cache.requests", counters, CacheCounters::hits)
                .tag("result", "hit")
                .description("Files that a query wanted from a remote store")
                .register(registry);
        FunctionCounter.builder("sluice.cache.requests", counters, CacheCounters::misses)
                .tag("result", "miss")
                .description("Files that a query wanted from a remote store")
                .register(registry);
        FunctionCounter.builder("sluice.cache.fetched", counters, CacheCounters::fetchedBytes)
                .baseUnit(BaseUnits.BYTES)
                .description("What was fetched from remote stores")
                .register(registry);
        FunctionCounter.builder("sluice.cache.evictions", counters, CacheCounters::evictions)
                .description("Files that made room for others")
                .register(registry);
        Gauge.builder("sluice.cache.used", cache, DataFileCache::usedBytes)
                .baseUnit(BaseUnits.BYTES)
                .description("What the copies take on the local disk")
                .register(registry);
    }
}
