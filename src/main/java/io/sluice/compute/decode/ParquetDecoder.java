package io.sluice.compute.decode;

import io.sluice.compute.DuckDb;
import io.sluice.compute.WorkTime;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;

/// `application/vnd.apache.parquet`: the footer is at the end, so the body is first put into a file of the scratch
/// directory.
final class ParquetDecoder {

    private static final int BATCH_ROWS = 20_480;
    /// Where it is not known what a row takes.
    private static final int FEW_ROWS = 64;
    private static final Pattern WALL_CLOCKS = Pattern.compile("TIMESTAMP((?:\\[\\])*)");
    private static final long MOST_BATCH_BYTES = 64L << 20;
    /// Of all Arrow memory, what one batch may take.
    private static final int PARTS = 8;
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(20);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final DuckDb duckDb;
    private final Path scratch;
    private final DecodeLimits limits;
    private final RowShape shape;
    private final ArrowRows rows;

    ParquetDecoder(DuckDb duckDb, Path scratch, RowShape shape, DecodeLimits limits, Payload payload) {
        this.duckDb = duckDb;
        this.scratch = scratch;
        this.limits = limits;
        this.shape = shape;
        this.rows = new ArrowRows(shape, duckDb.allocator(), limits, payload);
    }

    void decode(InputStream body, RowSink sink) throws IOException {
        Path unused = read(body, (connection, source) -> {
            read(connection, source, sink);
            return scratch;
        });
    }

    /// The columns of the body.
    Schema schema(InputStream body) throws IOException {
        return read(body, (connection, source) -> {
            try (var statement = connection.createStatement();
                    var result = (DuckDBResultSet) statement.executeQuery(source + " LIMIT 0");
                    var reader = (ArrowReader) result.arrowExportStream(duckDb.allocator(), BATCH_ROWS)) {
                return ArrowSchema.of(reader.getVectorSchemaRoot().getFieldVectors(), Map.of());
            }
        });
    }

    private interface Work<T> {
        /// @param source a `SELECT` of the file's rows
        T with(DuckDBConnection connection, String source) throws SQLException, IOException;
    }

    private <T> T read(InputStream body, Work<T> work) throws IOException {
        Path file = Files.createDirectories(scratch).resolve("body-" + UUID.randomUUID() + ".parquet");
        long replaced = duckDb.replaced();
        try {
            Files.copy(body, file);
            // A damaged file can break an instance for good; the one that writes the tables is not risked.
            return duckDb.call(DuckDb.Purpose.QUERY, connection -> {
                requireReadable(connection, file);
                return work.with(connection, source(connection, file));
            });
        } catch (SQLException | UnreadableException e) {
            throw refusal(file, replaced, e);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /// A body that can be read was stopped by one that another client sent and that broke the instance.
    private FailureException refusal(Path file, long replacedBefore, Exception e) {
        return duckDb.replaced() > replacedBefore && isReadable(file)
                ? new Failure.Overloaded("sluice.limits.concurrent-queries", RETRY_AFTER).asException(e)
                : new Failure.MalformedBody("the body is not a Parquet file that can be read").asException(e);
    }

    private boolean isReadable(Path file) {
        try {
            return duckDb.call(DuckDb.Purpose.QUERY, new WorkTime(LONGEST_LOOK), connection -> {
                try (var statement = connection.createStatement();
                        var result = statement.executeQuery("SELECT any_value(COLUMNS(*)) FROM read_parquet("
                                + Sql.literal(file.toString()) + ", hive_partitioning = false)")) {
                    return result.next();
                }
            });
        } catch (Exception e) {
            return false;
        }
    }

    /// The file breaks while it is read.
    private static final class UnreadableException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnreadableException(Exception cause) {
            super(cause);
        }
    }

    /// Brotli pages are refused unread: DuckDB's decoder of them has a known flaw. So is a file whose columns say
    /// that they are larger than a body may be.
    private void requireReadable(DuckDBConnection connection, Path file) throws SQLException {
        try (var statement = connection.createStatement();
                var result = statement.executeQuery("SELECT count(*) FILTER (compression = 'BROTLI'),"
                        + " sum(greatest(0, total_uncompressed_size, num_values)) > " + limits.decodedBytes()
                        + " FROM parquet_metadata(" + Sql.literal(file.toString()) + ")")) {
            result.next();
            if (result.getLong(1) > 0) {
                throw new Failure.MalformedBody("Parquet with Brotli compression is not read; use zstd or snappy")
                        .asException();
            }
            if (result.getBoolean(2)) {
                throw tooLarge();
            }
        }
    }

    /// The rows of a file. `INT96` is a moment for everybody who writes it (Spark, Impala), and a wall clock for
    /// DuckDB; it stays one within structs and maps, and where the column of the table is one.
    private String source(DuckDBConnection connection, Path file) throws SQLException {
        String from = " FROM read_parquet(" + Sql.literal(file.toString()) + ", hive_partitioning = false)";
        Set<String> int96 = ParquetColumns.read(connection, file).stream()
                .filter(ParquetColumns.OfFile::hasInt96)
                .map(ParquetColumns.OfFile::name)
                .collect(Collectors.toSet());
        if (int96.isEmpty()) {
            return "SELECT *" + from;
        }
        var moments = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var columns = statement.executeQuery("DESCRIBE SELECT *" + from)) {
            while (columns.next()) {
                String name = columns.getString(1);
                Matcher lists = WALL_CLOCKS.matcher(columns.getString(2));
                if (int96.contains(name) && lists.matches() && !isWallClock(name)) {
                    String quoted = Sql.identifier(name);
                    moments.add("CAST(" + quoted + " AS TIMESTAMPTZ" + lists.group(1) + ") AS " + quoted);
                }
            }
        }
        return "SELECT *" + (moments.isEmpty() ? "" : " REPLACE (" + String.join(", ", moments) + ")") + from;
    }

    private boolean isWallClock(String column) {
        DataType type = shape.schema().find(column).map(Column::type).orElse(Primitive.TIMESTAMP);
        while (type instanceof DataType.Array array) {
            type = array.element();
        }
        return type == Primitive.TIMESTAMP_NTZ;
    }

    private FailureException tooLarge() {
        return new Failure.TooLarge("sluice.limits.decoded-bytes", limits.decodedBytes(), "bytes").asException();
    }

    /// How many rows may become vectors at a time. A value that many rows share takes place once in the file, and
    /// in each row of a vector: a file of a few kilobytes could fill the memory with one batch.
    private int batchRows(DuckDBConnection connection, String source) throws SQLException, IOException {
        var weight = new RowWeight(columns(connection, source));
        long heaviest = weight.fixedBytes() + (weight.varies() ? heaviest(connection, source, weight) : 0);
        long batchBytes = Math.min(MOST_BATCH_BYTES, duckDb.allocator().getLimit() / PARTS);
        int most = weight.isWhole() ? BATCH_ROWS : FEW_ROWS;
        return Math.clamp(batchBytes / Math.max(1, heaviest), 1, most);
    }

    /// The columns of the file, which are those of the table: nothing is measured that would not be taken.
    private List<Field> columns(DuckDBConnection connection, String source) throws SQLException, IOException {
        try (var statement = connection.createStatement();
                var result = (DuckDBResultSet) statement.executeQuery(source + " LIMIT 0");
                var reader = (ArrowReader) result.arrowExportStream(duckDb.allocator(), BATCH_ROWS)) {
            rows.requireColumns(new Reading(reader));
            return reader.getVectorSchemaRoot().getSchema().getFields();
        }
    }

    /// Bytes of the heaviest row, as far as rows differ.
    private long heaviest(DuckDBConnection connection, String source, RowWeight weight) throws SQLException {
        long most = limits.decodedBytes();
        try (var statement = connection.createStatement();
                var result =
                        statement.executeQuery("SELECT CAST(least(coalesce(max(texts + elements), 0), " + (most + 1)
                                + ") AS BIGINT), coalesce(sum(texts), 0) > " + most + " FROM (SELECT " + weight.texts()
                                + " AS texts, " + weight.elements() + " AS elements FROM (" + source + "))")) {
            result.next();
            if (result.getBoolean(2) || result.getLong(1) > most) {
                throw tooLarge();
            }
            return result.getLong(1);
        }
    }

    private void read(DuckDBConnection connection, String source, RowSink sink) throws SQLException, IOException {
        int batchRows = batchRows(connection, source);
        try (var statement = connection.createStatement();
                var result = (DuckDBResultSet) statement.executeQuery(source);
                var reader = (ArrowReader) result.arrowExportStream(duckDb.allocator(), batchRows)) {
            rows.read(new Reading(reader), sink);
        }
    }

    /// Tells a file that breaks while it is read from everything else.
    private record Reading(ArrowReader reader) implements VectorBatches {

        @Override
        public VectorSchemaRoot root() throws IOException {
            return reader.getVectorSchemaRoot();
        }

        @Override
        public Map<Long, Dictionary> dictionaries() throws IOException {
            return reader.getDictionaryVectors();
        }

        @Override
        public boolean next() {
            try {
                return reader.loadNextBatch();
            } catch (OutOfMemoryException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                throw new UnreadableException(e);
            }
        }
    }
}
