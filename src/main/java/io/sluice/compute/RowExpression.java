package io.sluice.compute;

import io.sluice.compute.filter.ExpressionText;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Predicate;
import java.util.List;

/// A checked expression over the rows of a [RowScope].
///
/// @param sql in DuckDB's dialect, written from the checked tree and never from the client's text; of a merge over
///     the relations `target` and `source`
/// @param type of its value
/// @param paths of the values that it reads, from the scope's names down
/// @param predicate for skipping files, over the table's columns: true wherever the expression is
/// @param keys of a merge's condition: what it says about equal values on both sides
public record RowExpression(
        String sql, DataType type, List<List<String>> paths, Predicate predicate, List<EqualKey> keys) {

    public RowExpression {
        paths = List.copyOf(paths);
        keys = List.copyOf(keys);
    }

    /// Wherever the condition is true, this column of the target equals the source's value.
    ///
    /// @param column of the target, top-level
    /// @param sourceSql of the value, over the relation `source`
    public record EqualKey(String column, DataType type, String sourceSql) {}

    /// A condition in the language of filters.
    ///
    /// @throws io.sluice.table.FailureException `bad-filter`
    public static RowExpression condition(String text, RowScope scope, FilterLimits limits) {
        return ExpressionText.condition(text, scope, limits);
    }

    /// A value for a column of this type: as Spark stores values, so numbers are checked for overflow, and
    /// decimals rounded to the column's scale; a fraction is no integer, and text becomes no other type by itself.
    ///
    /// @throws io.sluice.table.FailureException `bad-filter`
    public static RowExpression value(String text, RowScope scope, DataType type, FilterLimits limits) {
        return ExpressionText.value(text, scope, type, limits);
    }

    /// A column of one side of a merge, as a value for a column of this type.
    ///
    /// @throws io.sluice.table.FailureException `bad-sql` when such values do not go into the column
    public static RowExpression stored(Column column, String side, DataType type) {
        return ExpressionText.stored(column, side, type);
    }

    /// Null, as a value for a column of this type.
    public static RowExpression none(DataType type) {
        return new RowExpression("NULL", type, List.of(), new Predicate.Anything(), List.of());
    }

    /// The top-level columns of one side that it reads; of a table's own where the scope has no sides.
    public List<String> columns(String side) {
        return paths.stream()
                .filter(path -> path.size() > 1 && path.getFirst().equals(side))
                .map(path -> path.get(1))
                .distinct()
                .toList();
    }
}
