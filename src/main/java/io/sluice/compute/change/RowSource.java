package io.sluice.compute.change;

import io.sluice.compute.RowBatch;
import io.sluice.compute.RowExpression;
import io.sluice.compute.RowScope;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.table.Predicate;
import io.sluice.table.Schema;
import java.util.List;
import java.util.Optional;

/// The rows that a merge brings.
///
/// Columns have the names of the schema; for a column `x` that some rows leave out, and only those, there is a boolean
/// beside it ([#absence]) that says so.
public sealed interface RowSource {

    Schema schema();

    /// @param uniqueBy columns in which no two rows may be equal, nulls excepted; empty where that does not matter
    /// @param duplicates what happens where they are
    /// @param members how many rows each request of a group brings, in the order of the rows; a request whose keys
    ///     one before it has too is left for later. Empty for one request alone
    record Batch(Schema schema, BatchRows rows, List<String> uniqueBy, Duplicates duplicates, List<Integer> members)
            implements RowSource {
        public Batch {
            uniqueBy = List.copyOf(uniqueBy);
            members = List.copyOf(members);
        }

        public Batch(Schema schema, List<RowBatch> rows, List<String> uniqueBy, Duplicates duplicates) {
            this(schema, new BatchRows.Kept(rows), uniqueBy, duplicates, List.of());
        }
    }

    /// Rows of another table, or of another version.
    record Scanned(Schema schema, Scans scans) implements RowSource {}

    /// Files that are kept while they are read.
    interface Scans {
        void read(Target.Work<?> work) throws Exception;
    }

    /// Of rows that share a key.
    enum Duplicates {
        REFUSED,
        FIRST_STAYS,
        LAST_STAYS
    }

    /// What a row that leaves a column out has instead.
    enum Otherwise {
        /// What the table's row has.
        KEPT,
        NULL
    }

    /// A column of the table set to the value of the source's column of the same name; nothing when no row brings
    /// it.
    ///
    /// @throws io.sluice.table.FailureException `bad-sql` when such values do not go into the column
    default Optional<RowChange.Assignment> value(Column column, Otherwise otherwise) {
        int number = number(column.name());
        if (number < 0) {
            return Optional.empty();
        }
        BatchRows.Absence absence = this instanceof Batch batch ? batch.rows().absence(number) : BatchRows.Absence.NONE;
        RowExpression value =
                RowExpression.stored(schema().columns().get(number), RowScope.SOURCE, Constants.plain(column.type()));
        String absent = RowScope.SOURCE + "." + Sql.identifier(absence(number));
        return switch (absence) {
            case ALL -> Optional.empty();
            case NONE -> Optional.of(new RowChange.Assignment(column, value));
            case SOME -> {
                String instead = switch (otherwise) {
                    case KEPT -> RowScope.TARGET + "." + Sql.identifier(column.name());
                    case NULL -> "NULL";
                };
                var kept = new RowExpression(
                        "CASE WHEN " + absent + " THEN " + instead + " ELSE " + value.sql() + " END",
                        column.type(),
                        otherwise == Otherwise.KEPT ? List.of(List.of(RowScope.TARGET, column.name())) : List.of(),
                        new Predicate.Anything(),
                        List.of());
                yield Optional.of(new RowChange.Assignment(column, kept, "NOT " + absent));
            }
        };
    }

    private int number(String name) {
        List<Column> columns = schema().columns();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    /// The name of the column that says whether a row leaves out the column of this number.
    static String absence(int column) {
        return "sluice$absent" + column;
    }
}
