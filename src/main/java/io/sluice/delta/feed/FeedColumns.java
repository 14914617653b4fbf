package io.sluice.delta.feed;

import io.sluice.table.Column;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The columns that a row of the feed has after those of the table (Delta protocol, "Reader Requirements for
/// AddCDCFile").
public final class FeedColumns {

    /// `insert`, `update_preimage`, `update_postimage` or `delete`.
    public static final String CHANGE_TYPE = "_change_type";

    public static final String COMMIT_VERSION = "_commit_version";
    public static final String COMMIT_TIMESTAMP = "_commit_timestamp";

    static final String INSERT = "insert";
    static final String DELETE = "delete";

    private static final List<Column> COLUMNS = List.of(
            new Column(CHANGE_TYPE, Primitive.STRING),
            new Column(COMMIT_VERSION, Primitive.LONG),
            new Column(COMMIT_TIMESTAMP, Primitive.TIMESTAMP));

    private FeedColumns() {}

    /// The columns of a feed of a table with these columns.
    ///
    /// @throws io.sluice.table.FailureException `unsupported-table-feature` when the table has a column of such a
    ///     name
    static Schema of(Schema table) {
        var columns = new ArrayList<>(table.columns());
        for (Column column : COLUMNS) {
            if (table.find(column.name()).isPresent()) {
                throw new Failure.UnsupportedTableFeature(
                                List.of("changeDataFeed"),
                                "The table has a column " + column.name() + ", which is a name of the change feed.")
                        .asException();
            }
            columns.add(column);
        }
        return new Schema(columns);
    }

    public static List<String> names() {
        return COLUMNS.stream().map(Column::name).toList();
    }

    /// What all rows of a file have in common: its partition values and where the change stands.
    ///
    /// @param type null where each row says it by itself: then it is not told here, not even as a null
    static Map<String, @Nullable String> values(
            Map<String, @Nullable String> partitionValues, @Nullable String type, long version, Instant timestamp) {
        Map<String, @Nullable String> values = new LinkedHashMap<>(partitionValues);
        if (type != null) {
            values.put(CHANGE_TYPE, type);
        }
        values.put(COMMIT_VERSION, Long.toString(version));
        values.put(COMMIT_TIMESTAMP, timestamp.truncatedTo(ChronoUnit.MILLIS).toString());
        return values;
    }
}
