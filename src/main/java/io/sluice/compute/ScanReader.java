package io.sluice.compute;

import io.sluice.compute.Question.Position;
import io.sluice.compute.encode.RowEncoder;
import io.sluice.compute.encode.RowEncoders;
import io.sluice.compute.scan.DeletedRows;
import io.sluice.compute.scan.QuestionSql;
import io.sluice.compute.scan.ScanSql;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;

/// Answers questions to scans: one DuckDB statement, Arrow batches, encoded on the thread that owns their memory.
public final class ScanReader {

    private static final long BATCH_ROWS = 65_536;

    private final DuckDb duckDb;

    public ScanReader(DuckDb duckDb) {
        this.duckDb = duckDb;
    }

    /// Writes the rows. With a limit, says where the rows after them begin.
    ///
    /// @throws IOException when `out` does not take the rows (the client has left): the statement is stopped
    public Answer write(Question question, RowFormat format, OutputStream out, WorkTime time) throws Exception {
        var wanted = question.limit();
        Question oneMore = wanted.isPresent() ? withLimit(question, wanted.getAsLong() + 1) : question;
        var sql = new QuestionSql(oneMore);
        var columns = question.columns().stream()
                .map(Question.AnswerColumn::column)
                .toList();
        return duckDb.call(DuckDb.Purpose.QUERY, time, connection -> {
            RowEncoder encoder = RowEncoders.of(format, columns, new UntimedOutput(out, time));
            return run(connection, sql, sql.select(), reader -> {
                var page = new Page(question, columns.size(), sql.tellsPosition());
                while (page.wantsMore() && reader.loadNextBatch()) {
                    VectorSchemaRoot batch = reader.getVectorSchemaRoot();
                    encoder.write(batch, page.take(batch));
                }
                encoder.finish();
                return page.answer();
            });
        });
    }

    /// How many rows satisfy the question's filters.
    public long count(Question question, WorkTime time) throws Exception {
        var sql = new QuestionSql(question);
        return duckDb.call(
                DuckDb.Purpose.QUERY,
                time,
                connection -> run(connection, sql, sql.count(), reader -> {
                    long count = 0;
                    while (reader.loadNextBatch()) {
                        VectorSchemaRoot root = reader.getVectorSchemaRoot();
                        if (root.getRowCount() > 0) {
                            count += ((BigIntVector) root.getVector(0)).get(0);
                        }
                    }
                    return count;
                }));
    }

    private static Question withLimit(Question question, long limit) {
        return new Question(
                question.scan(),
                question.columns(),
                question.filters(),
                question.orderBy(),
                OptionalLong.of(limit),
                question.start());
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read(ArrowReader reader) throws Exception;
    }

    private <T> T run(DuckDBConnection connection, QuestionSql sql, String select, Reading<T> reading)
            throws Exception {
        try (var allocator = duckDb.allocator().newChildAllocator("scan", 0, Long.MAX_VALUE);
                var deleted = ArrowArrayStream.allocateNew(allocator)) {
            if (sql.scan().joinsDeletedRows()) {
                export(allocator, sql.scan(), deleted);
                connection.registerArrowStream(ScanSql.DELETED_ROWS, deleted);
            }
            try (var statement = connection.createStatement();
                    var result = (DuckDBResultSet) statement.executeQuery(select);
                    var reader = (ArrowReader) result.arrowExportStream(allocator, BATCH_ROWS)) {
                return reading.read(reader);
            }
        }
    }

    private static void export(BufferAllocator allocator, ScanSql scan, ArrowArrayStream into) {
        List<long[]> rows = scan.files().subList(scan.firstWithDeletedRows(), scan.files().size()).stream()
                .map(file -> file.deletedRows().orElseGet(() -> new long[0]))
                .toList();
        Data.exportArrayStream(allocator, new DeletedRows(allocator, rows), into);
    }

    /// Counts rows against the limit; asked for one more than it, the statement tells whether there is a next page.
    private static final class Page {

        private final long limit;
        private final int columns;
        private final boolean tellsPosition;
        private final long offset;
        private long seen;
        private Optional<Position> next = Optional.empty();

        Page(Question question, int columns, boolean tellsPosition) {
            this.limit = question.limit().orElse(Long.MAX_VALUE);
            this.columns = columns;
            this.tellsPosition = tellsPosition;
            this.offset = question.start().orElse(null) instanceof Position.Offset start ? start.rows() : 0;
        }

        boolean wantsMore() {
            return next.isEmpty();
        }

        /// How many rows of the batch belong to the answer.
        int take(VectorSchemaRoot batch) {
            int rows = (int) Math.min(batch.getRowCount(), limit - seen);
            seen += rows;
            if (rows < batch.getRowCount()) {
                next = Optional.of(
                        tellsPosition
                                ? new Position.Row(
                                        (int) ((BigIntVector) batch.getVector(columns)).get(rows),
                                        ((BigIntVector) batch.getVector(columns + 1)).get(rows))
                                : new Position.Offset(offset + limit));
            }
            return rows;
        }

        Answer answer() {
            return new Answer(seen, next);
        }
    }
}
