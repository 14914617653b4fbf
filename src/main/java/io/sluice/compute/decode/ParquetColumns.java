package io.sluice.compute.decode;

import io.sluice.compute.scan.Sql;
import io.sluice.table.Failure;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.duckdb.DuckDBConnection;

/// What the schema of a Parquet file says that DuckDB's columns do not.
final class ParquetColumns {

    /// A column of the file.
    ///
    /// @param hasInt96 whether values in it are of this physical type
    record OfFile(String name, boolean hasInt96) {}

    /// The children of a node that are still to come, and the names of those that came.
    private static final class Siblings {

        private final Set<String> names = new HashSet<>();
        private long left;

        Siblings(long count) {
            this.left = count;
        }
    }

    private ParquetColumns() {}

    /// The columns of a file, in its order. Where names are alike or empty DuckDB gives columns other names, and
    /// they could be taken for other columns.
    ///
    /// @throws io.sluice.table.FailureException `malformed-body` for such names
    static List<OfFile> read(DuckDBConnection connection, Path file) throws SQLException {
        var columns = new ArrayList<OfFile>();
        var open = new ArrayDeque<Siblings>();
        // Depth first, from the root on.
        open.push(new Siblings(1));
        try (var statement = connection.createStatement();
                var nodes = statement.executeQuery(
                        "SELECT name, coalesce(num_children, 0), coalesce(type, '') = 'INT96' FROM parquet_schema("
                                + Sql.literal(file.toString()) + ")")) {
            while (!open.isEmpty() && nodes.next()) {
                Siblings siblings = open.element();
                String name = nodes.getString(1);
                if (open.size() > 1) {
                    requireName(name, siblings);
                    boolean isInt96 = nodes.getBoolean(3);
                    if (open.size() == 2) {
                        columns.add(new OfFile(name, isInt96));
                    } else if (isInt96) {
                        columns.add(new OfFile(columns.removeLast().name(), true));
                    }
                }
                siblings.left--;
                open.push(new Siblings(nodes.getLong(2)));
                while (!open.isEmpty() && open.element().left <= 0) {
                    open.pop();
                }
            }
        }
        return columns;
    }

    private static void requireName(String name, Siblings siblings) {
        if (name.isEmpty() || !siblings.names.add(name.toLowerCase(Locale.ROOT))) {
            throw new Failure.MalformedBody("the Parquet file has a column "
                            + (name.isEmpty() ? "without a name" : "twice: " + JsonRows.shown(name)))
                    .asException();
        }
    }
}
