package io.sluice.compute.scan;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.duckdb.DuckDBConnection;

/// Which files hold columns exactly as a table declares them: a look-up in such files need not tell DuckDB how to bind
/// them, which costs more than reading a row group. Read from the footers, once per file.
public final class FileSchemas {

    private static final int MOST_KNOWN = 20_000;
    private static final int MOST_FILES = 4;
    private static final long MOST_BYTES = 16L << 20;

    private final KnownFiles<Map<String, String>> known = new KnownFiles<>(MOST_KNOWN);

    /// Whether these are so few and small that what a statement costs by itself counts.
    public static boolean isLookUp(List<Path> files) {
        return files.size() <= MOST_FILES
                && files.stream().mapToLong(FileSchemas::size).sum() <= MOST_BYTES;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            // Whoever reads it will say what is wrong with it.
            return Long.MAX_VALUE / MOST_FILES;
        }
    }

    /// Whether each file has each of these columns under its physical name and in just its type. Columns of nested
    /// types are never taken for that.
    ///
    /// @param columns those that are read from the files
    public boolean match(DuckDBConnection connection, List<Path> files, List<Column> columns) throws SQLException {
        for (Path file : files) {
            Map<String, String> schema = schema(connection, file);
            for (Column column : columns) {
                if (!type(column.type()).equals(schema.get(column.physicalName()))) {
                    return false;
                }
            }
        }
        return true;
    }

    private Map<String, String> schema(DuckDBConnection connection, Path file) throws SQLException {
        Optional<Map<String, String>> there = known.find(file);
        if (there.isPresent()) {
            return there.get();
        }
        Map<String, String> read = read(connection, file);
        known.remember(file, read);
        return read;
    }

    /// Nothing where two names differ by case only, or one is a name that DuckDB gives itself: then names do not
    /// say enough.
    private static Map<String, String> read(DuckDBConnection connection, Path file) throws SQLException {
        var schema = new HashMap<String, String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM"
                        + " read_parquet(" + Sql.literal(file.toString()) + ", hive_partitioning = false))")) {
            while (rows.next()) {
                schema.put(rows.getString(1), rows.getString(2));
            }
        }
        long distinct = schema.keySet().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .distinct()
                .count();
        boolean clashes = schema.keySet().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .anyMatch(List.of("file_index", "file_row_number", "filename")::contains);
        return distinct < schema.size() || clashes ? Map.of() : Map.copyOf(schema);
    }

    /// The type as DuckDB describes it; empty where only [SqlType] can say what a file's may be.
    private static String type(DataType type) {
        return switch (type) {
            case DataType.Primitive primitive ->
                switch (primitive) {
                    case TIMESTAMP -> "TIMESTAMP WITH TIME ZONE";
                    case VARIANT, VOID -> "";
                    case BYTE, SHORT, INTEGER, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BINARY, DATE, TIMESTAMP_NTZ ->
                        SqlType.physical(primitive);
                };
            case DataType.Decimal decimal -> SqlType.physical(decimal);
            case DataType.Array _, DataType.Map _, DataType.Struct _ -> "";
        };
    }
}
