package io.sluice.compute.change;

import io.sluice.compute.RowExpression;
import io.sluice.compute.RowRules;
import io.sluice.compute.RowScope;
import io.sluice.compute.scan.Sql;
import io.sluice.compute.scan.SqlType;
import io.sluice.table.Column;
import io.sluice.table.Failure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Rows of the table joined with those of a source, which is the relation `source` of the connection.
///
/// @param feed whether the rows as they were are wanted
record MergeSql(RowChange.Merge change, Making.ChangeFeed feed) implements ChangeSql {

    private static final String PAIRS = "sluice_pairs";
    private static final String ARRIVALS = "sluice_arrivals";
    private static final String CLAUSE = "\"sluice$clause\"";
    private static final String SOURCE_ROW = "\"sluice$source\"";

    @Override
    public void touch(ScanRelation scan, Statements statements) throws Exception {
        List<Column> read = needed(scan);
        statements.run("CREATE TEMP TABLE " + PAIRS + " AS SELECT target.*, source.rowid AS " + SOURCE_ROW + ", "
                + clause(change.matched(), 0) + " AS " + CLAUSE + " FROM (" + scan.select(read)
                + ") AS target JOIN source ON " + change.on().sql());
        String more = change.notMatchedBySource().isEmpty() ? "" : unmatched(scan, read);
        statements.run("CREATE TEMP TABLE " + TOUCHED + " AS SELECT *, " + kind() + " AS " + KIND + " FROM (FROM "
                + PAIRS + more + ") AS target WHERE " + CLAUSE + " IS NOT NULL");
        requireOnce(statements);
        statements.run("CREATE TEMP TABLE " + ARRIVALS + " AS SELECT source.rowid AS " + SOURCE_ROW + ", "
                + arrivalClause() + " AS " + CLAUSE + " FROM source ANTI JOIN " + PAIRS + " AS p ON p." + SOURCE_ROW
                + " = source.rowid");
    }

    /// Rows of the table that no row of the source matches, whatever the clauses did with those that one does.
    private String unmatched(ScanRelation scan, List<Column> read) {
        return " UNION ALL SELECT target.*, NULL::BIGINT, "
                + clause(change.notMatchedBySource(), change.matched().size()) + " FROM (" + scan.select(read)
                + ") AS target ANTI JOIN " + PAIRS + " AS p ON p." + ScanRelation.FILE + " = target."
                + ScanRelation.FILE
                + " AND p." + ScanRelation.ROW + " = target." + ScanRelation.ROW;
    }

    /// The number of the first clause whose condition is true.
    private static String clause(List<RowChange.Matched> clauses, int first) {
        if (clauses.isEmpty()) {
            return "NULL::INTEGER";
        }
        var sql = new StringBuilder("CASE");
        for (int i = 0; i < clauses.size(); i++) {
            sql.append(" WHEN ")
                    .append(condition(clauses.get(i).condition()))
                    .append(" THEN ")
                    .append(first + i);
        }
        return sql.append(" END").toString();
    }

    private String arrivalClause() {
        if (change.notMatched().isEmpty()) {
            return "NULL::INTEGER";
        }
        var sql = new StringBuilder("CASE");
        for (int i = 0; i < change.notMatched().size(); i++) {
            sql.append(" WHEN ")
                    .append(condition(change.notMatched().get(i).condition()))
                    .append(" THEN ")
                    .append(i);
        }
        return sql.append(" END").toString();
    }

    private static String condition(Optional<RowExpression> condition) {
        return condition.map(RowExpression::sql).orElse("true");
    }

    private List<RowChange.Matched> clauses() {
        var all = new ArrayList<>(change.matched());
        all.addAll(change.notMatchedBySource());
        return all;
    }

    private String kind() {
        List<RowChange.Matched> clauses = clauses();
        var updating = new ArrayList<String>();
        for (int i = 0; i < clauses.size(); i++) {
            if (clauses.get(i) instanceof RowChange.Matched.Update) {
                updating.add(Integer.toString(i));
            }
        }
        return updating.isEmpty()
                ? DELETED + "::TINYINT"
                : "(CASE WHEN " + CLAUSE + " IN (" + String.join(", ", updating) + ") THEN " + UPDATED + " ELSE "
                        + DELETED + " END)::TINYINT";
    }

    /// A row that several rows of the source delete is deleted; one that any of them updates cannot be decided.
    private static void requireOnce(Statements statements) throws Exception {
        String position = ScanRelation.FILE + ", " + ScanRelation.ROW;
        Optional<Long> twice = statements.first(
                "SELECT max(" + KIND + ") FROM " + TOUCHED + " GROUP BY " + position
                        + " HAVING count(*) > 1 ORDER BY 1 DESC LIMIT 1",
                row -> row.getLong(1));
        if (twice.isEmpty()) {
            return;
        }
        if (twice.get() == UPDATED) {
            throw new Failure.AmbiguousMerge().asException();
        }
        statements.run("DELETE FROM " + TOUCHED + " WHERE rowid NOT IN (SELECT min(rowid) FROM " + TOUCHED
                + " GROUP BY " + position + ")");
    }

    /// The columns that conditions and new values read; all where the rows as they were are wanted.
    private List<Column> needed(ScanRelation scan) {
        if (feed == Making.ChangeFeed.WRITTEN) {
            return scan.columns();
        }
        Set<String> names = new LinkedHashSet<>();
        collect(change.on(), names);
        for (RowChange.Matched clause : clauses()) {
            clause.condition().ifPresent(condition -> collect(condition, names));
            if (clause instanceof RowChange.Matched.Update update) {
                update.set().forEach(assignment -> MergeSql.collect(assignment.value(), names));
                scan.columns().stream()
                        .map(Column::name)
                        .filter(name -> update.set().stream()
                                .noneMatch(
                                        assignment -> assignment.column().name().equalsIgnoreCase(name)))
                        .map(MergeSql::fold)
                        .forEach(names::add);
            }
        }
        return scan.columns().stream()
                .filter(column -> names.contains(fold(column.name())))
                .toList();
    }

    private static void collect(RowExpression expression, Set<String> names) {
        expression.columns(RowScope.TARGET).forEach(name -> names.add(fold(name)));
    }

    private static String fold(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    @Override
    public String updated(ScanRelation scan, RowRules rules) {
        var select = new ArrayList<String>();
        for (Column column : scan.columns()) {
            select.add(updatedValue(column) + " AS " + Sql.identifier(column.name()));
        }
        for (Column column : ChangeSql.filled(scan, rules)) {
            // A generated column follows the others; no other column of a row that is there is filled.
            String kept = Boolean.toString(!rules.isGenerated(column.name()));
            select.add(byClause("target", updates(column, RowChange.Assignment::given), kept) + " AS "
                    + ChangeSql.given(scan.columns(), column));
        }
        String ids = scan.idNames().isEmpty()
                ? ""
                : ", target." + ScanRelation.ROW_ID + ", target." + ScanRelation.ROW_VERSION;
        return "SELECT " + String.join(", ", select) + ", target." + ScanRelation.FILE + ids + " FROM " + TOUCHED
                + " AS target LEFT JOIN source ON source.rowid = target." + SOURCE_ROW + " WHERE target." + KIND + " = "
                + UPDATED;
    }

    private String updatedValue(Column column) {
        Map<Integer, String> values =
                updates(column, assignment -> assignment.value().sql());
        boolean keeps = values.size()
                < clauses().stream()
                        .filter(RowChange.Matched.Update.class::isInstance)
                        .count();
        String otherwise =
                keeps ? "target." + Sql.identifier(column.name()) : "NULL::" + SqlType.logical(column.type());
        return byClause("target", values, otherwise);
    }

    /// What each updating clause says about the column, where it does, by the clause's number.
    private Map<Integer, String> updates(Column column, Function<RowChange.Assignment, String> part) {
        var values = new LinkedHashMap<Integer, String>();
        List<RowChange.Matched> clauses = clauses();
        for (int i = 0; i < clauses.size(); i++) {
            if (clauses.get(i) instanceof RowChange.Matched.Update update) {
                put(values, i, update.set(), column, part);
            }
        }
        return values;
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

    @Override
    public String inserted(ScanRelation scan, RowRules rules) {
        var select = new ArrayList<String>();
        for (Column column : scan.columns()) {
            String none = "NULL::" + SqlType.logical(column.type());
            select.add(byClause(
                            "arrival",
                            inserts(column, assignment -> assignment.value().sql()),
                            none) + " AS " + Sql.identifier(column.name()));
        }
        for (Column column : ChangeSql.filled(scan, rules)) {
            select.add(byClause("arrival", inserts(column, RowChange.Assignment::given), "false") + " AS "
                    + ChangeSql.given(scan.columns(), column));
        }
        return "SELECT " + String.join(", ", select) + " FROM " + ARRIVALS
                + " AS arrival JOIN source ON source.rowid = arrival." + SOURCE_ROW + " WHERE arrival." + CLAUSE
                + " IN (" + String.join(", ", inserting()) + ")";
    }

    private Map<Integer, String> inserts(Column column, Function<RowChange.Assignment, String> part) {
        var values = new LinkedHashMap<Integer, String>();
        for (int i = 0; i < change.notMatched().size(); i++) {
            int clause = i;
            change.notMatched().get(i).values().ifPresent(set -> put(values, clause, set, column, part));
        }
        return values;
    }

    /// Numbers of the clauses that insert.
    private List<String> inserting() {
        var numbers = new ArrayList<String>();
        for (int i = 0; i < change.notMatched().size(); i++) {
            if (change.notMatched().get(i).values().isPresent()) {
                numbers.add(Integer.toString(i));
            }
        }
        return numbers;
    }

    @Override
    public Arrivals arrivals(Statements statements) throws Exception {
        String inserts = inserting().isEmpty() ? "false" : CLAUSE + " IN (" + String.join(", ", inserting()) + ")";
        long[] counts = statements.numbers("SELECT (SELECT count(*) FROM source), count(*) FILTER (WHERE " + inserts
                + "), count(*) FILTER (WHERE " + CLAUSE + " IS NOT NULL AND NOT (" + inserts + ")) FROM " + ARRIVALS);
        return new Arrivals(counts[0], counts[1], counts[2]);
    }

    @Override
    public List<String> order() {
        return change.on().keys().stream()
                .map(RowExpression.EqualKey::column)
                .distinct()
                .toList();
    }

    @Override
    public List<ChangedRows.Member> members(Statements statements) throws Exception {
        int count = change.source() instanceof RowSource.Batch batch
                ? batch.members().size()
                : 0;
        if (count == 0) {
            return List.of();
        }
        String member = Sql.identifier(SourceTable.MEMBER);
        String inserts = inserting().isEmpty() ? "false" : CLAUSE + " IN (" + String.join(", ", inserting()) + ")";
        String rows = "SELECT " + member + " AS m, 0 AS what FROM source UNION ALL SELECT s." + member + ", 2 + t."
                + KIND
                + " FROM " + TOUCHED + " AS t JOIN source AS s ON s.rowid = t." + SOURCE_ROW + " UNION ALL SELECT s."
                + member + ", CASE WHEN " + inserts + " THEN 1 WHEN " + CLAUSE + " IS NOT NULL THEN 4 END FROM "
                + ARRIVALS + " AS a JOIN source AS s ON s.rowid = a." + SOURCE_ROW;
        long[][] counts = new long[count][5];
        List<long[]> found = statements.list(
                "SELECT m, what, count(*) FROM (" + rows + ") WHERE what IS NOT NULL GROUP BY 1, 2",
                row -> new long[] {row.getLong(1), row.getLong(2), row.getLong(3)});
        found.forEach(each -> counts[(int) each[0]][(int) each[1]] = each[2]);
        return Arrays.stream(counts)
                .map(each -> new ChangedRows.Member(each[0], each[1], each[2 + UPDATED], each[2 + DELETED], each[4]))
                .toList();
    }
}
