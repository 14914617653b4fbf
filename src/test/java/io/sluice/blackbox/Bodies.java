package io.sluice.blackbox;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;

/// Batches as clients make them, and answers as clients read them: Arrow by Arrow's own library, Parquet by a DuckDB
/// that is not the service's.
final class Bodies {

    private Bodies() {}

    /// The result of a query as an Arrow stream.
    static byte[] arrow(String sql) throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var allocator = new RootAllocator();
                var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                var result = (DuckDBResultSet) statement.executeQuery(sql);
                var reader = (ArrowReader) result.arrowExportStream(allocator, 1000);
                var writer = new ArrowStreamWriter(reader.getVectorSchemaRoot(), reader, bytes)) {
            writer.start();
            while (reader.loadNextBatch()) {
                writer.writeBatch();
            }
            writer.end();
        }
        return bytes.toByteArray();
    }

    /// The result of a query as a Parquet file.
    static byte[] parquet(String sql) throws Exception {
        return parquet(sql, "");
    }

    /// @param options of DuckDB's `COPY`, each with a comma before it
    static byte[] parquet(String sql, String options) throws Exception {
        Path directory = Files.createTempDirectory("parquet");
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            Path file = directory.resolve("body.parquet");
            statement.execute("COPY (" + sql + ") TO '" + file + "' (FORMAT parquet" + options + ")");
            return Files.readAllBytes(file);
        } finally {
            Trees.delete(directory);
        }
    }

    /// All values of an Arrow stream, row by row, as DuckDB prints them after `select` is applied to the table
    /// `answer`.
    static List<String> readArrow(byte[] stream, String select) throws Exception {
        try (var allocator = new RootAllocator();
                var reader = new ArrowStreamReader(new ByteArrayInputStream(stream), allocator);
                var connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
                var array = org.apache.arrow.c.ArrowArrayStream.allocateNew(allocator)) {
            org.apache.arrow.c.Data.exportArrayStream(allocator, reader, array);
            connection.registerArrowStream("answer", array);
            return query(connection, select);
        }
    }

    static List<String> readParquet(byte[] file, String select) throws Exception {
        Path directory = Files.createTempDirectory("parquet");
        try (var connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            Path path = Files.write(directory.resolve("answer.parquet"), file);
            statement.execute("CREATE VIEW answer AS FROM read_parquet('" + path + "')");
            return query(connection, select);
        } finally {
            Trees.delete(directory);
        }
    }

    private static List<String> query(DuckDBConnection connection, String sql) throws Exception {
        var rows = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            while (result.next()) {
                var row = new ArrayList<String>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    row.add(String.valueOf(result.getObject(column)));
                }
                rows.add(String.join("|", row));
            }
        }
        return rows;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] gzip(byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }

    static byte[] gunzip(byte[] content) throws IOException {
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(content))) {
            return gzip.readAllBytes();
        }
    }

    static byte[] zstd(byte[] content) {
        return Zstd.compress(content);
    }

    /// A frame whose head asks its reader for a window of this size.
    ///
    /// @param windowLog its logarithm
    static byte[] zstdWithWindow(byte[] content, int windowLog) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zstd = new ZstdOutputStream(bytes)) {
            zstd.setLong(windowLog);
            zstd.write(content);
        }
        return bytes.toByteArray();
    }

    static byte[] unzstd(byte[] content) throws IOException {
        try (var zstd = new com.github.luben.zstd.ZstdInputStream(new ByteArrayInputStream(content))) {
            return zstd.readAllBytes();
        }
    }
}
