package io.sluice.storage.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.storage.ByteRange;
import io.sluice.storage.DataFileCache;
import io.sluice.storage.Location;
import io.sluice.storage.local.StagingDirectory;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockCacheTest {

    private static final int BLOCK = CachedFile.BLOCK_BYTES;

    @TempDir
    Path temporary;

    private final Map<Location, byte[]> store = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final CacheCounters counters = new CacheCounters();
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private StagingDirectory directory;

    @BeforeEach
    void open() {
        directory = new StagingDirectory(temporary, new UUID(1, 1), Duration.ZERO, Clock.systemUTC());
    }

    @AfterEach
    void close() throws IOException {
        threads.close();
        directory.close();
    }

    @Test
    void a_file_is_fetched_once_and_then_there() throws IOException {
        Location file = stored("a", 3 * BLOCK + 17);
        BlockCache cache = cache(100 * BLOCK, this::read);

        for (int i = 0; i < 2; i++) {
            try (DataFileCache.Lease lease = cache.lease(List.of(whole(file)))) {
                assertThat(lease.paths().getFirst()).hasBinaryContent(store.get(file));
            }
        }

        assertThat(requests).hasValue(1);
        assertThat(counters.hits()).isEqualTo(1);
        assertThat(counters.misses()).isEqualTo(1);
        assertThat(counters.fetchedBytes()).isEqualTo(3 * BLOCK + 17);
        assertThat(cache.usedBytes()).isEqualTo(3 * BLOCK + 17);
    }

    @Test
    void only_the_ranges_that_are_asked_for_are_fetched_into_a_file_of_the_full_length() throws IOException {
        int size = 1_000 * BLOCK + 5;
        Location file = stored("large", size);
        byte[] content = store.get(file);
        BlockCache cache = cache(100 * BLOCK, this::read);

        try (DataFileCache.Lease footer = cache.lease(List.of(ranges(file, ByteRange.last(8, size))));
                DataFileCache.Lease chunks = cache.lease(List.of(ranges(
                        file, new ByteRange(10, 5), new ByteRange(7L * BLOCK - 1, 2), ByteRange.last(8, size))))) {
            Path path = chunks.paths().getFirst();
            assertThat(path).isEqualTo(footer.paths().getFirst()).hasSize(size);
            assertThat(bytes(path, size - 8, 8)).isEqualTo(Arrays.copyOfRange(content, size - 8, size));
            assertThat(bytes(path, 10, 5)).isEqualTo(Arrays.copyOfRange(content, 10, 15));
            assertThat(bytes(path, 7 * BLOCK - 1, 2))
                    .isEqualTo(Arrays.copyOfRange(content, 7 * BLOCK - 1, 7 * BLOCK + 1));
            assertThat(cache.usedBytes()).isEqualTo(5 + 8 + 4L * BLOCK - 8);
        }
    }

    @Test
    void large_files_come_over_several_connections() throws IOException {
        Location file = stored("large", 200 * BLOCK);

        try (DataFileCache.Lease lease = cache(300 * BLOCK, this::read).lease(List.of(whole(file)))) {
            assertThat(lease.paths().getFirst()).hasBinaryContent(store.get(file));
        }
        assertThat(requests).hasValue(4);
    }

    @Test
    void many_who_want_the_same_file_fetch_it_once() throws Exception {
        Location file = stored("a", BLOCK);
        CountDownLatch allAsked = new CountDownLatch(1);
        BlockCache cache = cache(100 * BLOCK, (from, offset, length) -> {
            try {
                allAsked.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return read(from, offset, length);
        });
        List<Future<byte[]>> readers = new ArrayList<>();
        CountDownLatch running = new CountDownLatch(16);
        for (int i = 0; i < 16; i++) {
            readers.add(threads.submit(() -> {
                running.countDown();
                try (DataFileCache.Lease lease = cache.lease(List.of(whole(file), whole(file)))) {
                    return Files.readAllBytes(lease.paths().get(1));
                }
            }));
        }
        running.await();
        allAsked.countDown();

        for (Future<byte[]> reader : readers) {
            assertThat(reader.get()).isEqualTo(store.get(file));
        }
        assertThat(requests).hasValue(1);
    }

    @Test
    void the_file_that_was_used_longest_ago_goes_first() throws IOException {
        Location a = stored("a", BLOCK);
        Location b = stored("b", BLOCK);
        Location c = stored("c", BLOCK);
        BlockCache cache = cache(2 * BLOCK, this::read);

        for (Location each : List.of(a, b, a, c, a)) {
            cache.lease(List.of(whole(each))).close();
        }

        assertThat(requests).hasValue(3);
        assertThat(counters.evictions()).isEqualTo(1);
        assertThat(cache.usedBytes()).isEqualTo(2 * BLOCK);
        cache.lease(List.of(whole(b))).close();
        assertThat(requests).hasValue(4);
    }

    @Test
    void what_is_leased_stays_and_others_are_told_to_come_back() throws IOException {
        Location a = stored("a", BLOCK);
        Location b = stored("b", 2 * BLOCK);
        BlockCache cache = cache(2 * BLOCK, this::read);

        try (DataFileCache.Lease lease = cache.lease(List.of(whole(a)))) {
            assertThatThrownBy(() -> cache.lease(List.of(whole(b))))
                    .isInstanceOfSatisfying(
                            FailureException.class,
                            e -> assertThat(e.failure()).isInstanceOf(Failure.Overloaded.class));
            assertThat(lease.paths().getFirst()).hasBinaryContent(store.get(a));
        }
        cache.lease(List.of(whole(b))).close();
        assertThat(cache.usedBytes()).isEqualTo(2 * BLOCK);
    }

    @Test
    void what_is_larger_than_the_cache_is_refused() {
        Location a = stored("a", 3 * BLOCK);

        assertThatThrownBy(() -> cache(2 * BLOCK, this::read).lease(List.of(whole(a))))
                .isInstanceOfSatisfying(
                        FailureException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.OutOfSpace.class));
    }

    @Test
    void a_missing_file_is_told_and_takes_no_room() throws IOException {
        Location a = stored("a", BLOCK);
        BlockCache cache = cache(10 * BLOCK, this::read);
        BlockCache.Wanted gone =
                new BlockCache.Wanted(Location.parse("s3a://bucket/gone"), BLOCK, List.of(new ByteRange(0, BLOCK)));

        assertThatThrownBy(() -> cache.lease(List.of(whole(a), gone))).isInstanceOf(NoSuchFileException.class);

        cache.lease(List.of(whole(a))).close();
        assertThat(cache.usedBytes()).isEqualTo(BLOCK);
        assertThat(requests).hasValue(2);
    }

    @Test
    void a_fetch_goes_on_where_the_answer_broke_off() throws IOException {
        Location a = stored("a", 2 * BLOCK);
        BlockCache cache = cache(10 * BLOCK, (from, offset, length) -> {
            InputStream all = read(from, offset, length);
            return requests.get() < 3
                    ? new SequenceInputStream(new ByteArrayInputStream(all.readNBytes(1_000)), broken())
                    : all;
        });

        try (DataFileCache.Lease lease = cache.lease(List.of(whole(a)))) {
            assertThat(lease.paths().getFirst()).hasBinaryContent(store.get(a));
        }
        assertThat(requests).hasValue(3);
    }

    @Test
    void a_fetch_that_fails_for_good_is_an_error_and_may_be_tried_again() throws IOException {
        Location a = stored("a", BLOCK);
        AtomicInteger left = new AtomicInteger(3);
        BlockCache cache = cache(10 * BLOCK, (from, offset, length) -> {
            if (left.getAndDecrement() > 0) {
                throw new IOException("reset");
            }
            return read(from, offset, length);
        });

        assertThatThrownBy(() -> cache.lease(List.of(whole(a)))).isInstanceOf(IOException.class);
        assertThat(cache.usedBytes()).isZero();
        try (DataFileCache.Lease lease = cache.lease(List.of(whole(a)))) {
            assertThat(lease.paths().getFirst()).hasBinaryContent(store.get(a));
        }
    }

    @Test
    void an_empty_file_is_there_at_once() throws IOException {
        Location a = stored("a", 0);

        try (DataFileCache.Lease lease = cache(BLOCK, this::read).lease(List.of(whole(a)))) {
            assertThat(lease.paths().getFirst()).isEmptyFile();
        }
        assertThat(requests).hasValue(0);
    }

    private BlockCache cache(long capacity, BlockFetcher.Source source) {
        return new BlockCache(directory, capacity, new BlockFetcher(source, 4, 3), threads, counters);
    }

    private Location stored(String name, int size) {
        Location file = Location.parse("s3a://bucket").resolve(name);
        byte[] content = new byte[size];
        random.nextBytes(content);
        store.put(file, content);
        return file;
    }

    private InputStream read(Location file, long offset, long length) throws IOException {
        requests.incrementAndGet();
        byte[] content = store.get(file);
        if (content == null) {
            throw new NoSuchFileException(file.toString());
        }
        return new ByteArrayInputStream(content, (int) offset, (int) length);
    }

    private static InputStream broken() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("reset");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                throw new IOException("reset");
            }
        };
    }

    private BlockCache.Wanted whole(Location file) {
        int size = store.get(file).length;
        return new BlockCache.Wanted(file, size, List.of(new ByteRange(0, size)));
    }

    private BlockCache.Wanted ranges(Location file, ByteRange... ranges) {
        return new BlockCache.Wanted(file, store.get(file).length, List.of(ranges));
    }

    private static byte[] bytes(Path file, int offset, int length) throws IOException {
        return Arrays.copyOfRange(Files.readAllBytes(file), offset, offset + length);
    }
}
