package io.sluice.compute.parquet;

import io.sluice.compute.FileLayout;
import io.sluice.compute.WrittenFile;
import io.sluice.storage.StorageFailures;
import io.sluice.table.Column;
import io.sluice.table.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/// Runs `COPY` and tells what it wrote.
public final class DataFiles {

    private final DuckDBConnection connection;
    private final FileLayout layout;
    private final Path directory;

    public DataFiles(DuckDBConnection connection, FileLayout layout, Path directory) {
        this.connection = connection;
        this.layout = layout;
        this.directory = directory;
    }

    /// One file, or one for each partition.
    public List<WrittenFile> few(String relation) throws SQLException, IOException {
        var statement = new CopyStatement(layout);
        Path target = directory.resolve(UUID.randomUUID() + (isPartitioned() ? "" : ".parquet"));
        return run(
                isPartitioned() ? statement.toPartitions(relation, target) : statement.toFile(relation, target),
                target);
    }

    /// Files of the target size, or at least one for each partition.
    public List<WrittenFile> many(String relation) throws SQLException, IOException {
        var statement = new CopyStatement(layout);
        Path target = directory.resolve(UUID.randomUUID().toString());
        return run(
                isPartitioned() ? statement.toPartitions(relation, target) : statement.toFiles(relation, target),
                target);
    }

    private boolean isPartitioned() {
        return !layout.partitionColumns().isEmpty();
    }

    private List<WrittenFile> run(String sql, Path target) throws SQLException, IOException {
        try (var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            var files = new ArrayList<WrittenFile>();
            while (result.next()) {
                if (result.getLong("count") > 0) {
                    files.add(file(result));
                }
            }
            return files;
        } catch (SQLException e) {
            boolean isFull = StorageFailures.isFull(directory, 0);
            deleteTree(target);
            if (isFull) {
                throw new Failure.OutOfSpace("data files").asException(e);
            }
            throw e;
        } catch (RuntimeException e) {
            deleteTree(target);
            throw e;
        }
    }

    private WrittenFile file(ResultSet result) throws SQLException {
        long rows = result.getLong("count");
        var statistics = result.getObject("column_statistics") instanceof Map<?, ?> columns ? columns : Map.of();
        return new WrittenFile(
                Path.of(result.getString("filename")),
                isPartitioned() ? partitionValues(result) : Map.of(),
                result.getLong("file_size_bytes"),
                rows,
                new Statistics(statistics).json(layout.statistics(), rows));
    }

    private Map<String, @Nullable String> partitionValues(ResultSet result) throws SQLException {
        var keys = new HashMap<String, @Nullable Object>();
        if (result.getObject("partition_keys") instanceof Map<?, ?> map) {
            map.forEach((key, value) -> keys.put(key.toString().toLowerCase(Locale.ROOT), value));
        }
        var values = new LinkedHashMap<String, @Nullable String>();
        for (Column column : layout.partitions()) {
            Object value = keys.get(column.physicalName().toLowerCase(Locale.ROOT));
            values.put(column.physicalName(), value == null ? null : value.toString());
        }
        return values;
    }

    /// Deletes what a failed statement left.
    private static void deleteTree(Path target) throws IOException {
        if (!Files.exists(target)) {
            return;
        }
        try (var files = Files.walk(target)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
