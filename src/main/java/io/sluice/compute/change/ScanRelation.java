package io.sluice.compute.change;

import io.sluice.compute.Scan;
import io.sluice.compute.scan.ScanSql;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The rows of a scan with where they lie, and with their ids where the table tracks rows.
final class ScanRelation {

    /// Names of columns beside the table's own.
    static final String FILE = "\"sluice$file\"";

    static final String ROW = "\"sluice$row\"";
    static final String ROW_ID = "\"sluice$id\"";
    static final String ROW_VERSION = "\"sluice$version\"";

    private final Scan scan;
    private final ScanSql sql;
    private final Optional<Making.RowIdColumns> ids;
    private final Target.FileFacts facts;

    ScanRelation(Scan scan, Optional<Making.RowIdColumns> ids, Target.FileFacts facts) {
        this.scan = ids.isPresent() ? byName(scan) : scan;
        this.sql = new ScanSql(this.scan);
        this.ids = ids;
        this.facts = facts;
    }

    /// The columns of row ids have no field id, and one scan finds all columns in one way. Where columns have
    /// field ids their names in the files are the physical ones too (Delta protocol, "Column Mapping").
    private static Scan byName(Scan scan) {
        return new Scan(
                scan.schema(),
                scan.partitionColumns(),
                Scan.Binding.PHYSICAL_NAME,
                scan.files(),
                scan.ordering(),
                scan.typesInFiles());
    }

    Scan scan() {
        return scan;
    }

    ScanSql sql() {
        return sql;
    }

    /// The table's columns.
    List<Column> columns() {
        return scan.schema().columns();
    }

    /// One file of it, whose number becomes 0.
    ScanRelation only(int file) {
        return new ScanRelation(
                new Scan(
                        scan.schema(),
                        scan.partitionColumns(),
                        scan.binding(),
                        List.of(scan.files().get(file)),
                        scan.ordering(),
                        scan.typesInFiles()),
                ids,
                new Target.FileFacts(
                        new long[] {facts.liveRows()[file]},
                        new long[] {facts.firstRowIds()[file]},
                        new long[] {facts.rowVersions()[file]}));
    }

    /// `SELECT` of these columns under their logical names, [#FILE], [#ROW], and what [#idNames] names.
    String select(List<Column> columns) {
        var read = new ArrayList<>(columns);
        ids.ifPresent(names -> {
            read.add(new Column(names.rowId(), DataType.Primitive.LONG));
            read.add(new Column(names.rowCommitVersion(), DataType.Primitive.LONG));
        });
        String own = columns.stream()
                .map(column -> Sql.identifier(column.name()) + ", ")
                .collect(Collectors.joining());
        String file = Sql.identifier(sql.fileColumn());
        String row = Sql.identifier(sql.rowColumn());
        String select = "SELECT " + own + file + " AS " + FILE + ", " + row + " AS " + ROW
                + ids.map(names -> ", coalesce(" + Sql.identifier(names.rowId()) + ", "
                                + constant(facts.firstRowIds(), file) + " + " + row + ") AS " + ROW_ID
                                + ", coalesce(" + Sql.identifier(names.rowCommitVersion()) + ", "
                                + constant(facts.rowVersions(), file) + ") AS " + ROW_VERSION)
                        .orElse("");
        return select + " FROM (" + sql.selectWhole(read) + ")";
    }

    /// Names of the columns that keep a row's identity, with a comma in front; empty where nothing does.
    String idNames() {
        return ids.isPresent() ? ", " + ROW_ID + ", " + ROW_VERSION : "";
    }

    private static String constant(long[] values, String index) {
        long[] distinct = Arrays.stream(values).distinct().toArray();
        if (distinct.length == 1) {
            return text(distinct[0]);
        }
        return Arrays.stream(values).mapToObj(ScanRelation::text).collect(Collectors.joining(", ", "[", "]")) + "["
                + index + " + 1]";
    }

    private static String text(long value) {
        return value < 0 ? "NULL::BIGINT" : value + "::BIGINT";
    }

    /// Makes what the statements of this scan join, where they do; they may then run any number of times.
    void open(Statements statements) throws Exception {
        statements.deletedRows(sql);
    }
}
