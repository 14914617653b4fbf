package io.sluice.compute.scan;

import io.sluice.compute.Scan;
import io.sluice.compute.Scan.Binding;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A [Scan] as one `SELECT` with the columns under their logical names, and where each row lies.
///
/// Columns are bound by physical name or field id through `read_parquet`'s `schema`, which opens no file to bind,
/// fills absent columns with null and widens types; partition columns are constants per file. Files without deleted
/// rows come first: a row's file number counts in [#order].
public final class ScanSql {

    /// Deleted rows up to this many stand in the statement; more of them are joined from [#DELETED_ROWS].
    static final int INLINE_DELETED_ROWS = 64;

    /// The relation (`file`, `row`: both BIGINT) that holds the deleted rows, where [#joinsDeletedRows] says that
    /// one is needed.
    public static final String DELETED_ROWS = "sluice_deleted_rows";

    private static final String FILE = "$file";
    private static final String ROW = "$row";
    private static final String ROW_NUMBER = "file_row_number";

    private final Scan scan;
    private final List<Scan.File> ordered;
    private final int firstFile;
    private final int whole;
    private final String fileColumn;
    private final String rowColumn;
    private final Names names;

    /// How columns are found in the files.
    enum Names {
        /// As [Scan#binding()] says, whatever the files hold.
        BOUND,
        /// By physical name, in files that [FileSchemas] found to hold just these columns.
        AS_IN_FILES
    }

    public ScanSql(Scan scan) {
        this(scan, 0, Names.BOUND);
    }

    /// @param firstFile number of the first file that is read; those before it keep their numbers
    ScanSql(Scan scan, int firstFile, Names names) {
        this.scan = scan;
        this.names = names;
        this.firstFile = firstFile;
        this.ordered = order(scan.files());
        this.whole = (int)
                ordered.stream().takeWhile(file -> file.deletedRows().isEmpty()).count();
        this.fileColumn = free(FILE);
        this.rowColumn = free(ROW);
    }

    /// The files in the order of the scan: those without deleted rows first, otherwise as given.
    public static List<Scan.File> order(List<Scan.File> files) {
        var ordered = new ArrayList<Scan.File>(files.size());
        files.stream().filter(file -> file.deletedRows().isEmpty()).forEach(ordered::add);
        files.stream().filter(file -> file.deletedRows().isPresent()).forEach(ordered::add);
        return ordered;
    }

    /// The files in the order in which rows name them.
    public List<Scan.File> files() {
        return ordered;
    }

    /// Where the files that are read lie.
    public List<Path> paths() {
        return ordered.subList(Math.min(firstFile, ordered.size()), ordered.size()).stream()
                .map(Scan.File::path)
                .toList();
    }

    /// The name of the column with the file's number (BIGINT, from 0); no column of the table has it.
    public String fileColumn() {
        return fileColumn;
    }

    /// The name of the column with the row's number in its file (BIGINT, from 0).
    public String rowColumn() {
        return rowColumn;
    }

    /// Whether the statement reads [#DELETED_ROWS].
    public boolean joinsDeletedRows() {
        return deletedRows() > INLINE_DELETED_ROWS;
    }

    /// The number of the first file whose deleted rows count; [#DELETED_ROWS] numbers files from it.
    public int firstWithDeletedRows() {
        return Math.max(whole, firstFile);
    }

    private long deletedRows() {
        return ordered.subList(firstWithDeletedRows(), ordered.size()).stream()
                .mapToLong(file -> file.deletedRows().map(rows -> rows.length).orElse(0))
                .sum();
    }

    /// `SELECT` of these columns, [#fileColumn] and [#rowColumn].
    public String select(List<Column> columns) {
        return select(columns, FieldNames.Reading.FIELDS);
    }

    String select(List<Column> columns, FieldNames.Reading structs) {
        if (firstFile >= ordered.size()) {
            return nothing(columns);
        }
        var branches = new ArrayList<String>();
        if (firstFile < whole) {
            branches.add(branch(columns, ordered.subList(firstFile, whole), firstFile, "", structs));
        }
        int first = firstWithDeletedRows();
        if (first < ordered.size()) {
            branches.add(branch(columns, ordered.subList(first, ordered.size()), first, keepLiving(), structs));
        }
        return String.join(" UNION ALL ", branches);
    }

    private String nothing(List<Column> columns) {
        return columns.stream()
                .map(column ->
                        "NULL::" + SqlType.logical(column.type()) + " AS " + Sql.identifier(column.name()) + ", ")
                .collect(Collectors.joining(
                        "",
                        "SELECT ",
                        "0::BIGINT AS " + Sql.identifier(fileColumn) + ", 0::BIGINT AS " + Sql.identifier(rowColumn)
                                + " WHERE false"));
    }

    private String branch(
            List<Column> columns, List<Scan.File> files, int firstFile, String where, FieldNames.Reading structs) {
        var select = new ArrayList<String>();
        var bound = new BoundColumns(scan.binding());
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            select.add(value(column, i, files, bound, structs) + " AS " + Sql.identifier(column.name()));
        }
        select.add(fileNumber(files, firstFile) + " AS " + Sql.identifier(fileColumn));
        select.add(ROW_NUMBER + " AS " + Sql.identifier(rowColumn));
        String from = switch (names) {
            case BOUND -> "read_parquet(" + paths(files) + ", schema = " + bound.schema() + ")";
            case AS_IN_FILES -> asInFiles(files);
        };
        return "SELECT " + String.join(", ", select) + " FROM " + from + where;
    }

    private static String asInFiles(List<Scan.File> files) {
        return "read_parquet(" + paths(files) + ", hive_partitioning = false)";
    }

    private static String fileNumber(List<Scan.File> files, int firstFile) {
        return files.size() == 1 ? firstFile + "::BIGINT" : "CAST(file_index AS BIGINT) + " + firstFile;
    }

    /// The files as a relation that has these columns under their logical names by itself, and [Bare#file] and
    /// [Bare#row] for where a row lies: a statement on it is planned faster than one on [#select]. Empty where
    /// rows are deleted, or names or values are not those of the files.
    Optional<Bare> bare(List<Column> columns) {
        boolean alike = columns.stream()
                .allMatch(column -> column.name().equals(column.physicalName()) && !isPartitionColumn(column));
        if (names != Names.AS_IN_FILES || !alike || firstFile >= whole || whole < ordered.size()) {
            return Optional.empty();
        }
        List<Scan.File> files = ordered.subList(firstFile, whole);
        return Optional.of(new Bare(asInFiles(files), fileNumber(files, firstFile), ROW_NUMBER));
    }

    /// @param relation to select from
    /// @param file an expression for the number of a row's file
    /// @param row an expression for a row's number in its file
    record Bare(String relation, String file, String row) {}

    private String value(
            Column column, int number, List<Scan.File> files, BoundColumns bound, FieldNames.Reading structs) {
        if (isPartitionColumn(column)) {
            return partitionValue(column, files);
        }
        if (names == Names.AS_IN_FILES) {
            return Sql.identifier(column.physicalName());
        }
        if (scan.binding() == Binding.FIELD_ID && column.fieldId().isEmpty()) {
            return "NULL::" + SqlType.logical(column.type());
        }
        String name = "c" + number;
        String key = scan.binding() == Binding.FIELD_ID
                ? Integer.toString(column.fieldId().getAsInt())
                : column.physicalName();
        bound.add(key, name, SqlType.physical(column.type()));
        return VariantValues.decoded(FieldNames.renamed(name, column.type(), structs), column.type());
    }

    /// Whether a column's values come from the log and not from the files.
    boolean isPartitionColumn(Column column) {
        return scan.partitionColumns().stream().anyMatch(column.name()::equalsIgnoreCase);
    }

    private static String partitionValue(Column column, List<Scan.File> files) {
        DataType type = column.type();
        var values = new ArrayList<@Nullable String>(files.size());
        files.forEach(file -> values.add(file.partitionValues().get(column.physicalName())));
        return new HashSet<>(values).size() == 1
                ? PartitionValue.constant(values.getFirst(), type)
                : PartitionValue.constants(values, type) + "[CAST(file_index AS BIGINT) + 1]";
    }

    private static String paths(List<Scan.File> files) {
        return files.stream()
                .map(file -> Sql.literal(file.path().toString()))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private String keepLiving() {
        if (joinsDeletedRows()) {
            return " ANTI JOIN " + DELETED_ROWS + " AS d ON d.\"row\" = file_row_number AND d.\"file\" = file_index";
        }
        var conditions = new ArrayList<String>();
        int first = firstWithDeletedRows();
        for (int i = first; i < ordered.size(); i++) {
            long[] rows = ordered.get(i).deletedRows().orElseThrow();
            if (rows.length > 0) {
                var list = new StringBuilder();
                for (long row : rows) {
                    list.append(list.isEmpty() ? "" : ", ").append(row);
                }
                conditions.add("NOT (file_index = " + (i - first) + " AND file_row_number IN (" + list + "))");
            }
        }
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private String free(String wanted) {
        Set<String> taken = scan.schema().columns().stream()
                .map(column -> column.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        String name = wanted;
        while (taken.contains(name)) {
            name = name + "$";
        }
        return name;
    }
}
