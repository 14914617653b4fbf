package io.sluice.compute.scan;

import io.sluice.compute.Scan;
import io.sluice.compute.capi.ArrowConnection;
import io.sluice.table.Column;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.duckdb.DuckDBConnection;

/// What the footers of a scan's files must say before a statement reads the files.
public final class Footers {

    private final Codecs codecs = new Codecs();
    private final NestedColumns nested = new NestedColumns();

    /// The scan with its columns taken from the files in types that the files can be read as.
    ///
    /// @param paths of the files that are read
    /// @param columns that are read from them
    /// @throws io.sluice.table.FailureException `unsupported-table-feature` for a codec that is not read
    Scan prepared(DuckDBConnection connection, Scan scan, List<Path> paths, List<Column> columns) throws SQLException {
        codecs.check(connection, paths);
        return nested.readable(connection, scan, paths, columns);
    }

    /// What must be seen before files are read of which no struct is taken.
    ///
    /// @throws io.sluice.table.FailureException as [#prepared(DuckDBConnection, Scan, List, List)]
    public void check(ArrowConnection connection, List<Path> paths, BufferAllocator allocator) throws SQLException {
        codecs.check(connection, paths, allocator);
    }

    /// The same for all files and columns.
    public Scan prepared(DuckDBConnection connection, Scan scan) throws SQLException {
        List<Path> paths = scan.files().stream().map(Scan.File::path).toList();
        return prepared(connection, scan, paths, scan.schema().columns());
    }
}
