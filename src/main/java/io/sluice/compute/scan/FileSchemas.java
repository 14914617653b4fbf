package io.sluice.compute.scan;

import io.sluice.compute.Filter;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Predicate;
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
    private static final long MOST_BYTES_BY_VALUE = 128L << 20;

    private final KnownFiles<Map<String, String>> known = new KnownFiles<>(MOST_KNOWN);

    /// Whether a statement on these is so short that what it costs by itself counts: they are few and small, or
    /// few and asked for rows with a given value. Then of one column everything is unpacked and of the others only
    /// the pages with these rows.
    public static boolean isLookUp(List<Path> files, List<Filter> filters) {
        boolean isByValue = filters.stream().map(Filter::predicate).anyMatch(FileSchemas::isByValue);
        return files.size() <= MOST_FILES
                && files.stream().mapToLong(FileSchemas::size).sum() <= (isByValue ? MOST_BYTES_BY_VALUE : MOST_BYTES);
    }

    private static boolean isByValue(Predicate predicate) {
        return switch (predicate) {
            case Predicate.Comparison comparison ->
                comparison.operator() == Predicate.Operator.EQUAL
                        || comparison.operator() == Predicate.Operator.NOT_DISTINCT;
            case Predicate.In _, Predicate.Nothing _ -> true;
            case Predicate.And(List<Predicate> parts) -> parts.stream().anyMatch(FileSchemas::isByValue);
            case Predicate.Or(List<Predicate> parts) -> parts.stream().allMatch(FileSchemas::isByValue);
            case Predicate.IsNull _, Predicate.IsNotNull _, Predicate.Anything _ -> false;
        };
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
