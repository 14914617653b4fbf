package io.sluice.compute;

import io.sluice.compute.capi.ArrowConnection;
import io.sluice.compute.encode.RowEncoder;
import io.sluice.compute.encode.RowEncoders;
import io.sluice.compute.scan.DeletedRowsTable;
import io.sluice.compute.scan.FileSchemas;
import io.sluice.compute.scan.Footers;
import io.sluice.compute.scan.Page;
import io.sluice.compute.scan.QuestionSql;
import io.sluice.compute.scan.QuestionSql.Paging;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.trace.Stages;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;

/// Answers questions to scans: one DuckDB statement, Arrow batches, encoded on the thread that owns their memory.
public final class ScanReader {

    /// A batch that fits into a core's cache is still there when it is written.
    private static final long CELLS_PER_BATCH = 1L << 17;
    private static final long MOST_ROWS_PER_BATCH = 122_880;
    private static final long LEAST_ROWS_PER_BATCH = 2_048;

    private final DuckDb duckDb;
    private final ScanFaults faults;
    private final Footers footers = new Footers();
    private final FileSchemas schemas = new FileSchemas();
    private final Path scratch;

    /// @param scratch a directory that DuckDB may write to
    public ScanReader(DuckDb duckDb, Path scratch) {
        this.duckDb = duckDb;
        this.faults = new ScanFaults(duckDb);
        this.scratch = scratch;
    }

    /// Writes the rows. A JSON answer with a limit is a page: it says where the rows after it begin.
    ///
    /// @throws IOException when `out` does not take the rows (the client has left): the statement is stopped
    /// @throws java.nio.file.NoSuchFileException when a file of the scan is gone
    /// @throws io.sluice.table.FailureException `table-corrupt`, `bad-filter` (a value that the filter cannot be
    ///     computed on), `query-timeout`, `overloaded`, `too-large`, `reader-too-slow`
    public Answer write(Question question, Delivery delivery) throws Exception {
        var paging =
                delivery.format() == RowFormat.JSON && question.limit().isPresent() ? Paging.NEXT_PAGE : Paging.WHOLE;
        var sql = new QuestionSql(question, paging);
        List<Column> columns =
                question.columns().stream().map(Question.AnswerColumn::column).toList();
        long pageBytes = paging == Paging.NEXT_PAGE ? delivery.limit().bytes() : Long.MAX_VALUE;
        var limit = paging == Paging.NEXT_PAGE ? new ByteLimit("", Long.MAX_VALUE) : delivery.limit();
        var out = new ClientOutput(delivery, limit);
        Stages.Origin origin = Stages.here();
        if (delivery.format() == RowFormat.PARQUET) {
            return parquet(origin, question, sql, delivery.time(), out);
        }
        Reading<Answer> encoding = reader ->
                encoded(reader, columns, delivery.format(), out, new Page(question, columns.size(), paging), pageBytes);
        return faults.explained(
                question,
                () -> out.written() == 0,
                () -> isStream(question, sql)
                        ? duckDb.stream(
                                delivery.time(),
                                connection -> streamed(origin, connection, sql, columns.size(), encoding))
                        : duckDb.call(
                                purpose(question, sql),
                                delivery.time(),
                                connection ->
                                        run(origin, connection, sql, QuestionSql::select, columns.size(), encoding)));
    }

    private static Answer encoded(
            ArrowReader reader, List<Column> columns, RowFormat format, ClientOutput out, Page page, long pageBytes)
            throws Exception {
        try (RowEncoder encoder = RowEncoders.of(format, columns, out)) {
            encoder.begin(reader.getVectorSchemaRoot());
            while (page.wantsMore() && advance(reader)) {
                VectorSchemaRoot batch = reader.getVectorSchemaRoot();
                if (out.written() >= pageBytes) {
                    page.endBefore(batch);
                    break;
                }
                encoder.write(batch, page.take(batch));
            }
            encoder.finish();
            return page.answer();
        }
    }

    /// A Parquet file ends with its footer, so it is made as a whole and then sent: by then DuckDB works for
    /// others.
    private Answer parquet(Stages.Origin origin, Question question, QuestionSql sql, WorkTime time, OutputStream out)
            throws Exception {
        Files.createDirectories(scratch);
        Path file = Files.createTempFile(scratch, "answer", ".parquet");
        try {
            long rows = faults.explained(
                    question,
                    () -> true,
                    () -> duckDb.call(
                            sql.isSorted() ? DuckDb.Purpose.SORT : DuckDb.Purpose.QUERY,
                            time,
                            connection -> origin.run("scan", () -> copied(connection, sql, file))));
            return origin.run("encode", () -> {
                Files.copy(file, out);
                return new Answer(rows, Optional.empty());
            });
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /// @return how many rows are in the file
    private long copied(DuckDBConnection connection, QuestionSql asked, Path file) throws SQLException {
        QuestionSql sql = asked.prepared(footers, connection);
        try (var allocator = child();
                var deleted = new DeletedRowsTable(connection, sql.scan(), allocator);
                var statement = connection.createStatement()) {
            return statement.executeLargeUpdate(
                    "COPY (" + sql.select() + ") TO " + Sql.literal(file.toString()) + " (FORMAT parquet)");
        }
    }

    /// How many rows satisfy the question's filters.
    ///
    /// @throws Exception as [#write]
    public long count(Question question, WorkTime time) throws Exception {
        var sql = new QuestionSql(question, Paging.WHOLE);
        Stages.Origin origin = Stages.here();
        return faults.explained(
                question,
                () -> true,
                () -> duckDb.call(
                        purpose(sql),
                        time,
                        connection -> run(origin, connection, sql, QuestionSql::count, 1, ScanReader::sum)));
    }

    /// An error of DuckDB in the middle of its stream, which Arrow dresses up as one of I/O, undressed.
    private static boolean advance(ArrowReader reader) throws SQLException {
        try {
            return reader.loadNextBatch();
        } catch (IOException | IllegalStateException e) {
            throw e.getCause() instanceof SQLException known ? known : new SQLException("the result broke off", e);
        }
    }

    private static long sum(ArrowReader reader) throws SQLException, IOException {
        long sum = 0;
        while (advance(reader)) {
            VectorSchemaRoot root = reader.getVectorSchemaRoot();
            for (int i = 0; i < root.getRowCount(); i++) {
                sum += ((BigIntVector) root.getVector(0)).get(i);
            }
        }
        return sum;
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read(ArrowReader reader) throws Exception;
    }

    private <T> T run(
            Stages.Origin origin,
            DuckDBConnection connection,
            QuestionSql asked,
            Function<QuestionSql, String> text,
            int columns,
            Reading<T> reading)
            throws Exception {
        QuestionSql sql = asked.prepared(footers, connection);
        List<Path> files = sql.scan().paths();
        boolean asInFiles =
                !files.isEmpty() && sql.isLookUp() && schemas.match(connection, files, sql.columnsInFiles());
        String select = text.apply(asInFiles ? sql.asInFiles() : sql);
        try (var allocator = child();
                var deleted = new DeletedRowsTable(connection, sql.scan(), allocator);
                var statement = connection.createStatement();
                var result = (DuckDBResultSet) origin.run("scan", () -> statement.executeQuery(select));
                var reader = (ArrowReader) result.arrowExportStream(allocator, batchRows(columns))) {
            return origin.run("encode", () -> reading.read(reader));
        }
    }

    private <T> T streamed(
            Stages.Origin origin, ArrowConnection connection, QuestionSql sql, int columns, Reading<T> reading)
            throws Exception {
        try (var allocator = child()) {
            footers.check(connection, sql.scan().paths(), allocator);
            try (var reader = origin.run("scan", () -> connection.query(sql.select(), allocator, batchRows(columns)))) {
                return origin.run("encode", () -> reading.read(reader));
            }
        }
    }

    private static long batchRows(int columns) {
        return Math.clamp(CELLS_PER_BATCH / Math.max(1, columns), LEAST_ROWS_PER_BATCH, MOST_ROWS_PER_BATCH);
    }

    /// Whether DuckDB's own threads make the batches: a look-up is too short for that, a sort needs more memory,
    /// deleted rows are a relation that only the driver makes, and for structs it looks into the files first.
    private static boolean isStream(Question question, QuestionSql sql) {
        return !question.isShort()
                && !sql.isSorted()
                && !sql.scan().joinsDeletedRows()
                && !sql.isLookUp()
                && !sql.takesStructs();
    }

    private static DuckDb.Purpose purpose(Question question, QuestionSql sql) {
        if (question.isShort()) {
            return purpose(sql);
        }
        return sql.isSorted() ? DuckDb.Purpose.SORT : DuckDb.Purpose.QUERY;
    }

    private static DuckDb.Purpose purpose(QuestionSql sql) {
        return sql.isLookUp() ? DuckDb.Purpose.LOOK_UP : DuckDb.Purpose.QUERY;
    }

    private BufferAllocator child() {
        return duckDb.allocator().newChildAllocator("scan", 0, Long.MAX_VALUE);
    }
}
