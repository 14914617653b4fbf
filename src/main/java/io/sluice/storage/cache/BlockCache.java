package io.sluice.storage.cache;

import io.sluice.storage.ByteRange;
import io.sluice.storage.DataFileCache;
import io.sluice.storage.Location;
import io.sluice.storage.local.StagingDirectory;
import io.sluice.table.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps blocks of remote files in sparse local files, up to a number of bytes; the file that was used longest ago
/// goes first.
///
/// Each block is fetched once however many ask for it at a time. Files that are leased stay.
public final class BlockCache {

    /// What one request to the store fetches at most, so that a large file comes over several connections.
    private static final int BLOCKS_PER_FETCH = 64;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /// A file and the ranges of it that are needed.
    public record Wanted(Location location, long sizeBytes, List<ByteRange> ranges) {}

    private record Key(Location location, long sizeBytes) {}

    private final StagingDirectory directory;
    private final long capacityBytes;
    private final BlockFetcher fetcher;
    private final Executor threads;
    private final CacheCounters counters;
    private final ReentrantLock guard = new ReentrantLock();
    private final LinkedHashMap<Key, CachedFile> files = new LinkedHashMap<>(16, 0.75f, true);
    private long usedBytes;
    private long nextName;

    /// @param threads runs each fetch; the fetcher bounds how many are under way
    public BlockCache(
            StagingDirectory directory,
            long capacityBytes,
            BlockFetcher fetcher,
            Executor threads,
            CacheCounters counters) {
        this.directory = directory;
        this.capacityBytes = capacityBytes;
        this.fetcher = fetcher;
        this.threads = threads;
        this.counters = counters;
    }

    /// Returns when every range is on the disk.
    ///
    /// @throws NoSuchFileException when a file is gone from the store
    /// @throws io.sluice.table.FailureException `out-of-space` when the cache is too small for this request alone,
    ///     `overloaded` when others hold too much of it
    public DataFileCache.Lease lease(List<Wanted> wanted) throws IOException {
        List<CachedFile> held = new ArrayList<>(wanted.size());
        try {
            for (CompletableFuture<Void> fetch : holdAndFetch(wanted, held)) {
                await(fetch);
            }
            return new Held(held);
        } catch (IOException | RuntimeException e) {
            release(held);
            throw e;
        }
    }

    /// Bytes of blocks that are here or on their way.
    public long usedBytes() {
        guard.lock();
        try {
            return usedBytes;
        } finally {
            guard.unlock();
        }
    }

    private List<CompletableFuture<Void>> holdAndFetch(List<Wanted> wanted, List<CachedFile> held) throws IOException {
        guard.lock();
        try {
            Map<CachedFile, BitSet> blocks = new LinkedHashMap<>();
            for (Wanted each : wanted) {
                CachedFile file = fileOf(each);
                file.leases++;
                held.add(file);
                blocks.computeIfAbsent(file, ignored -> new BitSet()).or(file.blocksOf(each.ranges()));
            }
            reserve(blocks);
            List<CompletableFuture<Void>> awaited = new ArrayList<>();
            blocks.forEach((file, needed) -> {
                fetch(file, file.missing(needed));
                needed.stream().mapToObj(file.fetching::get).distinct().forEach(fetch -> {
                    if (fetch != null) {
                        awaited.add(fetch);
                    }
                });
            });
            return awaited;
        } finally {
            guard.unlock();
        }
    }

    private CachedFile fileOf(Wanted wanted) throws IOException {
        Key key = new Key(wanted.location(), wanted.sizeBytes());
        CachedFile known = files.get(key);
        if (known != null) {
            return known;
        }
        Path path = directory.path().resolve(nextName++ + ".parquet");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(wanted.sizeBytes());
        }
        CachedFile made = new CachedFile(wanted.location(), wanted.sizeBytes(), path);
        files.put(key, made);
        return made;
    }

    private void reserve(Map<CachedFile, BitSet> blocks) throws IOException {
        long total = 0;
        long missing = 0;
        for (Map.Entry<CachedFile, BitSet> each : blocks.entrySet()) {
            CachedFile file = each.getKey();
            BitSet absent = file.missing(each.getValue());
            total += file.bytesOf(each.getValue());
            missing += file.bytesOf(absent);
            counters.looked(absent.isEmpty() ? CacheCounters.Look.HIT : CacheCounters.Look.MISS);
        }
        if (total > capacityBytes) {
            throw new Failure.OutOfSpace("sluice.cache.size").asException();
        }
        evictFor(missing);
        if (usedBytes + missing > capacityBytes) {
            throw new Failure.Overloaded("sluice.cache.size", RETRY_AFTER).asException();
        }
        usedBytes += missing;
    }

    private void evictFor(long bytes) throws IOException {
        Iterator<CachedFile> oldestFirst = files.values().iterator();
        while (usedBytes + bytes > capacityBytes && oldestFirst.hasNext()) {
            CachedFile file = oldestFirst.next();
            if (file.isEvictable()) {
                oldestFirst.remove();
                usedBytes -= file.bytesOf(file.present);
                counters.evicted();
                Files.deleteIfExists(file.path);
            }
        }
    }

    private void fetch(CachedFile file, BitSet missing) {
        int first = missing.nextSetBit(0);
        while (first >= 0) {
            int end = Math.min(missing.nextClearBit(first), first + BLOCKS_PER_FETCH);
            BitSet run = new BitSet();
            run.set(first, end);
            CompletableFuture<Void> done = new CompletableFuture<>();
            run.stream().forEach(block -> file.fetching.put(block, done));
            threads.execute(() -> fetchRun(file, run, done));
            first = missing.nextSetBit(end);
        }
    }

    private void fetchRun(CachedFile file, BitSet run, CompletableFuture<Void> done) {
        long bytes = file.bytesOf(run);
        try {
            fetcher.fetch(file.location, file.path, (long) run.nextSetBit(0) * CachedFile.BLOCK_BYTES, bytes);
            counters.fetched(bytes);
            arrived(file, run);
            done.complete(null);
        } catch (IOException | RuntimeException | Error e) {
            failed(file, run, bytes);
            done.completeExceptionally(e);
        }
    }

    private void arrived(CachedFile file, BitSet run) {
        guard.lock();
        try {
            run.stream().forEach(file.fetching::remove);
            file.present.or(run);
        } finally {
            guard.unlock();
        }
    }

    private void failed(CachedFile file, BitSet run, long bytes) {
        guard.lock();
        try {
            run.stream().forEach(file.fetching::remove);
            usedBytes -= bytes;
        } finally {
            guard.unlock();
        }
    }

    private static void await(CompletableFuture<Void> fetch) throws IOException {
        try {
            fetch.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NoSuchFileException gone) {
                throw new NoSuchFileException(gone.getFile());
            }
            throw new IOException("A data file could not be fetched.", e.getCause());
        }
    }

    private void release(List<CachedFile> held) {
        guard.lock();
        try {
            for (CachedFile file : held) {
                file.leases--;
                if (file.isEvictable() && file.present.isEmpty()) {
                    // Nothing of it ever came.
                    files.remove(new Key(file.location, file.sizeBytes));
                    file.path.toFile().delete();
                }
            }
        } finally {
            guard.unlock();
        }
    }

    private final class Held implements DataFileCache.Lease {
        private final List<CachedFile> files;
        private final AtomicBoolean closed = new AtomicBoolean();

        Held(List<CachedFile> files) {
            this.files = files;
        }

        @Override
        public List<Path> paths() {
            return files.stream().map(file -> file.path).toList();
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                release(files);
            }
        }
    }
}
