package io.sluice.compute;

import io.sluice.compute.scan.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The statements that an instance runs before any other: what it may use and reach. After the last of them no setting
/// can be changed. Those that each connection may have of its own say `GLOBAL`: not every later connection inherits
/// what was set on the first.
final class Lockdown {

    private Lockdown() {}

    static List<String> statements(DuckDb.Purpose purpose, DuckDb.Settings settings) {
        var statements = new ArrayList<String>();
        statements.add(
                "SET temp_directory = " + Sql.literal(settings.spillDirectory().toString()));
        statements.add("SET max_temp_directory_size = '" + (settings.spillBytes() >> 20) + "MiB'");
        statements.add("SET memory_limit = '" + (settings.memoryBytes() >> 20) + "MiB'");
        statements.add("SET threads = " + settings.threads());
        statements.add("SET GLOBAL TimeZone = 'UTC'");
        statements.add("SET GLOBAL max_expression_depth = 250");
        statements.add("SET autoinstall_known_extensions = false");
        statements.add("SET autoload_known_extensions = false");
        statements.add("SET GLOBAL parquet_metadata_cache = true");
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
            // The rows that are looked for, or are deleted, are few and stand on the right of a join; the sizes are
            // not known to DuckDB, which would hash all rows of all files instead.
            case QUERY, SORT, CHANGE, MAINTENANCE ->
                List.of("SET disabled_optimizers = 'late_materialization,join_order,build_side_probe_side'");
            case INGEST, SMALL_INGEST -> List.of("SET disabled_optimizers = 'late_materialization'");
        };
    }
}
