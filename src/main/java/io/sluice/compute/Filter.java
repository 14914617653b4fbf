package io.sluice.compute;

import io.sluice.compute.filter.FilterText;
import io.sluice.table.Predicate;
import io.sluice.table.Schema;
import java.util.List;

/// A condition on the rows of a table, checked.
///
/// @param sql a boolean DuckDB expression over the logical columns, written from the checked tree and never from the
///     client's text
/// @param columns the top-level columns that it reads, by their names in the schema
/// @param predicate what it says for skipping files: true wherever the filter is true
/// @param refutation true wherever the filter is false; of a row for which neither is true the filter is null
/// @param order what becomes of the order of rows that pass it
public record Filter(String sql, List<String> columns, Predicate predicate, Predicate refutation, RowOrder order) {

    /// What becomes of the order in which rows lie in their files.
    public enum RowOrder {
        KEPT,
        /// DuckDB answers a list of values with a join, after which rows and those of a `LIMIT` are any.
        LOST
    }

    public Filter {
        columns = List.copyOf(columns);
    }

    /// Reads a filter: a SQL condition over one row of the table, in the dialect of Spark.
    ///
    /// Comparisons, `AND`, `OR`, `NOT`, `IS [NOT] NULL`, `IN`, `BETWEEN`, `LIKE`, `RLIKE`, `CASE`, casts between
    /// plain types, arithmetic, and a list of pure functions; columns by name without regard to case, in backticks
    /// or double quotes where the name needs it, fields of structs after a dot. There is nothing else in the
    /// language: no statement, subquery, aggregate, window or setting.
    ///
    /// @throws io.sluice.table.FailureException `bad-filter`
    public static Filter parse(String text, Schema schema, FilterLimits limits) {
        return FilterText.parse(text, schema, limits);
    }
}
