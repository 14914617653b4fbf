package io.sluice.compute.parquet;

import io.sluice.compute.DuckDb;
import io.sluice.compute.scan.DuckDbType;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/// Reads the footers of Parquet files that others wrote, and nothing else of them.
public final class ParquetFooters {

    private final DuckDb duckDb;

    public ParquetFooters(DuckDb duckDb) {
        this.duckDb = duckDb;
    }

    /// The footers in the order of the files.
    ///
    /// @param name of a file for a client
    /// @throws io.sluice.table.FailureException `invalid-schema` for a file that is no Parquet file that can be
    ///     read here, or has a column that no table can have
    public List<Footer> read(List<Path> files, UnaryOperator<String> name) throws Exception {
        try {
            return duckDb.call(DuckDb.Purpose.QUERY, connection -> new Reading(connection, files, name).footers());
        } catch (SQLException e) {
            if (files.size() > 1) {
                for (Path file : files) {
                    read(List.of(file), name);
                }
            }
            throw invalid(name.apply(files.getFirst().toString()), "is no Parquet file that can be read", e);
        }
    }

    private static RuntimeException invalid(String file, String reason, Exception cause) {
        return new Failure.InvalidSchema(file + " " + reason).asException(cause);
    }

    /// A node of a file's schema, as `parquet_schema` lists them: depth first.
    private record Node(String name, String physical, int children, String type) {}

    private static final class Reading {

        private final DuckDBConnection connection;
        private final List<Path> files;
        private final UnaryOperator<String> name;

        Reading(DuckDBConnection connection, List<Path> files, UnaryOperator<String> name) {
            this.connection = connection;
            this.files = files;
            this.name = name;
        }

        private String list() {
            return files.stream()
                    .map(file -> Sql.literal(file.toString()))
                    .collect(Collectors.joining(", ", "([", "])"));
        }

        List<Footer> footers() throws SQLException {
            Map<String, Schema> schemas = schemas();
            Map<String, Map<String, DataType>> leaves = new HashMap<>();
            schemas.forEach((file, schema) -> leaves.put(file, leaves(schema)));
            Map<String, FooterStatistics> statistics = new HashMap<>();
            Map<String, Long> counts = new HashMap<>();
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT file_name, path_in_schema, type, num_values,"
                            + " stats_min_value, stats_max_value, stats_null_count, stats_nan_count, compression,"
                            + " CASE column_id WHEN 0 THEN row_group_num_rows ELSE 0 END"
                            + " FROM parquet_metadata" + list())) {
                while (rows.next()) {
                    chunk(rows, leaves, statistics);
                    counts.merge(rows.getString(1), rows.getLong(10), Long::sum);
                }
            }
            return files.stream()
                    .map(Path::toString)
                    .map(file -> new Footer(
                            schemas.getOrDefault(file, new Schema(List.of())),
                            counts.getOrDefault(file, 0L),
                            statistics.getOrDefault(file, new FooterStatistics())))
                    .toList();
        }

        private void chunk(
                ResultSet rows, Map<String, Map<String, DataType>> leaves, Map<String, FooterStatistics> statistics)
                throws SQLException {
            String file = rows.getString(1);
            if ("BROTLI".equals(rows.getString(9))) {
                throw new Failure.InvalidSchema(
                                name.apply(file) + " is compressed with Brotli, which is not read; use zstd or snappy")
                        .asException();
            }
            DataType type = leaves.getOrDefault(file, Map.of()).get(rows.getString(2));
            if (type == null) {
                return;
            }
            boolean isOrdered = !"INT96".equals(rows.getString(3));
            String key = List.of(rows.getString(2).split(", ")).stream()
                    .map(part -> '"' + part.replace("\"", "\"\"") + '"')
                    .collect(Collectors.joining("."));
            statistics
                    .computeIfAbsent(file, _ -> new FooterStatistics())
                    .add(
                            new FooterStatistics.Chunk(
                                    key,
                                    rows.getLong(4),
                                    Optional.ofNullable(rows.getString(5)).filter(_ -> isOrdered),
                                    Optional.ofNullable(rows.getString(6)).filter(_ -> isOrdered),
                                    Optional.ofNullable(rows.getObject(7)).map(ParquetFooters::number),
                                    Optional.ofNullable(rows.getObject(8)).map(ParquetFooters::number)),
                            type);
        }

        private Map<String, Schema> schemas() throws SQLException {
            Map<String, List<Node>> nodes = new HashMap<>();
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(
                            "SELECT file_name, name, type, num_children, duckdb_type, column_id FROM parquet_schema"
                                    + list() + " ORDER BY file_name, column_id")) {
                while (rows.next()) {
                    nodes.computeIfAbsent(rows.getString(1), _ -> new ArrayList<>())
                            .add(new Node(
                                    rows.getString(2),
                                    Optional.ofNullable(rows.getString(3)).orElse(""),
                                    rows.getInt(4),
                                    Optional.ofNullable(rows.getString(5)).orElse("")));
                }
            }
            Map<String, Schema> schemas = new HashMap<>();
            Map<List<Node>, Schema> known = new HashMap<>();
            nodes.forEach((file, list) ->
                    schemas.put(file, known.computeIfAbsent(list, _ -> schema(name.apply(file), list))));
            return schemas;
        }

        private static Schema schema(String file, List<Node> nodes) {
            var columns = new ArrayList<Column>();
            int at = 1;
            while (at < nodes.size()) {
                Node node = nodes.get(at);
                DataType type = node.physical().equals("INT96")
                        ? Primitive.TIMESTAMP
                        : DuckDbType.read(node.type())
                                .orElseThrow(() -> new Failure.InvalidSchema("the column " + node.name() + " of " + file
                                                + " has a type that no column of a table can have")
                                        .asException());
                columns.add(new Column(node.name(), type));
                at = after(nodes, at);
            }
            return new Schema(columns);
        }

        private static int after(List<Node> nodes, int at) {
            int next = at + 1;
            for (int i = 0; i < nodes.get(at).children(); i++) {
                next = after(nodes, next);
            }
            return next;
        }
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }

    /// The columns that are no lists, maps or structs, by their paths as `parquet_metadata` writes them.
    private static Map<String, DataType> leaves(Schema schema) {
        Map<String, DataType> leaves = new HashMap<>();
        schema.columns().forEach(column -> leaves(column, "", leaves));
        return leaves;
    }

    private static void leaves(Column column, String path, Map<String, DataType> leaves) {
        String name = path + column.name();
        switch (column.type()) {
            case DataType.Struct(var fields) -> fields.forEach(field -> leaves(field, name + ", ", leaves));
            case Primitive primitive -> leaves.put(name, primitive);
            case DataType.Decimal decimal -> leaves.put(name, decimal);
            case DataType.Array _, DataType.Map _ -> {}
        }
    }
}
