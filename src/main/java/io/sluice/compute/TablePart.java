package io.sluice.compute;

import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Predicate;
import io.sluice.table.Restriction;
import io.sluice.table.Schema;
import io.sluice.table.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The part of a table that a request is kept to: a [Restriction], read against the schema of a version.
///
/// @param visible the columns that may be named
/// @param rows true of the rows that are within; empty for all rows
/// @param condition the same for changes of rows
public record TablePart(Schema visible, Optional<Filter> rows, Optional<RowExpression> condition) {

    private static final Logger LOG = LoggerFactory.getLogger(TablePart.class);

    /// What a row is that its writer could not have read.
    private static final String OUTSIDE = "only rows that the caller's grant reaches to can be written";

    /// All of it.
    public static TablePart whole(Schema schema) {
        return new TablePart(schema, Optional.empty(), Optional.empty());
    }

    /// @throws FailureException `forbidden` when the condition does not fit the schema: nothing is read then
    public static TablePart of(Restriction within, TableName table, Schema schema, FilterLimits limits) {
        if (within.isNone()) {
            return whole(schema);
        }
        try {
            return new TablePart(
                    within.visible(schema),
                    within.rows().map(text -> Filter.parse(text, schema, limits)),
                    within.rows().map(text -> RowExpression.condition(text, new RowScope.Table(schema), limits)));
        } catch (FailureException e) {
            if (e.failure() instanceof Failure.BadFilter(String reason)) {
                LOG.warn("The where of a grant on {} does not fit the table, so it is refused: {}", table, reason);
                throw new Failure.Restricted(table, "The rows of the caller's grant on " + table + " are not defined.")
                        .asException(e);
            }
            throw e;
        }
    }

    /// A filter of the client that is computed for rows within alone: what it makes of others, an error say, is
    /// not told.
    public Filter guarded(Filter filter) {
        return rows.map(within -> new Filter(
                        only(within.sql(), filter.order() == Filter.RowOrder.KEPT ? filter.sql() : apart(filter.sql())),
                        joined(within.columns(), filter.columns()),
                        new Predicate.And(List.of(within.predicate(), filter.predicate())),
                        new Predicate.Anything(),
                        within.order() == Filter.RowOrder.KEPT ? filter.order() : within.order()))
                .orElse(filter);
    }

    /// The same of the condition of a change.
    public RowExpression guarded(RowExpression where) {
        return condition
                .map(within -> new RowExpression(
                        only(within.sql(), apart(where.sql())),
                        DataType.Primitive.BOOLEAN,
                        joined(within.paths(), where.paths()),
                        new Predicate.And(List.of(within.predicate(), where.predicate())),
                        where.keys()))
                .orElse(where);
    }

    /// Rules that refuse rows that would not be within.
    public RowRules ruled(RowRules rules) {
        return condition.map(within -> rules.and("grant", OUTSIDE, within)).orElse(rules);
    }

    /// @param rules of the table
    /// @throws FailureException `forbidden` when rows without the columns that are not visible cannot be written
    public void requireInsertable(RowRules rules, TableName table) {
        boolean isMissed = rules.schema().columns().stream()
                .anyMatch(column -> !column.nullable()
                        && !rules.fills(column)
                        && visible.find(column.name()).isEmpty());
        if (isMissed) {
            throw new Failure.Restricted(
                            table,
                            "New rows of " + table + " need values of columns that the caller's grant leaves out.")
                    .asException();
        }
    }

    private static String only(String within, String wanted) {
        return "CASE WHEN " + within + " THEN " + wanted + " ELSE false END";
    }

    /// In the body of a lambda: of a list of values DuckDB makes a join otherwise, which computes what is looked
    /// for in the list for every row, whatever stands around it.
    private static String apart(String wanted) {
        return "list_extract(list_transform([true], lambda \"sluice$any\": " + wanted + "), 1)";
    }

    private static <T> List<T> joined(List<T> one, List<T> other) {
        var joined = new ArrayList<>(one);
        other.stream().filter(each -> !one.contains(each)).forEach(joined::add);
        return joined;
    }
}
