package io.sluice.compute.change;

import io.sluice.compute.RowExpression;
import io.sluice.compute.RowRules;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import java.util.ArrayList;
import java.util.Optional;

/// Rows that satisfy a condition get new values.
record UpdateSql(RowChange.Update change) implements ChangeSql {

    @Override
    public void touch(ScanRelation scan, Statements statements) throws Exception {
        statements.run("CREATE TEMP TABLE " + TOUCHED + " AS SELECT *, " + UPDATED + "::TINYINT AS " + KIND + " FROM ("
                + scan.select(scan.columns()) + ") WHERE " + change.where().sql());
    }

    @Override
    public String updated(ScanRelation scan, RowRules rules) {
        var select = new ArrayList<String>();
        for (Column column : scan.columns()) {
            select.add(value(column).orElse(Sql.identifier(column.name())) + " AS " + Sql.identifier(column.name()));
        }
        for (Column column : ChangeSql.filled(scan, rules)) {
            // A generated column follows the others; no other column of a row that is there is filled.
            boolean given = !rules.isGenerated(column.name()) || value(column).isPresent();
            select.add(given + " AS " + ChangeSql.given(scan.columns(), column));
        }
        return "SELECT " + String.join(", ", select) + ", " + ScanRelation.FILE + scan.idNames() + " FROM " + TOUCHED;
    }

    private Optional<String> value(Column column) {
        return change.set().stream()
                .filter(assignment -> assignment.column().name().equalsIgnoreCase(column.name()))
                .map(RowChange.Assignment::value)
                .map(RowExpression::sql)
                .findFirst();
    }

    @Override
    public String inserted(ScanRelation scan, RowRules rules) {
        throw new IllegalStateException("an update inserts nothing");
    }

    @Override
    public Arrivals arrivals(Statements statements) {
        return Arrivals.NONE;
    }
}
