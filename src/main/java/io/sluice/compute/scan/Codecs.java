package io.sluice.compute.scan;

import io.sluice.compute.capi.ArrowConnection;
import io.sluice.table.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.duckdb.DuckDBConnection;

/// Refuses files compressed with Brotli before a byte of them is decompressed: DuckDB's decoder cannot be trusted with
/// a hostile file (CVE-2026-111497). Read from the footers, once per file.
final class Codecs {

    private static final int MOST_KNOWN = 200_000;
    private static final int FILES_PER_STATEMENT = 500;

    private final KnownFiles<Boolean> harmless = new KnownFiles<>(MOST_KNOWN);

    /// @throws io.sluice.table.FailureException `unsupported-table-feature` when one is compressed with Brotli
    void check(DuckDBConnection connection, List<Path> files) throws SQLException {
        check(files, sql -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                return rows.next();
            }
        });
    }

    /// @throws io.sluice.table.FailureException as [#check(DuckDBConnection, List)]
    void check(ArrowConnection connection, List<Path> files, BufferAllocator allocator) throws SQLException {
        check(files, sql -> {
            try (var reader = connection.query(sql, allocator, 1)) {
                return reader.loadNextBatch();
            } catch (IOException e) {
                throw new SQLException("the result broke off", e);
            }
        });
    }

    /// Whether a statement has any rows.
    @FunctionalInterface
    private interface AnyRows {
        boolean of(String sql) throws SQLException;
    }

    private void check(List<Path> files, AnyRows rows) throws SQLException {
        List<Path> unknown =
                files.stream().filter(file -> harmless.find(file).isEmpty()).toList();
        for (int i = 0; i < unknown.size(); i += FILES_PER_STATEMENT) {
            List<Path> some = unknown.subList(i, Math.min(unknown.size(), i + FILES_PER_STATEMENT));
            if (anyBrotli(rows, some)) {
                throw new Failure.UnsupportedTableFeature(
                                List.of("brotli"),
                                "data files compressed with Brotli are not read; rewrite them with another codec")
                        .asException();
            }
            some.forEach(file -> harmless.remember(file, true));
        }
    }

    private static boolean anyBrotli(AnyRows rows, List<Path> files) throws SQLException {
        String list = files.stream().map(file -> Sql.literal(file.toString())).collect(Collectors.joining(", "));
        return rows.of("SELECT 1 FROM parquet_metadata([" + list + "]) WHERE compression = 'BROTLI' LIMIT 1");
    }
}
