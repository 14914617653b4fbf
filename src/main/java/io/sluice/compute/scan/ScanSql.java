package io.sluice.compute.scan;

import io.sluice.compute.Scan;
import io.sluice.compute.Scan.Binding;
import io.sluice.compute.scan.FileRun.WholeFiles;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
/// rows come first, unless the scan wants the files as given: a row's file number counts in [#files].
public final class ScanSql {

    /// Deleted rows up to this many stand in the statement; more of them are joined from [#DELETED_ROWS].
    static final int INLINE_DELETED_ROWS = 64;

    /// More branches than this cost too much to plan.
    private static final int MOST_RUNS = 64;

    /// The relation (`file`, `row`: both BIGINT) that holds the deleted rows, where [#joinsDeletedRows] says that
    /// one is needed.
    public static final String DELETED_ROWS = "sluice_deleted_rows";

    private static final String LISTED = "sluice_listed_rows";
    private static final String FILE = "$file";
    private static final String ROW = "$row";
    private static final String ROW_NUMBER = "file_row_number";

    private final Scan scan;
    private final List<Scan.File> ordered;
    private final int firstFile;
    private final List<FileRun> runs;
    private final boolean keepsOrder;
    private final int firstListed;
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
        this(scan, 0, Names.BOUND, WholeFiles.APART);
    }

    /// @param firstFile number of the first file that is read; those before it keep their numbers
    ScanSql(Scan scan, int firstFile, Names names, WholeFiles wholeFiles) {
        this.scan = scan;
        this.names = names;
        this.firstFile = firstFile;
        this.ordered = switch (scan.ordering()) {
            case WHOLE_FILES_FIRST -> order(scan.files());
            case AS_GIVEN -> scan.files();
        };
        List<FileRun> neighbours = FileRun.neighbours(ordered, firstFile, wholeFiles);
        this.keepsOrder = neighbours.isEmpty()
                || neighbours.size() == 1 && neighbours.getFirst().rows() == FileRun.Rows.ALL;
        this.runs = neighbours.size() <= MOST_RUNS ? neighbours : FileRun.alike(ordered, firstFile, wholeFiles);
        this.firstListed = runs.stream()
                .filter(run -> run.rows() != FileRun.Rows.ALL)
                .mapToInt(run -> run.numbers().getFirst())
                .min()
                .orElse(ordered.size());
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

    /// The number of the first file of which only a part is read; [#DELETED_ROWS] numbers files from it.
    public int firstWithDeletedRows() {
        return firstListed;
    }

    private long deletedRows() {
        return runs.stream().mapToLong(FileRun::listedRows).sum();
    }

    /// Whether rows come in the order of the files and of their rows without being sorted: what is put together
    /// from several reads, or joined, may come in any. DuckDB makes a join of a list of rows, too.
    boolean keepsOrder() {
        return keepsOrder;
    }

    /// `SELECT` of these columns, [#fileColumn] and [#rowColumn].
    public String select(List<Column> columns) {
        return select(columns, FieldNames.Reading.FIELDS);
    }

    /// The same for a statement that asks for single fields of structs.
    public String selectWhole(List<Column> columns) {
        return select(columns, FieldNames.Reading.WHOLE);
    }

    String select(List<Column> columns, FieldNames.Reading structs) {
        if (firstFile >= ordered.size()) {
            return nothing(columns);
        }
        return runs.stream()
                .map(run -> branch(columns, run, structs))
                .collect(Collectors.joining(" UNION ALL ", listedAsTable(), ""));
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

    private String branch(List<Column> columns, FileRun run, FieldNames.Reading structs) {
        var select = new ArrayList<String>();
        var bound = new BoundColumns(binding(run));
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            select.add(value(column, i, run, bound, structs) + " AS " + Sql.identifier(column.name()));
        }
        select.add(run.number(0) + " AS " + Sql.identifier(fileColumn));
        select.add(ROW_NUMBER + " AS " + Sql.identifier(rowColumn));
        String from = switch (names) {
            case BOUND -> "read_parquet(" + paths(run.files()) + ", schema = " + bound.schema() + ")";
            case AS_IN_FILES -> asInFiles(run.files());
        };
        return "SELECT " + String.join(", ", select) + " FROM " + from + rowsOf(run);
    }

    private Binding binding(FileRun run) {
        return run.ownColumns().isEmpty() ? scan.binding() : Binding.PHYSICAL_NAME;
    }

    private static String asInFiles(List<Scan.File> files) {
        return "read_parquet(" + paths(files) + ", hive_partitioning = false)";
    }

    /// The files as a relation that has these columns under their logical names by itself, and [Bare#file] and
    /// [Bare#row] for where a row lies: a statement on it is planned faster than one on [#select]. Empty where
    /// rows are deleted, or names or values are not those of the files.
    Optional<Bare> bare(List<Column> columns) {
        boolean alike = columns.stream()
                .allMatch(column -> column.name().equals(column.physicalName()) && !isPartitionColumn(column));
        if (names != Names.AS_IN_FILES
                || !alike
                || runs.size() != 1
                || runs.getFirst().rows() != FileRun.Rows.ALL) {
            return Optional.empty();
        }
        FileRun run = runs.getFirst();
        return Optional.of(new Bare(asInFiles(run.files()), run.number(0), ROW_NUMBER));
    }

    /// @param relation to select from
    /// @param file an expression for the number of a row's file
    /// @param row an expression for a row's number in its file
    record Bare(String relation, String file, String row) {}

    private String value(Column column, int number, FileRun run, BoundColumns bound, FieldNames.Reading structs) {
        if (isPartitionColumn(column) && !run.ownColumns().contains(column.name())) {
            return partitionValue(column, run.files());
        }
        if (names == Names.AS_IN_FILES) {
            return Sql.identifier(column.physicalName());
        }
        boolean byId = binding(run) == Binding.FIELD_ID;
        if (byId && column.fieldId().isEmpty()) {
            return "NULL::" + SqlType.logical(column.type());
        }
        String name = "c" + number;
        String key = byId ? Integer.toString(column.fieldId().getAsInt()) : column.physicalName();
        DataType inFiles = scan.typesInFiles().get(column.name());
        bound.add(key, name, SqlType.physical(inFiles == null ? column.type() : inFiles));
        String value = inFiles == null ? name : "CAST(" + name + " AS " + SqlType.physical(column.type()) + ")";
        return VariantValues.decoded(FieldNames.renamed(value, column.type(), structs), column.type());
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

    private String rowsOf(FileRun run) {
        return switch (run.rows()) {
            case ALL -> "";
            case ALL_BUT_LISTED -> joinsDeletedRows() ? " ANTI JOIN " + listed(run) : allBut(run);
            case ONLY_LISTED -> joinsDeletedRows() ? " SEMI JOIN " + listed(run) : only(run);
        };
    }

    private String listed(FileRun run) {
        return (listedRuns() > 1 ? LISTED : DELETED_ROWS) + " AS d ON d.\"row\" = file_row_number AND d.\"file\" = "
                + run.number(firstListed);
    }

    private long listedRuns() {
        return runs.stream().filter(run -> run.rows() != FileRun.Rows.ALL).count();
    }

    /// The relation is a stream, which can be read once.
    private String listedAsTable() {
        return joinsDeletedRows() && listedRuns() > 1
                ? "WITH " + LISTED + " AS MATERIALIZED (SELECT * FROM " + DELETED_ROWS + ") "
                : "";
    }

    private static String allBut(FileRun run) {
        List<String> listed = rowLists(run);
        return listed.isEmpty()
                ? ""
                : listed.stream().map(rows -> "NOT " + rows).collect(Collectors.joining(" AND ", " WHERE ", ""));
    }

    private static String only(FileRun run) {
        List<String> listed = rowLists(run);
        return " WHERE " + (listed.isEmpty() ? "false" : String.join(" OR ", listed));
    }

    private static List<String> rowLists(FileRun run) {
        var lists = new ArrayList<String>();
        for (int i = 0; i < run.files().size(); i++) {
            long[] rows = run.files().get(i).listedRows().orElseGet(() -> new long[0]);
            if (rows.length > 0) {
                String numbers = Arrays.stream(rows).mapToObj(Long::toString).collect(Collectors.joining(", "));
                lists.add("(file_index = " + i + " AND file_row_number IN (" + numbers + "))");
            }
        }
        return lists;
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
