package io.sluice.compute.filter;

import io.sluice.compute.Filter;
import io.sluice.compute.FilterLimits;
import io.sluice.table.Schema;
import java.util.List;

/// From a client's text to a checked [Filter].
public final class FilterText {

    private FilterText() {}

    /// @throws io.sluice.table.FailureException `bad-filter`
    public static Filter parse(String text, Schema schema, FilterLimits limits) {
        var columns = new Columns(schema);
        Expression condition = Parser.condition(text, columns, limits, new FilterDialect());
        return new Filter(ExpressionSql.of(condition), List.copyOf(columns.used()), ExpressionPredicate.of(condition));
    }
}
