package io.sluice.compute.change;

import io.sluice.compute.RowExpression;
import io.sluice.compute.RowRules;
import io.sluice.compute.RowScope;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.table.Failure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Rows of the table joined with those of a source, which is the relation `source` of the connection.
///
/// @param feed whether the rows as they were are wanted
record MergeSql(RowChange.Merge change, Making.ChangeFeed feed, MergeClauses clauses) implements ChangeSql {

    MergeSql(RowChange.Merge change, Making.ChangeFeed feed) {
        this(change, feed, new MergeClauses(change));
    }

    private static final String PAIRS = "sluice_pairs";
    private static final String ARRIVALS = "sluice_arrivals";
    private static final String SOURCE_ROW = "\"sluice$source\"";

    @Override
    public void touch(ScanRelation scan, Statements statements) throws Exception {
        List<Column> read = needed(scan);
        statements.run("CREATE TEMP TABLE " + PAIRS + " AS SELECT target.*, source." + SourceTable.NUMBER + " AS "
                + SOURCE_ROW + ", "
                + clauses.matched() + " AS " + MergeClauses.CLAUSE + " FROM (" + scan.select(read)
                + ") AS target JOIN source ON " + change.on().sql());
        String more = change.notMatchedBySource().isEmpty() ? "" : unmatched(scan, read);
        statements.run("CREATE TEMP TABLE " + TOUCHED + " AS SELECT *, " + clauses.kind() + " AS " + KIND
                + " FROM (FROM " + PAIRS + more + ") AS target WHERE " + MergeClauses.CLAUSE + " IS NOT NULL");
        requireOnce(statements);
        statements.run(
                "CREATE TEMP TABLE " + ARRIVALS + " AS SELECT source." + SourceTable.NUMBER + " AS " + SOURCE_ROW + ", "
                        + clauses.notMatched() + " AS " + MergeClauses.CLAUSE + " FROM source ANTI JOIN " + PAIRS
                        + " AS p ON p." + SOURCE_ROW
                        + " = source." + SourceTable.NUMBER);
    }

    /// Rows of the table that no row of the source matches, whatever the clauses did with those that one does.
    private String unmatched(ScanRelation scan, List<Column> read) {
        return " UNION ALL SELECT target.*, NULL::BIGINT, "
                + clauses.notMatchedBySource() + " FROM (" + scan.select(read)
                + ") AS target ANTI JOIN " + PAIRS + " AS p ON p." + ScanRelation.FILE + " = target."
                + ScanRelation.FILE
                + " AND p." + ScanRelation.ROW + " = target." + ScanRelation.ROW;
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
        String matched = " WHERE " + SOURCE_ROW + " IS NOT NULL";
        statements.run("DELETE FROM " + TOUCHED + matched + " AND (" + position + ", " + SOURCE_ROW
                + ") NOT IN (SELECT (" + position + ", min(" + SOURCE_ROW + ")) FROM " + TOUCHED + matched
                + " GROUP BY "
                + position + ")");
    }

    /// The columns that conditions and new values read; all where the rows as they were are wanted.
    private List<Column> needed(ScanRelation scan) {
        if (feed == Making.ChangeFeed.WRITTEN) {
            return scan.columns();
        }
        Set<String> names = new LinkedHashSet<>();
        collect(change.on(), names);
        for (RowChange.Matched clause : clauses.ofTable()) {
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
            select.add(clauses.updated(column) + " AS " + Sql.identifier(column.name()));
        }
        for (Column column : ChangeSql.filled(scan, rules)) {
            // A generated column follows the others; no other column of a row that is there is filled.
            String kept = Boolean.toString(!rules.isGenerated(column.name()));
            select.add(clauses.updatedGiven(column, kept) + " AS " + ChangeSql.given(scan.columns(), column));
        }
        String ids = scan.idNames().isEmpty()
                ? ""
                : ", target." + ScanRelation.ROW_ID + ", target." + ScanRelation.ROW_VERSION;
        return "SELECT " + String.join(", ", select) + ", target." + ScanRelation.FILE + ids + " FROM " + TOUCHED
                + " AS target LEFT JOIN source ON source." + SourceTable.NUMBER + " = target." + SOURCE_ROW
                + " WHERE target." + KIND + " = "
                + UPDATED;
    }

    @Override
    public String inserted(ScanRelation scan, RowRules rules) {
        var select = new ArrayList<String>();
        for (Column column : scan.columns()) {
            select.add(clauses.inserted(column) + " AS " + Sql.identifier(column.name()));
        }
        for (Column column : ChangeSql.filled(scan, rules)) {
            select.add(clauses.insertedGiven(column) + " AS " + ChangeSql.given(scan.columns(), column));
        }
        return "SELECT " + String.join(", ", select) + " FROM " + ARRIVALS
                + " AS arrival JOIN source ON source." + SourceTable.NUMBER + " = arrival." + SOURCE_ROW + " WHERE "
                + clauses.inserts();
    }

    @Override
    public Arrivals arrivals(Statements statements) throws Exception {
        String inserts = clauses.inserts();
        long[] counts = statements.numbers(
                "SELECT (SELECT count(*) FROM source), count(*) FILTER (WHERE " + inserts + "), count(*) FILTER (WHERE "
                        + MergeClauses.CLAUSE + " IS NOT NULL AND NOT (" + inserts + ")) FROM " + ARRIVALS);
        return new Arrivals(counts[0], counts[1], counts[2]);
    }

    @Override
    public ChangedRows.WithoutMatch withoutMatch(Statements statements) throws Exception {
        if (change.notMatchedBySource().isEmpty()) {
            return ChangedRows.WithoutMatch.NONE;
        }
        long[] counts = statements.numbers("SELECT count(*) FILTER (WHERE " + KIND + " = " + UPDATED
                + "), count(*) FILTER (WHERE " + KIND + " = " + DELETED + ") FROM " + TOUCHED + " WHERE " + SOURCE_ROW
                + " IS NULL");
        return new ChangedRows.WithoutMatch(counts[0], counts[1]);
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
        String inserts = clauses.inserts();
        String rows = "SELECT " + member + " AS m, 0 AS what FROM source UNION ALL SELECT s." + member + ", 2 + t."
                + KIND
                + " FROM " + TOUCHED + " AS t JOIN source AS s ON s." + SourceTable.NUMBER + " = t." + SOURCE_ROW
                + " UNION ALL SELECT s."
                + member + ", CASE WHEN " + inserts + " THEN 1 WHEN " + MergeClauses.CLAUSE
                + " IS NOT NULL THEN 4 END FROM "
                + ARRIVALS + " AS a JOIN source AS s ON s." + SourceTable.NUMBER + " = a." + SOURCE_ROW;
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
