package io.sluice.compute.change;

import io.sluice.compute.RowRules;
import io.sluice.compute.change.ChangedRows.WithoutMatch;
import io.sluice.table.Column;
import java.util.List;

/// A kind of change as statements: which rows it touches, and what becomes of them.
///
/// [#touch] makes the relation [#TOUCHED]: the table's columns as they were (those that later statements read),
/// [ScanRelation#FILE], [ScanRelation#ROW], the row's identity, and [#KIND]; each row of the table at most once.
sealed interface ChangeSql permits DeleteSql, UpdateSql, MergeSql {

    String TOUCHED = "sluice_touched";
    String KIND = "\"sluice$kind\"";
    int DELETED = 0;
    int UPDATED = 1;

    void touch(ScanRelation scan, Statements statements) throws Exception;

    /// `SELECT` of the table's columns with their new values, [#given] of those that the table may fill,
    /// [ScanRelation#FILE] and the row's identity, for all rows of [#TOUCHED] that are updated.
    String updated(ScanRelation scan, RowRules rules);

    /// `SELECT` of the table's columns and [#given], for the rows that are inserted.
    String inserted(ScanRelation scan, RowRules rules);

    /// @param arrived rows of a source, whatever became of them
    /// @param dropped rows without a match that a clause left out
    record Arrivals(long arrived, long inserted, long dropped) {
        static final Arrivals NONE = new Arrivals(0, 0, 0);
    }

    /// What became of a source's rows; asked after [#touch].
    Arrivals arrivals(Statements statements) throws Exception;

    /// How many rows change that no row of a source matches; asked after [#touch].
    default WithoutMatch withoutMatch(Statements statements) throws Exception {
        return WithoutMatch.NONE;
    }

    /// What became of the requests of a group; asked after [#touch].
    default List<ChangedRows.Member> members(Statements statements) throws Exception {
        return List.of();
    }

    /// Columns by which new rows are put in order before they are written, so that those of neighbouring keys lie
    /// together as they do in the table; none where they come in the order of the rows that they replace.
    default List<String> order() {
        return List.of();
    }

    /// The name of the column that tells whether a row brings a column's value, where the table may fill it.
    static String given(List<Column> columns, Column column) {
        return "\"sluice$given" + columns.indexOf(column) + "\"";
    }

    /// The columns that the table may fill.
    static List<Column> filled(ScanRelation scan, RowRules rules) {
        return scan.columns().stream().filter(rules::fills).toList();
    }
}
