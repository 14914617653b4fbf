package io.sluice.compute.change;

import io.sluice.compute.RowExpression;
import io.sluice.compute.scan.Sql;
import io.sluice.compute.scan.SqlType;
import io.sluice.table.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The clauses of a merge as parts of statements. Those for rows of the table have one row of numbers: first the
/// clauses for rows with a match, then those for rows without; those for rows of the source have their own.
record MergeClauses(RowChange.Merge change) {

    /// The column with the number of the clause that decides about a row; null where none does.
    static final String CLAUSE = "\"sluice$clause\"";

    private static final String NONE = "NULL::INTEGER";

    /// The clause that decides about a row of the table that a row of the source matches.
    String matched() {
        return first(change.matched().stream().map(RowChange.Matched::condition).toList(), 0);
    }

    /// The clause that decides about a row of the table that none matches.
    String notMatchedBySource() {
        return first(
                change.notMatchedBySource().stream()
                        .map(RowChange.Matched::condition)
                        .toList(),
                change.matched().size());
    }

    /// The clause that decides about a row of the source without a match.
    String notMatched() {
        return first(
                change.notMatched().stream().map(RowChange.Insert::condition).toList(), 0);
    }

    private static String first(List<Optional<RowExpression>> conditions, int number) {
        if (conditions.isEmpty()) {
            return NONE;
        }
        var sql = new StringBuilder("CASE");
        for (int i = 0; i < conditions.size(); i++) {
            sql.append(" WHEN ")
                    .append(conditions.get(i).map(RowExpression::sql).orElse("true"))
                    .append(" THEN ")
                    .append(number + i);
        }
        return sql.append(" END").toString();
    }

    /// All that decide about rows of the table, by their numbers.
    List<RowChange.Matched> ofTable() {
        var all = new ArrayList<>(change.matched());
        all.addAll(change.notMatchedBySource());
        return all;
    }

    /// Whether a row is updated or deleted, by [#CLAUSE].
    String kind() {
        List<RowChange.Matched> clauses = ofTable();
        var updating = new ArrayList<String>();
        for (int i = 0; i < clauses.size(); i++) {
            if (clauses.get(i) instanceof RowChange.Matched.Update) {
                updating.add(Integer.toString(i));
            }
        }
        return updating.isEmpty()
                ? ChangeSql.DELETED + "::TINYINT"
                : "(CASE WHEN " + CLAUSE + " IN (" + String.join(", ", updating) + ") THEN " + ChangeSql.UPDATED
                        + " ELSE " + ChangeSql.DELETED + " END)::TINYINT";
    }

    /// What a column of an updated row becomes.
    String updated(Column column) {
        Map<Integer, String> values =
                updates(column, assignment -> assignment.value().sql());
        boolean keeps = values.size()
                < ofTable().stream()
                        .filter(RowChange.Matched.Update.class::isInstance)
                        .count();
        String otherwise =
                keeps ? "target." + Sql.identifier(column.name()) : "NULL::" + SqlType.logical(column.type());
        return byClause("target", values, otherwise);
    }

    /// Whether an updated row brings the column's value.
    String updatedGiven(Column column, String otherwise) {
        return byClause("target", updates(column, RowChange.Assignment::given), otherwise);
    }

    private Map<Integer, String> updates(Column column, Function<RowChange.Assignment, String> part) {
        var values = new LinkedHashMap<Integer, String>();
        List<RowChange.Matched> clauses = ofTable();
        for (int i = 0; i < clauses.size(); i++) {
            if (clauses.get(i) instanceof RowChange.Matched.Update update) {
                put(values, i, update.set(), column, part);
            }
        }
        return values;
    }

    /// What a column of an inserted row is.
    String inserted(Column column) {
        return byClause(
                "arrival",
                inserts(column, assignment -> assignment.value().sql()),
                "NULL::" + SqlType.logical(column.type()));
    }

    /// Whether an inserted row brings the column's value.
    String insertedGiven(Column column) {
        return byClause("arrival", inserts(column, RowChange.Assignment::given), "false");
    }

    private Map<Integer, String> inserts(Column column, Function<RowChange.Assignment, String> part) {
        var values = new LinkedHashMap<Integer, String>();
        for (int i = 0; i < change.notMatched().size(); i++) {
            int clause = i;
            change.notMatched().get(i).values().ifPresent(set -> put(values, clause, set, column, part));
        }
        return values;
    }

    /// Whether a row of the source without a match is inserted, by [#CLAUSE].
    String inserts() {
        var numbers = new ArrayList<Integer>();
        for (int i = 0; i < change.notMatched().size(); i++) {
            if (change.notMatched().get(i).values().isPresent()) {
                numbers.add(i);
            }
        }
        return numbers.isEmpty()
                ? "false"
                : CLAUSE + numbers.stream().map(String::valueOf).collect(Collectors.joining(", ", " IN (", ")"));
    }

    private static void put(
            Map<Integer, String> values,
            int clause,
            List<RowChange.Assignment> set,
            Column column,
            Function<RowChange.Assignment, String> part) {
        set.stream()
                .filter(assignment -> assignment.column().name().equalsIgnoreCase(column.name()))
                .findFirst()
                .ifPresent(assignment -> values.put(clause, part.apply(assignment)));
    }

    private static String byClause(String relation, Map<Integer, String> values, String otherwise) {
        if (values.isEmpty()) {
            return otherwise;
        }
        var sql = new StringBuilder("CASE " + relation + "." + CLAUSE);
        values.forEach((clause, value) ->
                sql.append(" WHEN ").append(clause).append(" THEN ").append(value));
        return sql.append(" ELSE ").append(otherwise).append(" END").toString();
    }
}
