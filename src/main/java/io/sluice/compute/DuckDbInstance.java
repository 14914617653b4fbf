package io.sluice.compute;

import io.sluice.compute.scan.Sql;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/// One DuckDB, opened when first used and replaced when it stops answering: a damaged file can invalidate an instance
/// for good.
final class DuckDbInstance implements AutoCloseable {

    /// Opens an instance and locks it down.
    @FunctionalInterface
    interface Opening {
        DuckDBConnection open() throws SQLException;
    }

    private final Opening opening;
    private @Nullable DuckDBConnection root;

    DuckDbInstance(DuckDb.Purpose purpose, DuckDb.Settings settings) {
        this(() -> open(purpose, settings));
    }

    DuckDbInstance(Opening opening) {
        this.opening = opening;
    }

    /// A connection of its own to the instance.
    synchronized DuckDBConnection connect() throws SQLException {
        DuckDBConnection current = root;
        if (current == null) {
            current = opening.open();
            root = current;
        }
        return current.duplicate();
    }

    /// Replaces the instance if a fresh connection cannot run the smallest statement. Work that still runs on the
    /// old one keeps it until its connections are closed.
    synchronized void replaceIfBroken() {
        DuckDBConnection current = root;
        if (current == null || answers(current)) {
            return;
        }
        root = null;
        closeQuietly(current);
    }

    private static boolean answers(DuckDBConnection current) {
        try (var connection = current.duplicate();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT 1")) {
            return rows.next() && rows.getInt(1) == 1;
        } catch (SQLException e) {
            return false;
        }
    }

    private static void closeQuietly(DuckDBConnection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // It was broken before.
        }
    }

    static DuckDBConnection open(DuckDb.Purpose purpose, DuckDb.Settings settings) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("jdbc_stream_results", "true");
        var connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties);
        try (var statement = connection.createStatement()) {
            for (String sql : lockdown(purpose, settings)) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            closeQuietly(connection);
            throw e;
        }
        return connection;
    }

    private static List<String> lockdown(DuckDb.Purpose purpose, DuckDb.Settings settings) {
        var statements = new ArrayList<String>();
        statements.add(
                "SET temp_directory = " + Sql.literal(settings.spillDirectory().toString()));
        statements.add("SET max_temp_directory_size = '" + (settings.spillBytes() >> 20) + "MiB'");
        statements.add("SET memory_limit = '" + (settings.memoryBytes() >> 20) + "MiB'");
        statements.add("SET threads = " + settings.threads());
        statements.add("SET TimeZone = 'UTC'");
        statements.add("SET max_expression_depth = 250");
        statements.add("SET autoinstall_known_extensions = false");
        statements.add("SET autoload_known_extensions = false");
        statements.add("SET parquet_metadata_cache = true");
        statements.add("SET GLOBAL errors_as_json = true");
        statements.addAll(tuning(purpose));
        statements.add("SET allowed_directories = "
                + settings.directories().stream()
                        .map(path -> Sql.literal(path.toAbsolutePath().toString()))
                        .collect(Collectors.joining(", ", "[", "]")));
        statements.add("SET enable_external_access = false");
        statements.add("SET lock_configuration = true");
        return statements;
    }

    /// Late materialization fails where a statement has an order and a limit and a condition on the number of a
    /// row or a file ("Attempted to access index …"), and takes the instance with it.
    ///
    /// A look-up has one small scan: nothing to reorder, no estimate worth reading all statistics of a file for,
    /// and bytes that are at hand sooner than another thread is awake.
    private static List<String> tuning(DuckDb.Purpose purpose) {
        return switch (purpose) {
            case LOOK_UP ->
                List.of(
                        "SET disabled_optimizers = 'late_materialization,join_order,statistics_propagation'",
                        "SET disable_parquet_prefetching = true");
            // The rows that are looked for are few and stand on the right of a join; the size of files is not
            // known to DuckDB, which would hash all of theirs instead.
            case CHANGE, MAINTENANCE ->
                List.of("SET disabled_optimizers = 'late_materialization,join_order,build_side_probe_side'");
            case INGEST, SMALL_INGEST, QUERY -> List.of("SET disabled_optimizers = 'late_materialization'");
        };
    }

    @Override
    public synchronized void close() {
        DuckDBConnection current = root;
        root = null;
        if (current != null) {
            closeQuietly(current);
        }
    }
}
