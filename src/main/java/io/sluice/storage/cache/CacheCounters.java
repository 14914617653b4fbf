package io.sluice.storage.cache;

import java.util.concurrent.atomic.LongAdder;

/// What the cache did since the process started.
public final class CacheCounters {

    /// Whether all that was wanted of a file was here or on its way.
    public enum Look {
        HIT,
        MISS
    }

    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder fetchedBytes = new LongAdder();
    private final LongAdder evictions = new LongAdder();

    void looked(Look look) {
        switch (look) {
            case HIT -> hits.increment();
            case MISS -> misses.increment();
        }
    }

    void fetched(long bytes) {
        fetchedBytes.add(bytes);
    }

    void evicted() {
        evictions.increment();
    }

    public long hits() {
        return hits.sum();
    }

    public long misses() {
        return misses.sum();
    }

    public long fetchedBytes() {
        return fetchedBytes.sum();
    }

    public long evictions() {
        return evictions.sum();
    }
}
