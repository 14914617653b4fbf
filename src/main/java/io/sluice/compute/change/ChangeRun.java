package io.sluice.compute.change;

import io.sluice.compute.FileLayout;
import io.sluice.compute.Scan;
import io.sluice.compute.WrittenFile;
import io.sluice.compute.change.ChangedRows.Counts;
import io.sluice.compute.change.ChangedRows.Touched;
import io.sluice.compute.parquet.StatisticsPlan;
import io.sluice.compute.scan.FieldNames;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Schema;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One change on one scan: touch, check, write.
final class ChangeRun {

    /// Rows beyond which a set of new rows is written by all threads, into files of the target size.
    private static final long MANY_ROWS = 200_000;

    private final Statements statements;
    private final ScanRelation scan;
    private final ChangeSql change;
    private final Making making;
    private final Target.FileFacts facts;
    private @Nullable NewRows rows;

    ChangeRun(Statements statements, Scan scan, ChangeSql change, Making making, Target.FileFacts facts) {
        this.statements = statements;
        this.scan = new ScanRelation(scan, making.rowIds(), facts);
        this.change = change;
        this.making = making;
        this.facts = facts;
    }

    /// Finds the rows. What goes wrong here is the fault of conditions.
    void find() throws Exception {
        scan.open(statements);
        change.touch(scan, statements);
    }

    /// Makes and writes what becomes of them. What goes wrong here is the fault of values.
    ChangedRows write(long scanMillis) throws Exception {
        long begun = System.nanoTime();
        ChangeSql.Arrivals arrivals = change.arrivals(statements);
        List<FileCount> files = countByFile();
        long updated = files.stream().mapToLong(FileCount::updated).sum();
        long deleted =
                files.stream().mapToLong(file -> file.rows() - file.updated()).sum();
        rows = new NewRows(statements, scan, change, making, updated, arrivals.inserted());
        rows.make();
        List<Touched> touched = switch (making.files()) {
            case KEPT -> kept(files);
            case COPIED -> copied(files, updated);
        };
        long copies = switch (making.files()) {
            case KEPT -> 0;
            case COPIED ->
                touched.stream()
                        .filter(file -> !file.copies().isEmpty())
                        .mapToLong(Touched::left)
                        .sum();
        };
        long moved = making.files() == Making.Files.KEPT ? updated : 0;
        List<WrittenFile> added = added(moved, arrivals.inserted());
        List<WrittenFile> changes = changes(touched, updated, arrivals.inserted());
        var counts = new Counts(
                arrivals.arrived(),
                arrivals.inserted(),
                updated,
                deleted,
                copies,
                arrivals.dropped(),
                change.withoutMatch(statements));
        return new ChangedRows(
                touched,
                added,
                Optional.empty(),
                changes,
                counts,
                change.members(statements),
                made().handedOut(),
                scanMillis,
                (System.nanoTime() - begun) / 1_000_000);
    }

    /// @param rows that change in the file
    /// @param updated of those
    private record FileCount(int file, long rows, long updated, long left) {}

    private List<FileCount> countByFile() throws SQLException {
        List<long[]> counts = statements.list(
                "SELECT " + ScanRelation.FILE + ", count(*), count(*) FILTER (WHERE " + ChangeSql.KIND + " = "
                        + ChangeSql.UPDATED + ") FROM " + ChangeSql.TOUCHED + " GROUP BY 1 ORDER BY 1",
                row -> new long[] {row.getLong(1), row.getLong(2), row.getLong(3)});
        var files = new ArrayList<FileCount>();
        for (long[] count : counts) {
            int file = (int) count[0];
            long live = facts.liveRows()[file] >= 0 ? facts.liveRows()[file] : liveRows(file);
            files.add(new FileCount(file, count[1], count[2], live - count[1]));
        }
        return files;
    }

    private long liveRows(int file) throws SQLException {
        return statements
                .numbers("SELECT count(*) FROM (" + scan.select(List.of()) + ") WHERE " + ScanRelation.FILE + " = "
                        + file)[0];
    }

    private NewRows made() {
        return Objects.requireNonNull(rows, "nothing was made yet");
    }

    private static String names(List<Column> columns) {
        return columns.stream().map(column -> Sql.identifier(column.name())).collect(Collectors.joining(", "));
    }

    private List<Touched> kept(List<FileCount> files) throws SQLException, IOException {
        List<Integer> partly = files.stream()
                .filter(file -> file.left() > 0)
                .map(FileCount::file)
                .toList();
        var rows = new RowNumbers(files);
        if (!partly.isEmpty()) {
            String condition = partly.size() == files.size()
                    ? ""
                    : " WHERE " + ScanRelation.FILE + " IN ("
                            + partly.stream().map(String::valueOf).collect(Collectors.joining(", ")) + ")";
            statements.pairs(
                    "SELECT " + ScanRelation.FILE + ", " + ScanRelation.ROW + " FROM " + ChangeSql.TOUCHED + condition
                            + " ORDER BY 1, 2",
                    rows);
        }
        return files.stream()
                .map(file -> new Touched(file.file(), rows.of(file), file.left(), List.of()))
                .toList();
    }

    /// Row numbers as they come, sorted by file and number.
    private static final class RowNumbers implements Statements.PairSink {

        private final Map<Long, Numbers> files = new HashMap<>();

        private static final class Numbers {
            private final long[] rows;
            private int filled;

            Numbers(int count) {
                this.rows = new long[count];
            }
        }

        RowNumbers(List<FileCount> counts) {
            counts.stream()
                    .filter(file -> file.left() > 0)
                    .forEach(file -> files.put((long) file.file(), new Numbers(Math.toIntExact(file.rows()))));
        }

        @Override
        public void accept(long file, long row) {
            Numbers numbers = files.get(file);
            if (numbers != null) {
                numbers.rows[numbers.filled++] = row;
            }
        }

        long[] of(FileCount file) {
            Numbers numbers = files.get((long) file.file());
            return numbers == null ? new long[0] : numbers.rows;
        }
    }

    private List<Touched> copied(List<FileCount> files, long updated) throws Exception {
        var touched = new ArrayList<Touched>();
        for (FileCount file : files) {
            List<WrittenFile> copies = file.left() + file.updated() > 0 ? copy(file, updated) : List.<WrittenFile>of();
            touched.add(new Touched(file.file(), new long[0], file.left(), copies));
        }
        return touched;
    }

    private List<WrittenFile> copy(FileCount file, long updated) throws Exception {
        ScanRelation one = scan.only(file.file());
        one.open(statements);
        String ids = one.idNames();
        String stay = "SELECT " + names(scan.columns()) + ids + " FROM (" + one.select(scan.columns())
                + ") AS t ANTI JOIN (SELECT " + ScanRelation.ROW + " AS gone FROM " + ChangeSql.TOUCHED + " WHERE "
                + ScanRelation.FILE + " = " + file.file() + ") AS g ON g.gone = t." + ScanRelation.ROW;
        String rows = updated == 0 || file.updated() == 0
                ? stay
                : stay + " UNION ALL SELECT " + names(scan.columns()) + freshVersion(ids) + " FROM (" + made().updated()
                        + ") WHERE " + ScanRelation.FILE + " = " + file.file();
        return few(rows, ids);
    }

    /// A row that was updated has the version of the commit that did it.
    private static String freshVersion(String ids) {
        return ids.isEmpty() ? "" : ", " + ScanRelation.ROW_ID + ", NULL::BIGINT AS " + ScanRelation.ROW_VERSION;
    }

    private List<WrittenFile> few(String rows, String ids) throws SQLException, IOException {
        return statements.writeFew("(" + physical(rows, ids) + ")", layout(ids), making.directory());
    }

    private List<WrittenFile> added(long moved, long inserted) throws SQLException, IOException {
        if (moved + inserted == 0) {
            return List.of();
        }
        String ids = moved > 0 ? scan.idNames() : "";
        String from = moved == 0 ? made().inserted() : made().all();
        String rows = "SELECT " + names(scan.columns()) + freshVersion(ids) + " FROM (" + from + ")" + inOrder();
        return moved + inserted > MANY_ROWS
                ? statements.writeMany("(" + physical(rows, ids) + ")", layout(ids), making.directory())
                : few(rows, ids);
    }

    private String inOrder() {
        return change.order().isEmpty()
                ? ""
                : change.order().stream().map(Sql::identifier).collect(Collectors.joining(", ", " ORDER BY ", ""));
    }

    /// The rows with the names that data files have.
    private String physical(String rows, String ids) {
        String columns = scan.columns().stream()
                .map(column -> FieldNames.physical(Sql.identifier(column.name()), column.type()) + " AS "
                        + Sql.identifier(column.physicalName()))
                .collect(Collectors.joining(", "));
        String identity = ids.isEmpty()
                ? ""
                : making.rowIds()
                        .map(names -> ", " + ScanRelation.ROW_ID + " AS " + Sql.identifier(names.rowId()) + ", "
                                + ScanRelation.ROW_VERSION + " AS " + Sql.identifier(names.rowCommitVersion()))
                        .orElse("");
        return "SELECT " + columns + identity + " FROM (" + rows + ")";
    }

    private FileLayout layout(String ids) {
        FileLayout layout = making.layout();
        if (ids.isEmpty() || making.rowIds().isEmpty()) {
            return layout;
        }
        var names = making.rowIds().get();
        return with(
                layout,
                layout.statistics(),
                new Column(names.rowId(), DataType.Primitive.LONG),
                new Column(names.rowCommitVersion(), DataType.Primitive.LONG));
    }

    private static FileLayout with(FileLayout layout, StatisticsPlan statistics, Column... more) {
        var columns = new ArrayList<>(layout.schema().columns());
        columns.addAll(List.of(more));
        return new FileLayout(
                new Schema(columns),
                layout.partitionColumns(),
                layout.fieldIds(),
                layout.targetFileBytes(),
                statistics);
    }

    /// Files of the change data feed (Delta protocol, "Add CDC File"): all changes of the commit, or none where
    /// readers can tell them from files that come and go as a whole.
    private List<WrittenFile> changes(List<Touched> touched, long updated, long inserted)
            throws SQLException, IOException {
        boolean wholeFiles = updated == 0 && touched.stream().allMatch(file -> file.left() == 0);
        if (making.changeFeed() == Making.ChangeFeed.NONE || wholeFiles) {
            return List.of();
        }
        String columns = names(scan.columns());
        var parts = new ArrayList<String>();
        String touchedRows = " FROM " + ChangeSql.TOUCHED + " WHERE " + ChangeSql.KIND + " = ";
        parts.add("SELECT " + columns + ", 'delete' AS " + ChangeFiles.CHANGE_TYPE + touchedRows + ChangeSql.DELETED);
        if (updated > 0) {
            parts.add("SELECT " + columns + ", 'update_preimage'" + touchedRows + ChangeSql.UPDATED);
            parts.add("SELECT " + columns + ", 'update_postimage' FROM (" + made().updated() + ")");
        }
        if (inserted > 0) {
            parts.add("SELECT " + columns + ", 'insert' FROM (" + made().inserted() + ")");
        }
        return ChangeFiles.write(statements, scan.columns(), String.join(" UNION ALL ", parts), making);
    }
}
