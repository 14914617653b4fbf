package io.sluice.compute.change;

import io.sluice.compute.DuckDb;
import io.sluice.compute.Filter;
import io.sluice.compute.Question;
import io.sluice.compute.Question.AnswerColumn;
import io.sluice.compute.Scan;
import io.sluice.compute.ScanFaults;
import io.sluice.compute.WorkTime;
import io.sluice.compute.scan.FileSchemas;
import io.sluice.compute.scan.Footers;
import io.sluice.compute.scan.QuestionSql;
import io.sluice.table.Column;
import io.sluice.table.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;

/// Reads keys of rows from data files, and where the rows lie.
public final class KeyReader {

    private static final int BATCH_ROWS = 8192;

    private final DuckDb duckDb;
    private final ScanFaults faults;
    private final Footers footers = new Footers();
    private final FileSchemas schemas = new FileSchemas();

    public KeyReader(DuckDb duckDb) {
        this.duckDb = duckDb;
        this.faults = new ScanFaults(duckDb);
    }

    /// Takes rows.
    @FunctionalInterface
    public interface Visitor {

        /// @param file its number in the scan
        /// @param row from 0 in the file
        /// @param key empty where a part of it is null
        void row(int file, long row, Optional<List<Object>> key);
    }

    /// All rows of the scan.
    ///
    /// @param scan files without deleted rows
    /// @throws io.sluice.table.FailureException `table-corrupt`, `query-timeout`, `overloaded`
    /// @throws java.nio.file.NoSuchFileException when a data file is gone
    public void all(Scan scan, List<Column> columns, WorkTime time, Visitor visitor) throws Exception {
        read(scan, columns, List.of(), time, visitor);
    }

    /// The rows that have one of these keys.
    ///
    /// @throws Exception as [#all]
    public void withKeys(Scan scan, RowKeys keys, WorkTime time, Visitor visitor) throws Exception {
        read(scan, keys.columns(), List.of(keys.filter()), time, (file, row, key) -> {
            if (key.filter(keys::contains).isPresent()) {
                visitor.row(file, row, key);
            }
        });
    }

    private void read(Scan scan, List<Column> columns, List<Filter> filters, WorkTime time, Visitor visitor)
            throws Exception {
        var question = new Question(
                scan,
                columns.stream().map(AnswerColumn::of).toList(),
                filters,
                List.of(),
                OptionalLong.empty(),
                Optional.empty());
        var sql = new QuestionSql(question, QuestionSql.Paging.NEXT_PAGE);
        try {
            boolean done = duckDb.call(DuckDb.Purpose.LOOK_UP, time, connection -> {
                read(connection, sql, columns.size(), visitor);
                return true;
            });
            if (!done) {
                throw new IllegalStateException("the call returned nothing");
            }
        } catch (SQLException e) {
            throw faults.explain(scan, e, new Failure.Internal());
        }
    }

    private void read(DuckDBConnection connection, QuestionSql asked, int columns, Visitor visitor)
            throws SQLException {
        QuestionSql sql = asked.prepared(footers, connection);
        List<Path> files = sql.scan().paths();
        boolean asInFiles = sql.isLookUp() && schemas.match(connection, files, sql.columnsInFiles());
        String select = (asInFiles ? sql.asInFiles() : sql).select();
        try (BufferAllocator allocator = duckDb.allocator().newChildAllocator("keys", 0, Long.MAX_VALUE);
                var statement = connection.createStatement();
                var result = (DuckDBResultSet) statement.executeQuery(select);
                var reader = (ArrowReader) result.arrowExportStream(allocator, BATCH_ROWS)) {
            while (reader.loadNextBatch()) {
                visit(reader.getVectorSchemaRoot(), columns, visitor);
            }
        } catch (IOException | IllegalStateException e) {
            throw new SQLException("the result broke off", e);
        }
    }

    private static void visit(VectorSchemaRoot rows, int columns, Visitor visitor) {
        var files = (BigIntVector) rows.getVector(columns);
        var numbers = (BigIntVector) rows.getVector(columns + 1);
        for (int row = 0; row < rows.getRowCount(); row++) {
            visitor.row((int) files.get(row), numbers.get(row), RowKeys.of(rows, columns, row));
        }
    }
}
