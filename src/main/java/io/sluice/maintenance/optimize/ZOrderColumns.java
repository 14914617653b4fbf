package io.sluice.maintenance.optimize;

import io.sluice.answer.ColumnPath;
import io.sluice.compute.FileLayout;
import io.sluice.datafile.TableLayout;
import io.sluice.delta.Clustering;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import java.util.ArrayList;
import java.util.List;

/// The columns of `zOrderBy`, checked against a table: they have an order and statistics, so that an order by them
/// skips files.
final class ZOrderColumns {

    private static final int MOST_COLUMNS = 16;

    private ZOrderColumns() {}

    /// @return paths of logical names
    /// @throws io.sluice.table.FailureException `bad-parameter`
    static List<List<String>> of(TableSnapshot snapshot, List<String> names) {
        if (names.isEmpty()) {
            return List.of();
        }
        List<String> clustering = Clustering.names(snapshot);
        if (!clustering.isEmpty()) {
            throw bad("the table is clustered by " + String.join(", ", clustering)
                    + ", which an optimize without zOrderBy orders it by; cluster-by changes or ends that");
        }
        if (names.size() > MOST_COLUMNS) {
            throw bad("it names more than " + MOST_COLUMNS + " columns");
        }
        FileLayout layout = TableLayout.of(snapshot);
        var paths = new ArrayList<List<String>>();
        for (String name : names) {
            ColumnPath column = ColumnPath.parse(name, snapshot.schema(), "zOrderBy");
            requireOrder(name, column.type());
            List<String> path = column.path();
            if (paths.contains(path)) {
                throw bad(name + " is named twice");
            }
            boolean partition =
                    snapshot.metadata().partitionColumns().stream().anyMatch(path.getFirst()::equalsIgnoreCase);
            if (partition) {
                throw bad(name + " is a partition column: all rows of a file have the same value");
            }
            if (!layout.hasStatistics(path)) {
                throw bad(name + " has no statistics, so an order by it would skip no file; see"
                        + " delta.dataSkippingStatsColumns and delta.dataSkippingNumIndexedCols");
            }
            paths.add(path);
        }
        return paths;
    }

    private static void requireOrder(String name, DataType type) {
        boolean ordered = switch (type) {
            case DataType.Primitive primitive ->
                primitive != DataType.Primitive.VARIANT && primitive != DataType.Primitive.VOID;
            case DataType.Decimal _ -> true;
            case DataType.Array _, DataType.Map _, DataType.Struct _ -> false;
        };
        if (!ordered) {
            throw bad(name + " is of a type without an order");
        }
    }

    private static RuntimeException bad(String reason) {
        return new Failure.BadParameter("zOrderBy", reason).asException();
    }
}
