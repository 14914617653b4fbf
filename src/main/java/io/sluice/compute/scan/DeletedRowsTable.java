package io.sluice.compute.scan;

import io.sluice.compute.Scan;
import java.util.List;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.duckdb.DuckDBConnection;

/// The deleted rows of a scan as a relation of its connection, where its statement joins one.
public final class DeletedRowsTable implements AutoCloseable {

    private final ArrowArrayStream stream;

    /// The relation can be read by one statement.
    public DeletedRowsTable(DuckDBConnection connection, ScanSql scan, BufferAllocator allocator) {
        this(connection, scan, allocator, ScanSql.DELETED_ROWS);
    }

    /// @param name of the relation
    public DeletedRowsTable(DuckDBConnection connection, ScanSql scan, BufferAllocator allocator, String name) {
        this.stream = ArrowArrayStream.allocateNew(allocator);
        if (scan.joinsDeletedRows()) {
            List<long[]> rows = scan
                    .files()
                    .subList(scan.firstWithDeletedRows(), scan.files().size())
                    .stream()
                    .map(Scan.File::listedRows)
                    .map(deleted -> deleted.orElseGet(() -> new long[0]))
                    .toList();
            Data.exportArrayStream(allocator, new DeletedRows(allocator, rows), stream);
            connection.registerArrowStream(name, stream);
        }
    }

    @Override
    public void close() {
        stream.close();
    }
}
