package io.sluice.compute.change;

import io.sluice.compute.RowRules;
import io.sluice.table.Column;
import java.util.List;

/// Rows that satisfy a condition go.
///
/// @param feed whether the rows as they were are wanted
record DeleteSql(RowChange.Delete change, Making.ChangeFeed feed) implements ChangeSql {

    @Override
    public void touch(ScanRelation scan, Statements statements) throws Exception {
        List<Column> read = switch (feed) {
            case WRITTEN -> scan.columns();
            case NONE ->
                scan.columns().stream()
                        .filter(column -> change.where().paths().stream()
                                .anyMatch(path -> path.getFirst().equals(column.name())))
                        .toList();
        };
        String kept = switch (feed) {
            case WRITTEN -> "*";
            case NONE -> ScanRelation.FILE + ", " + ScanRelation.ROW;
        };
        statements.run("CREATE TEMP TABLE " + TOUCHED + " AS SELECT " + kept + ", " + DELETED + "::TINYINT AS " + KIND
                + " FROM (" + scan.select(read) + ") WHERE " + change.where().sql());
    }

    @Override
    public String updated(ScanRelation scan, RowRules rules) {
        throw new IllegalStateException("a delete updates nothing");
    }

    @Override
    public String inserted(ScanRelation scan, RowRules rules) {
        throw new IllegalStateException("a delete inserts nothing");
    }

    @Override
    public Arrivals arrivals(Statements statements) {
        return Arrivals.NONE;
    }
}
