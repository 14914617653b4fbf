package io.sluice.compute;

import io.sluice.compute.capi.ArrowConnection;
import io.sluice.compute.capi.ArrowDatabase;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Failure;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.duckdb.DuckDBConnection;

/// Embedded DuckDB: instances per purpose, work on platform threads with large stacks.
///
/// Never on virtual threads or small stacks: a deep expression overruns a 1 MiB stack inside native code and ends the
/// process. Each instance is locked down before the first statement of a request: no file outside the given
/// directories, no extension, no setting. An instance opens with its first work, or with [#open].
public final class DuckDb implements AutoCloseable {

    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration FOREVER = Duration.ofDays(365);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int QUERY_INSTANCES = 2;

    /// With which a thread reads a foreign file's row groups and sorts, spilling.
    private static final long BYTES_OF_A_THREAD = 128L << 20;

    /// What an instance works for; a file that breaks one does not stop the other.
    public enum Purpose {
        INGEST,
        /// The rows of one commit group, a few hundred say: on one thread, since handing work to others costs
        /// more than it saves.
        SMALL_INGEST,
        QUERY,
        /// A short answer from a few small files: on one thread, since handing work to others costs more than
        /// it saves.
        LOOK_UP,
        /// An answer that is sorted as a whole: on as many threads as have the memory to do so on the disk.
        SORT,
        /// Finding rows that change, and writing what becomes of them.
        CHANGE,
        /// Files that are written again: nobody waits for it, so requests go first, and it sorts what does not
        /// fit into little memory on the disk.
        MAINTENANCE
    }

    /// @param directories the only ones DuckDB may read and write
    /// @param spillDirectory where it may spill
    /// @param spillBytes how much of it each instance may fill
    /// @param memoryBytes limit of each instance; half of it for small ingest, one and a half where an answer is
    ///     sorted, two for changes, which join and sort
    /// @param maintenanceBytes the same of the one for maintenance
    /// @param threads of each instance
    /// @param concurrency statements at the same time, per purpose
    /// @param waiting pieces of work that may wait for their turn, per purpose; more are `overloaded`
    public record Settings(
            List<Path> directories,
            Path spillDirectory,
            long spillBytes,
            long memoryBytes,
            long maintenanceBytes,
            int threads,
            int concurrency,
            int waiting) {

        public Settings(List<Path> directories, Path spillDirectory, long memoryBytes, int threads, int concurrency) {
            this(directories, spillDirectory, 16L << 30, memoryBytes, memoryBytes, threads, concurrency, 1024);
        }

        /// For work that only computes: as many statements at a time as there are threads. More of them would
        /// wait for the same cores, each with caches of its own.
        Settings asManyAsThreads() {
            return of(memoryBytes, threads, Math.max(2, threads));
        }

        Settings onOneThread() {
            return of(memoryBytes, 1, concurrency);
        }

        /// A commit group is small.
        Settings forSmallIngest() {
            return of(memoryBytes / 2, 1, Math.max(2, threads));
        }

        Settings forChanges() {
            return sorting(memoryBytes * 2);
        }

        Settings forMaintenance() {
            return sorting(maintenanceBytes);
        }

        Settings forSorts() {
            return sorting(memoryBytes / 2 * 3);
        }

        /// On as many threads as have the memory for it.
        private Settings sorting(long memory) {
            int few = Math.clamp(memory / BYTES_OF_A_THREAD, 1, threads);
            return of(memory, few, Math.max(2, threads));
        }

        private Settings of(long memory, int threadsOfEach, int statements) {
            return new Settings(
                    directories, spillDirectory, spillBytes, memory, memory, threadsOfEach, statements, waiting);
        }
    }

    /// Work on a connection; the connection is open only until it returns.
    @FunctionalInterface
    public interface Work<T> {
        T run(DuckDBConnection connection) throws Exception;
    }

    /// The same for work that takes Arrow batches.
    @FunctionalInterface
    public interface StreamWork<T> {
        T run(ArrowConnection connection) throws Exception;
    }

    private final BufferAllocator allocator;
    private final long rewriteBytes;
    private final Lane ingest;
    private final Lane smallIngest;
    private final Lane query;
    private final Lane lookUp;
    private final Lane sort;
    private final Lane change;
    private final Lane maintenance;
    private final DuckDbInstance<ArrowConnection> streams;
    private final Set<Job<?, ?>> running = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "duckdb-clock");
        thread.setDaemon(true);
        return thread;
    });

    public DuckDb(Settings settings) {
        this.allocator = new RootAllocator(settings.memoryBytes());
        this.rewriteBytes = settings.maintenanceBytes();
        this.ingest = new Lane(Purpose.INGEST, settings.asManyAsThreads(), 1);
        this.smallIngest = new Lane(Purpose.SMALL_INGEST, settings.forSmallIngest(), 1);
        this.query = new Lane(Purpose.QUERY, settings, QUERY_INSTANCES);
        this.lookUp = new Lane(Purpose.LOOK_UP, settings.asManyAsThreads().onOneThread(), 1);
        this.sort = new Lane(Purpose.SORT, settings.forSorts(), 1);
        this.change = new Lane(Purpose.CHANGE, settings.forChanges(), 1);
        this.maintenance = new Lane(Purpose.MAINTENANCE, settings.forMaintenance(), 1);
        List<String> lockdown = Lockdown.statements(Purpose.QUERY, settings);
        this.streams = new DuckDbInstance<>(() -> ArrowDatabase.open(lockdown));
        var unused = clock.scheduleWithFixedDelay(
                this::stopTheLate, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Opens the instances that requests wait for in the background: the first statement then does not wait for
    /// the native library.
    public void open() {
        Thread.ofPlatform().daemon().name("duckdb-open").start(() -> {
            Stream.of(ingest, smallIngest, query, lookUp, change)
                    .flatMap(lane -> lane.instances().stream())
                    .forEach(DuckDb::tryOut);
            tryOut(streams);
        });
    }

    private static <S extends Session> void tryOut(DuckDbInstance<S> instance) {
        try (S session = instance.connect()) {
            var unused = session.answers();
        } catch (SQLException e) {
            // The first work on the instance will say so to somebody.
        }
    }

    /// The allocator of all Arrow memory; make a child with a limit for each request.
    public BufferAllocator allocator() {
        return allocator;
    }

    /// As [#call(Purpose, WorkTime, Work)], for as long as the work takes.
    public <T> T call(Purpose purpose, Work<T> work) throws Exception {
        return call(purpose, new WorkTime(FOREVER), work);
    }

    /// Runs the work on a thread of its purpose and waits for it. An interrupt of the caller stops the work; the
    /// call returns only when the work has ended, so that what the work uses may be freed after it.
    ///
    /// @throws io.sluice.table.FailureException `overloaded` when too many wait or Arrow has no memory left,
    ///     `query-timeout` when the time was over
    /// @throws Exception what the work threw
    public <T> T call(Purpose purpose, WorkTime time, Work<T> work) throws Exception {
        Lane lane = switch (purpose) {
            case INGEST -> ingest;
            case SMALL_INGEST -> smallIngest;
            case QUERY -> query;
            case LOOK_UP -> lookUp;
            case SORT -> sort;
            case CHANGE -> change;
            case MAINTENANCE -> maintenance;
        };
        return run(lane, new Job<>(lane.next(), session -> work.run(session.connection()), time));
    }

    /// As [#call(Purpose, WorkTime, Work)], on a thread for queries.
    public <T> T stream(WorkTime time, StreamWork<T> work) throws Exception {
        return run(query, new Job<>(streams, work::run, time));
    }

    private <T> T run(Lane lane, Job<?, T> job) throws Exception {
        running.add(job);
        try {
            lane.threads().execute(job);
            return job.await();
        } catch (OutOfMemoryException e) {
            throw DuckDbError.outOfMemory(e).orElseThrow(() -> e);
        } catch (RejectedExecutionException e) {
            throw new Failure.Overloaded("sluice.limits.concurrent-queries", RETRY_AFTER).asException(e);
        } finally {
            running.remove(job);
        }
    }

    private void stopTheLate() {
        running.forEach(Job::stopIfLate);
    }

    /// The memory of an instance for [Purpose#MAINTENANCE].
    public long rewriteBytes() {
        return rewriteBytes;
    }

    /// How many instances had to be replaced because they answered nothing any more.
    public long replaced() {
        return lanes().flatMap(lane -> lane.instances().stream())
                        .mapToLong(DuckDbInstance::replaced)
                        .sum()
                + streams.replaced();
    }

    private Stream<Lane> lanes() {
        return Stream.of(ingest, smallIngest, query, lookUp, sort, change, maintenance);
    }

    /// A SQL string literal.
    static String literal(String text) {
        return Sql.literal(text);
    }

    /// A quoted SQL identifier.
    static String identifier(String name) {
        return Sql.identifier(name);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        running.forEach(Job::stop);
        lanes().forEach(Lane::close);
        streams.close();
        allocator.close();
    }
}
