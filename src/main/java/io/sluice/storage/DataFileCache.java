package io.sluice.storage;

import io.sluice.storage.cache.BlockCache;
import io.sluice.storage.cache.BlockFetcher;
import io.sluice.storage.cache.CacheCounters;
import io.sluice.storage.local.StagingDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.stereotype.Component;

/// Local copies of immutable data files, bounded by `sluice.cache.size`; DuckDB reads these, never the store.
///
/// A file of a local table is its own copy; a remote file is fetched whole, in blocks.
@Component
public class DataFileCache implements AutoCloseable {

    /// An immutable file of a table.
    public record DataFileRef(Location location, long sizeBytes) {}

    /// Local paths in the order of the request, kept from eviction until closed.
    public interface Lease extends AutoCloseable {
        List<Path> paths();

        @Override
        void close();
    }

    private record LocalFiles(List<Path> paths) implements Lease {
        @Override
        public void close() {
            // Nothing was taken.
        }
    }

    private record Mixed(List<Path> paths, Lease remote) implements Lease {
        @Override
        public void close() {
            remote.close();
        }
    }

    private final StagingDirectory directory;
    private final ExecutorService threads;
    private final CacheCounters counters = new CacheCounters();
    private final BlockCache blocks;

    public DataFileCache(Storages storages, StorageProperties properties) {
        StorageProperties.Cache settings = properties.cache();
        this.directory =
                new StagingDirectory(properties.cacheDirectory(), UUID.randomUUID(), Duration.ZERO, Clock.systemUTC());
        this.threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("fetch-", 0).factory());
        BlockFetcher fetcher = new BlockFetcher(
                (file, offset, length) -> storages.of(file).open(file, offset, length),
                settings.parallelFetches(),
                properties.storage().attempts());
        this.blocks = new BlockCache(directory, settings.size().toBytes(), fetcher, threads, counters);
    }

    /// Whole files. Fetches what is not there yet, several files at a time.
    ///
    /// @throws java.nio.file.NoSuchFileException when a file is gone from the store
    /// @throws io.sluice.table.FailureException `out-of-space` when the files are larger than the cache,
    ///     `overloaded` when leases of others leave too little of it
    public Lease lease(List<DataFileRef> files) throws IOException {
        List<Path> local = new ArrayList<>(files.size());
        List<BlockCache.Wanted> remote = new ArrayList<>();
        for (DataFileRef each : files) {
            if (each.location().isLocal()) {
                local.add(existing(each.location()));
            } else {
                remote.add(wanted(each));
            }
        }
        if (remote.isEmpty()) {
            return new LocalFiles(List.copyOf(local));
        }
        Lease fetched = blocks.lease(remote);
        return local.isEmpty() ? fetched : new Mixed(inOrder(files, local, fetched.paths()), fetched);
    }

    private static Path existing(Location file) throws IOException {
        Path path = file.toPath();
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        return path;
    }

    private static BlockCache.Wanted wanted(DataFileRef file) {
        return new BlockCache.Wanted(file.location(), file.sizeBytes(), List.of(new ByteRange(0, file.sizeBytes())));
    }

    private static List<Path> inOrder(List<DataFileRef> files, List<Path> local, List<Path> remote) {
        Iterator<Path> locals = local.iterator();
        Iterator<Path> remotes = remote.iterator();
        return files.stream()
                .map(each -> each.location().isLocal() ? locals.next() : remotes.next())
                .toList();
    }

    /// For metrics.
    public CacheCounters counters() {
        return counters;
    }

    /// Of remote files, here or on their way.
    public long usedBytes() {
        return blocks.usedBytes();
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        directory.close();
    }
}
