package io.sluice.compute.change;

import io.sluice.compute.scan.Sql;
import io.sluice.compute.scan.SqlType;
import io.sluice.table.Column;
import java.util.List;
import java.util.stream.Collectors;

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

    /// `SELECT` of the table's columns with their new values, [ScanRelation#FILE] and the row's identity, for all
    /// rows of [#TOUCHED] that are updated.
    String updated(ScanRelation scan);

    /// `SELECT` of the table's columns for the rows that are inserted.
    String inserted(ScanRelation scan);

    /// @param arrived rows of a source, whatever became of them
    record Arrivals(long arrived, long inserted, long dropped) {
        static final Arrivals NONE = new Arrivals(0, 0, 0);
    }

    /// What became of a source's rows; asked after [#touch].
    Arrivals arrivals(Statements statements) throws Exception;

    /// Nothing, in the shape of [#updated] or, without identity, of [#inserted].
    static String nothing(List<Column> columns) {
        return columns.stream()
                .map(column -> "NULL::" + SqlType.logical(column.type()) + " AS " + Sql.identifier(column.name()))
                .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
    }
}
