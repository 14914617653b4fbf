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
    /// @param isMoment its values are of the physical type `INT96`, or lists of such
    /// @param lists levels of lists around the values
    record OfFile(String name, boolean isMoment, int lists) {}

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
                        "SELECT name, coalesce(num_children, 0), coalesce(type, ''), coalesce(converted_type, '')"
                                + " FROM parquet_schema(" + Sql.literal(file.toString()) + ")")) {
            while (!open.isEmpty() && nodes.next()) {
                Siblings siblings = open.element();
                String name = nodes.getString(1);
                if (open.size() > 1) {
                    requireName(name, siblings);
                    add(columns, open.size() - 2, name, nodes.getString(3), nodes.getString(4));
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

    /// @param below levels between the node and its column, 0 for the column itself
    private static void add(List<OfFile> columns, int below, String name, String physical, String logical) {
        boolean isMoment = physical.equals("INT96");
        int lists = logical.equals("LIST") ? 1 : 0;
        if (below == 0) {
            columns.add(new OfFile(name, isMoment, lists));
            return;
        }
        OfFile column = columns.removeLast();
        // A list is a node, a repeated node, and its element.
        boolean isElement = isMoment && below == 2 * column.lists();
        columns.add(new OfFile(column.name(), column.isMoment() || isElement, column.lists() + lists));
    }
}
