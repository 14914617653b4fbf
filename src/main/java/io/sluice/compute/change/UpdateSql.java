package io.sluice.compute.change;

import io.sluice.compute.RowExpression;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import java.util.Optional;
import java.util.stream.Collectors;

/// Rows that satisfy a condition get new values.
record UpdateSql(RowChange.Update change) implements ChangeSql {

    @Override
    public void touch(ScanRelation scan, Statements statements) throws Exception {
        statements.run("CREATE TEMP TABLE " + TOUCHED + " AS SELECT *, " + UPDATED + "::TINYINT AS " + KIND + " FROM ("
                + scan.select(scan.columns()) + ") WHERE " + change.where().sql());
    }

    @Override
    public String updated(ScanRelation scan) {
        return scan.columns().stream()
                .map(column ->
                        value(column).orElse(Sql.identifier(column.name())) + " AS " + Sql.identifier(column.name()))
                .collect(Collectors.joining(
                        ", ", "SELECT ", ", " + ScanRelation.FILE + scan.idNames() + " FROM " + TOUCHED));
    }

    private Optional<String> value(Column column) {
        return change.set().stream()
                .filter(assignment -> assignment.column().name().equalsIgnoreCase(column.name()))
                .map(RowChange.Assignment::value)
                .map(RowExpression::sql)
                .findFirst();
    }

    @Override
    public String inserted(ScanRelation scan) {
        return ChangeSql.nothing(scan.columns());
    }

    @Override
    public Arrivals arrivals(Statements statements) {
        return Arrivals.NONE;
    }
}
