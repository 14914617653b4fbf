package io.sluice.compute.change;

import io.sluice.compute.RowRules;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.table.Failure;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The rows that a change makes: updated ones and inserted ones, filled and checked by the table's rules.
final class NewRows {

    private static final String RULED = "sluice_new";
    private static final String UPDATED = "\"sluice$updated\"";
    /// The order of the rows.
    private static final String NUMBER = "\"sluice$number\"";
    private static final String VALUE = "\"sluice$value\"";
    private static final int SHOWN_ROWS = 100;

    private final Statements statements;
    private final ScanRelation scan;
    private final Making making;
    private final String relation;
    private final boolean isRuled;
    private final Map<Integer, Long> handedOut = new HashMap<>();

    /// @param updated how many there are; `inserted` likewise
    NewRows(Statements statements, ScanRelation scan, ChangeSql change, Making making, long updated, long inserted) {
        this.statements = statements;
        this.scan = scan;
        this.making = making;
        boolean none = updated + inserted == 0;
        this.isRuled = !making.tableRules().isEmpty() && !none;
        this.relation = none ? "" : both(change, updated, inserted);
    }

    private String both(ChangeSql change, long updated, long inserted) {
        RowRules rules = making.tableRules();
        var columns = new ArrayList<String>();
        scan.columns().forEach(column -> columns.add(Sql.identifier(column.name())));
        ChangeSql.filled(scan, rules).forEach(column -> columns.add(ChangeSql.given(scan.columns(), column)));
        String names = String.join(", ", columns);
        boolean ids = !scan.idNames().isEmpty();
        var parts = new ArrayList<String>();
        if (updated > 0) {
            parts.add("SELECT " + names + ", " + ScanRelation.FILE + (ids ? ", " + ScanRelation.ROW_ID : "")
                    + ", true AS " + UPDATED + " FROM (" + change.updated(scan, rules) + ")");
        }
        if (inserted > 0) {
            parts.add("SELECT " + names + ", NULL::BIGINT AS " + ScanRelation.FILE
                    + (ids ? ", NULL::BIGINT AS " + ScanRelation.ROW_ID : "") + ", false AS " + UPDATED + " FROM ("
                    + change.inserted(scan, rules) + ")");
        }
        return "(" + String.join(" UNION ALL ", parts) + ")";
    }

    /// Fills and checks them.
    ///
    /// @throws io.sluice.table.FailureException `constraint-violated`
    void make() throws SQLException, IOException {
        if (relation.isEmpty()) {
            return;
        }
        if (isRuled) {
            RowRules rules = making.tableRules();
            var kept = new ArrayList<>(List.of(ScanRelation.FILE, UPDATED));
            if (!scan.idNames().isEmpty()) {
                kept.add(ScanRelation.ROW_ID);
            }
            String number = making.nextValues().isEmpty() ? "" : ", row_number() OVER () AS " + NUMBER;
            statements.run("CREATE TEMP TABLE " + RULED + " AS SELECT *" + number + " FROM ("
                    + rules.select(relation, column -> ChangeSql.given(scan.columns(), column), kept) + ")");
            requireRules(rules);
            for (Making.NextValues next : making.nextValues()) {
                handOut(next);
            }
        }
        requireRules();
    }

    /// Values of an identity column for inserted rows that did not bring one.
    private void handOut(Making.NextValues next) throws SQLException {
        String column = Sql.identifier(next.column());
        String wanting = " FROM " + RULED + " WHERE NOT " + UPDATED + " AND " + column + " IS NULL";
        long count = statements.numbers("SELECT count(*)" + wanting)[0];
        if (count > 0) {
            statements.run("UPDATE " + RULED + " SET " + column + " = next." + VALUE + " FROM (SELECT " + NUMBER + ", "
                    + next.first() + " + " + next.step() + " * (row_number() OVER (ORDER BY " + NUMBER + ") - 1) AS "
                    + VALUE + wanting + ") AS next WHERE " + RULED + "." + NUMBER + " = next." + NUMBER);
            handedOut.put(next.index(), count);
        }
    }

    /// How many values were handed out, by the columns' places among the table's.
    Map<Integer, Long> handedOut() {
        return Map.copyOf(handedOut);
    }

    private String relation() {
        return isRuled ? RULED : relation;
    }

    private void requireRules(RowRules rules) throws SQLException, IOException {
        String violated = Sql.identifier(RowRules.VIOLATED);
        Optional<Long> first = statements.first(
                "SELECT min(" + violated + ") FROM " + RULED + " HAVING min(" + violated + ") IS NOT NULL",
                row -> row.getLong(1));
        if (first.isPresent()) {
            RowRules.Rule rule = rules.rules().get(first.get().intValue());
            String where = rule.column().isEmpty() ? "a row " : rule.column() + " ";
            throw violated(rule.constraint(), where + rule.reason(), violated + " = " + first.get());
        }
    }

    private void requireRules() throws SQLException, IOException {
        if (making.rules().isEmpty()) {
            return;
        }
        var broken = new StringBuilder("CASE");
        for (int i = 0; i < making.rules().size(); i++) {
            broken.append(" WHEN (")
                    .append(making.rules().get(i).sql())
                    .append(") IS FALSE THEN ")
                    .append(i);
        }
        broken.append(" END");
        Optional<Long> first = statements.first(
                "SELECT min(" + broken + ") FROM " + relation() + " HAVING min(" + broken + ") IS NOT NULL",
                row -> row.getLong(1));
        if (first.isPresent()) {
            RowRule rule = making.rules().get(first.get().intValue());
            throw violated(rule.name(), rule.reason(), "(" + rule.sql() + ") IS FALSE");
        }
    }

    private RuntimeException violated(String constraint, String reason, String where) throws SQLException, IOException {
        List<Map<String, Object>> shown =
                statements.shown(relation() + " WHERE " + where + " LIMIT " + SHOWN_ROWS, scan.columns());
        return new Failure.ConstraintViolated(constraint, reason, shown).asException();
    }

    /// `SELECT` of the table's columns, [ScanRelation#FILE] and, where the table tracks rows,
    /// [ScanRelation#ROW_ID].
    String updated() {
        return select("WHERE " + UPDATED);
    }

    String inserted() {
        return select("WHERE NOT " + UPDATED);
    }

    String all() {
        return select("");
    }

    private String select(String where) {
        String columns =
                scan.columns().stream().map(Column::name).map(Sql::identifier).collect(Collectors.joining(", "));
        String id = scan.idNames().isEmpty() ? "" : ", " + ScanRelation.ROW_ID;
        return "SELECT " + columns + ", " + ScanRelation.FILE + id + " FROM " + relation() + " " + where;
    }
}
