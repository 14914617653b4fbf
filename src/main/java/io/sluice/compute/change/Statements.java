package io.sluice.compute.change;

import io.sluice.compute.FileLayout;
import io.sluice.compute.ParquetWriter;
import io.sluice.compute.RowFormat;
import io.sluice.compute.Scan;
import io.sluice.compute.WrittenFile;
import io.sluice.compute.column.JsonTexts;
import io.sluice.compute.encode.RowEncoder;
import io.sluice.compute.encode.RowEncoders;
import io.sluice.compute.parquet.ArrowBatches;
import io.sluice.compute.parquet.DataFiles;
import io.sluice.compute.scan.DeletedRowsTable;
import io.sluice.compute.scan.Footers;
import io.sluice.compute.scan.QuestionSql;
import io.sluice.compute.scan.ScanSql;
import io.sluice.table.Column;
import io.sluice.table.JsonValues;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;

/// What a change runs on its connection.
final class Statements {

    private static final int BATCH_ROWS = 122_880;
    private static final String STREAM = "sluice_stream";
    private static final String DELETED_ROWS_STREAM = "sluice_deleted_rows_stream";

    private final DuckDBConnection connection;
    private final BufferAllocator allocator;
    private final Footers footers;

    /// @param footers which remember the files that they have looked at
    Statements(DuckDBConnection connection, BufferAllocator allocator, Footers footers) {
        this.connection = connection;
        this.allocator = allocator;
        this.footers = footers;
    }

    void run(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// One row of numbers.
    long[] numbers(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            var numbers = new long[rows.getMetaData().getColumnCount()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = rows.getLong(i + 1);
            }
            return numbers;
        }
    }

    /// A row of values, as JDBC has them.
    @FunctionalInterface
    interface RowReader<T> {
        T read(java.sql.ResultSet row) throws SQLException;
    }

    <T> List<T> list(String sql, RowReader<T> reader) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var list = new ArrayList<T>();
            while (rows.next()) {
                list.add(reader.read(rows));
            }
            return list;
        }
    }

    <T> Optional<T> first(String sql, RowReader<T> reader) throws SQLException {
        return list(sql, reader).stream().findFirst();
    }

    /// Takes rows of two BIGINT columns, in order.
    interface PairSink {
        void accept(long first, long second);
    }

    void pairs(String sql, PairSink sink) throws SQLException, IOException {
        try (var statement = connection.createStatement();
                var result = (DuckDBResultSet) statement.executeQuery(sql);
                var reader = (ArrowReader) result.arrowExportStream(allocator, BATCH_ROWS)) {
            while (reader.loadNextBatch()) {
                VectorSchemaRoot root = reader.getVectorSchemaRoot();
                var first = (BigIntVector) root.getVector(0);
                var second = (BigIntVector) root.getVector(1);
                for (int i = 0; i < root.getRowCount(); i++) {
                    sink.accept(first.get(i), second.get(i));
                }
            }
        }
    }

    /// Rows as the JSON of answers has them, but for members that are null, which are left out.
    ///
    /// @param from what follows `FROM`
    List<Map<String, Object>> shown(String from, List<Column> columns) throws SQLException, IOException {
        String values = columns.stream().map(QuestionSql::answered).collect(Collectors.joining(", "));
        var out = new ByteArrayOutputStream();
        try (var statement = connection.createStatement();
                var result = (DuckDBResultSet) statement.executeQuery("SELECT " + values + " FROM " + from);
                var reader = (ArrowReader) result.arrowExportStream(allocator, BATCH_ROWS);
                RowEncoder encoder = RowEncoders.of(RowFormat.NDJSON, columns, out)) {
            encoder.begin(reader.getVectorSchemaRoot());
            while (reader.loadNextBatch()) {
                VectorSchemaRoot root = reader.getVectorSchemaRoot();
                encoder.write(root, root.getRowCount());
            }
            encoder.finish();
        }
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(JsonValues::parseObject)
                .toList();
    }

    /// A temporary table of Arrow rows; `select` reads them from the relation that it is given.
    void table(String name, VectorSchemaRoot rows) throws SQLException, IOException {
        try (var reader = new ArrowBatches(allocator, rows.getSchema(), List.of(rows));
                var stream = ArrowArrayStream.allocateNew(allocator)) {
            Data.exportArrayStream(allocator, reader, stream);
            connection.registerArrowStream(STREAM, stream);
            run("CREATE TEMP TABLE " + name + " AS "
                    + JsonTexts.decoded(STREAM, rows.getSchema().getFields()));
        }
    }

    /// Makes what the statements of a scan join, where they do; they may then run any number of times.
    void deletedRows(ScanSql scan) throws SQLException {
        run("DROP TABLE IF EXISTS " + ScanSql.DELETED_ROWS);
        if (scan.joinsDeletedRows()) {
            try (var _ = new DeletedRowsTable(connection, scan, allocator, DELETED_ROWS_STREAM)) {
                run("CREATE TEMP TABLE " + ScanSql.DELETED_ROWS + " AS FROM " + DELETED_ROWS_STREAM);
            }
        }
    }

    /// The scan with its files read as their footers demand.
    Scan prepared(Scan scan) throws SQLException {
        return footers.prepared(connection, scan);
    }

    /// Files of the target size.
    List<WrittenFile> writeMany(String relation, FileLayout layout, Path directory) throws SQLException, IOException {
        return ParquetWriter.writeRelation(connection, relation, layout, directory);
    }

    /// One file, or one for each partition.
    List<WrittenFile> writeFew(String relation, FileLayout layout, Path directory) throws SQLException, IOException {
        return new DataFiles(connection, layout, directory).few(relation);
    }

    BufferAllocator allocator() {
        return allocator;
    }
}
