package io.sluice.compute;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.duckdb.DuckDBConnection;

/// Embedded DuckDB: one instance per purpose, work on platform threads with large stacks.
///
/// Never on virtual threads or small stacks: a deep expression overruns a 1 MiB stack inside native code and ends the process. Each
/// instance is locked down before the first statement of a request: no file outside the given directories, no extension, no setting.
public final class DuckDb implements AutoCloseable {

    private static final long STACK_BYTES = 16L << 20;

    /// What an instance works for; a file that breaks one does not stop the other.
    public enum Purpose {
        INGEST,
        QUERY
    }

    /// @param directories the only ones DuckDB may read and write
    /// @param spillDirectory where it may spill
    /// @param memoryBytes limit of each instance
    /// @param threads of each instance
    /// @param concurrency statements at the same time, per purpose
    public record Settings(
            List<Path> directories, Path spillDirectory, long memoryBytes, int threads, int concurrency) {}

    /// Work on a connection; the connection is open only until it returns.
    @FunctionalInterface
    public interface Work<T> {
        T run(DuckDBConnection connection) throws Exception;
    }

    private final Settings settings;
    private final BufferAllocator allocator = new RootAllocator();
    private final Map<Purpose, DuckDBConnection> instances = new EnumMap<>(Purpose.class);
    private final Map<Purpose, ExecutorService> threads = new EnumMap<>(Purpose.class);

    public DuckDb(Settings settings) {
        this.settings = settings;
        for (Purpose purpose : Purpose.values()) {
            instances.put(purpose, open());
            threads.put(purpose, Executors.newFixedThreadPool(settings.concurrency(), threadFactory(purpose)));
        }
    }

    /// The allocator of all Arrow memory; make a child with a limit for each request.
    public BufferAllocator allocator() {
        return allocator;
    }

    /// Runs the work on a thread of its purpose and waits for it. An interrupt of the caller interrupts the work.
    ///
    /// @throws Exception what the work threw
    public <T> T call(Purpose purpose, Work<T> work) throws Exception {
        var task = threads.get(purpose).submit(() -> {
            try (var connection = (DuckDBConnection) instances.get(purpose).duplicate()) {
                return work.run(connection);
            }
        });
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        } catch (InterruptedException e) {
            task.cancel(true);
            throw e;
        }
    }

    private DuckDBConnection open() {
        Properties properties = new Properties();
        properties.setProperty("jdbc_stream_results", "true");
        try {
            var connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties);
            try (var statement = connection.createStatement()) {
                for (String sql : lockdown()) {
                    statement.execute(sql);
                }
            }
            return connection;
        } catch (SQLException e) {
            throw new IllegalStateException("DuckDB does not start", e);
        }
    }

    private List<String> lockdown() {
        var statements = new ArrayList<String>();
        statements.add("SET temp_directory = " + literal(settings.spillDirectory().toString()));
        statements.add("SET memory_limit = '" + (settings.memoryBytes() >> 20) + "MiB'");
        statements.add("SET threads = " + settings.threads());
        statements.add("SET TimeZone = 'UTC'");
        statements.add("SET max_expression_depth = 250");
        statements.add("SET autoinstall_known_extensions = false");
        statements.add("SET autoload_known_extensions = false");
        statements.add("SET parquet_metadata_cache = true");
        statements.add("SET allowed_directories = "
                + settings.directories().stream()
                        .map(path -> literal(path.toAbsolutePath().toString()))
                        .collect(Collectors.joining(", ", "[", "]")));
        statements.add("SET enable_external_access = false");
        statements.add("SET lock_configuration = true");
        return statements;
    }

    /// A SQL string literal.
    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /// A quoted SQL identifier.
    static String identifier(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    private static ThreadFactory threadFactory(Purpose purpose) {
        var number = new AtomicLong();
        String prefix = "duckdb-" + purpose.name().toLowerCase(java.util.Locale.ROOT) + "-";
        return work -> {
            var thread = new Thread(null, work, prefix + number.incrementAndGet(), STACK_BYTES);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public void close() {
        threads.values().forEach(ExecutorService::shutdownNow);
        for (DuckDBConnection connection : instances.values()) {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
        allocator.close();
    }
}
