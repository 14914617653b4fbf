package io.sluice.compute.filter;

import io.sluice.compute.Filter;
import io.sluice.compute.FilterLimits;
import io.sluice.compute.SparkExpression;
import io.sluice.compute.scan.QuestionSql;
import io.sluice.table.DataType;
import io.sluice.table.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// From a client's text to a checked [Filter], and from a table's to a [SparkExpression].
public final class FilterText {

    private static final FilterLimits OF_TABLES = new FilterLimits(65_536, 2_000, 64);

    private FilterText() {}

    /// @throws io.sluice.table.FailureException `bad-filter`
    public static Filter parse(String text, Schema schema, FilterLimits limits) {
        var columns = new Columns(schema);
        Expression condition = Parser.condition(text, columns, limits, new FilterDialect());
        return new Filter(
                ExpressionSql.ofFilter(condition, QuestionSql::value),
                List.copyOf(columns.used()),
                ExpressionPredicate.of(condition),
                ExpressionPredicate.negated(condition),
                holdsList(condition) ? Filter.RowOrder.LOST : Filter.RowOrder.KEPT);
    }

    private static boolean holdsList(Expression expression) {
        return expression instanceof Expression.In
                || expression.children().stream().anyMatch(FilterText::holdsList);
    }

    /// @throws io.sluice.table.FailureException `bad-filter`, `unsupported-table-feature`
    public static SparkExpression spark(String text, Schema schema, String feature, Optional<Instant> now) {
        var columns = new Columns(schema);
        Expression value = Parser.value(text, columns, OF_TABLES, new SparkDialect(feature, now));
        return new SparkExpression(ExpressionSql.of(value), value.type(), List.copyOf(columns.used()));
    }

    /// SQL that casts a value as Spark does.
    ///
    /// @throws io.sluice.table.FailureException `unsupported-table-feature`
    public static String cast(String sql, DataType from, DataType type, String feature) {
        var value = new Expression.Call(sql.replace("?", "??"), List.of(), from);
        return ExpressionSql.of(SparkCasts.cast(new SparkDialect(feature, Optional.empty()), value, type));
    }

    /// Whether Spark puts values of one type into columns of the other by itself.
    public static boolean isAssignable(DataType from, DataType type) {
        return from.equals(type)
                || Types.isNumeric(from) && Types.isNumeric(type)
                || Types.isTime(from) && Types.isTime(type);
    }
}
