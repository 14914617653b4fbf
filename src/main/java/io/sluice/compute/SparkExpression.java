package io.sluice.compute;

import io.sluice.compute.filter.FilterText;
import io.sluice.table.DataType;
import io.sluice.table.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// An expression of Spark SQL as it stands in a table (CHECK constraint, invariant, generated column, default),
/// checked and written for DuckDB with Spark's results.
///
/// @param sql a DuckDB expression over the logical columns, written from the checked tree; it fails on a row for which
///     Spark (in ANSI mode) fails
/// @param type of its values; of a null constant `boolean`
/// @param columns the top-level columns that it reads, by their names in the schema
public record SparkExpression(String sql, DataType type, List<String> columns) {

    public SparkExpression {
        columns = List.copyOf(columns);
    }

    /// Reads an expression over one row of a table.
    ///
    /// @param feature the table feature that is named where the expression is outside of what is computed here
    /// @throws io.sluice.table.FailureException `bad-filter` where the text is no expression over the schema,
    ///     `unsupported-table-feature` where it is one that is not computed here
    public static SparkExpression parse(String text, Schema schema, String feature) {
        return FilterText.spark(text, schema, feature, Optional.empty());
    }

    /// Reads an expression without columns, which may ask for the current time.
    ///
    /// @throws io.sluice.table.FailureException as [#parse]
    public static SparkExpression constant(String text, String feature, Instant now) {
        return FilterText.spark(text, new Schema(List.of()), feature, Optional.of(now));
    }

    /// The same, cast to a type as Spark casts; a null constant stays one.
    ///
    /// @throws io.sluice.table.FailureException `unsupported-table-feature` for a cast that is not done here
    public SparkExpression as(DataType wanted, String feature) {
        return sql.equals("NULL")
                ? this
                : new SparkExpression(FilterText.cast(sql, type, wanted, feature), wanted, columns);
    }

    /// Whether its values go into a column of the type without a cast that is written out.
    public boolean fits(DataType wanted) {
        return sql.equals("NULL") || FilterText.isAssignable(type, wanted);
    }
}
