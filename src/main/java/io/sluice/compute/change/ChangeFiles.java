package io.sluice.compute.change;

import io.sluice.compute.FileLayout;
import io.sluice.compute.WrittenFile;
import io.sluice.compute.scan.FieldNames;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Schema;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Files of the change data feed (Delta protocol, "Change Data Files").
final class ChangeFiles {

    static final String CHANGE_TYPE = "_change_type";

    private ChangeFiles() {}

    /// @param rows `SELECT` of the columns under their logical names, and [#CHANGE_TYPE]
    static List<WrittenFile> write(Statements statements, List<Column> columns, String rows, Making making)
            throws SQLException, IOException {
        String physical = columns.stream()
                .map(column -> FieldNames.physical(Sql.identifier(column.name()), column.type()) + " AS "
                        + Sql.identifier(column.physicalName()))
                .collect(Collectors.joining(", "));
        return statements.writeFew(
                "(SELECT " + physical + ", " + CHANGE_TYPE + " FROM (" + rows + "))",
                layout(making.layout()),
                making.directory());
    }

    private static FileLayout layout(FileLayout ofTable) {
        var columns = new ArrayList<>(ofTable.schema().columns());
        columns.add(new Column(CHANGE_TYPE, DataType.Primitive.STRING));
        return new FileLayout(
                new Schema(columns),
                ofTable.partitionColumns(),
                ofTable.fieldIds(),
                ofTable.targetFileBytes(),
                ofTable.statistics());
    }
}
