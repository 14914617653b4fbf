package io.sluice.compute.scan;

import io.sluice.compute.Filter;
import io.sluice.compute.Question;
import io.sluice.compute.Question.AnswerColumn;
import io.sluice.compute.Question.Position;
import io.sluice.compute.Scan;
import io.sluice.compute.scan.FileRun.WholeFiles;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Schema;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/// A [Question] as one statement.
public final class QuestionSql {

    /// Whether another page may follow.
    public enum Paging {
        /// One row more than the limit is asked for, and where it lies.
        NEXT_PAGE,
        WHOLE
    }

    private final Question question;
    private final Paging paging;
    private final ScanSql scan;
    private final Optional<ScanSql.Bare> bare;
    private final String file;
    private final String row;

    public QuestionSql(Question question, Paging paging) {
        this(question, paging, ScanSql.Names.BOUND);
    }

    private QuestionSql(Question question, Paging paging, ScanSql.Names names) {
        this.question = question;
        this.paging = paging;
        int firstFile = question.start().orElse(null) instanceof Position.Row row ? row.file() : 0;
        this.scan = new ScanSql(question.scan(), firstFile, names, wholeFiles(question, paging));
        this.bare = question.orderBy().isEmpty() ? scan.bare(needed()) : Optional.empty();
        this.file = bare.map(ScanSql.Bare::file).orElseGet(() -> Sql.identifier(scan.fileColumn()));
        this.row = bare.map(ScanSql.Bare::row).orElseGet(() -> Sql.identifier(scan.rowColumn()));
    }

    private static WholeFiles wholeFiles(Question question, Paging paging) {
        boolean mayBeSorted = !question.orderBy().isEmpty() || paging == Paging.NEXT_PAGE;
        return mayBeSorted && !question.isShort() ? WholeFiles.TOGETHER : WholeFiles.APART;
    }

    /// The same for files that hold [#columnsInFiles] as the table declares them.
    public QuestionSql asInFiles() {
        return new QuestionSql(question, paging, ScanSql.Names.AS_IN_FILES);
    }

    /// The same with the files read as their footers demand.
    public QuestionSql prepared(Footers footers, DuckDBConnection connection) throws SQLException {
        Scan asked = question.scan();
        Scan prepared = footers.prepared(connection, asked, scan.paths(), columnsInFiles());
        return prepared.typesInFiles().isEmpty() ? this : new QuestionSql(question.of(prepared), paging);
    }

    /// Whether a column that is read from the files holds structs, which are not always read as they are there.
    public boolean takesStructs() {
        return columnsInFiles().stream().anyMatch(column -> NestedColumns.holdsStruct(column.type()));
    }

    /// The columns that are read from the files.
    public List<Column> columnsInFiles() {
        return needed().stream()
                .filter(column -> !scan.isPartitionColumn(column))
                .toList();
    }

    public ScanSql scan() {
        return scan;
    }

    /// Whether the statement is short, for a given value or on little.
    public boolean isLookUp() {
        return FileSchemas.isLookUp(scan.paths(), question.filters());
    }

    /// Whether all rows are read before the first of the answer is known.
    public boolean isSorted() {
        return !order().isEmpty();
    }

    /// The columns of the answer, then the file's and the row's number where [#tellsPosition].
    public String select() {
        var select = new ArrayList<String>();
        for (AnswerColumn column : question.columns()) {
            select.add(answer(column) + " AS " + Sql.identifier(column.column().name()));
        }
        if (tellsPosition()) {
            select.add(file + " AS " + Sql.identifier(scan.fileColumn()));
            select.add(row + " AS " + Sql.identifier(scan.rowColumn()));
        }
        if (select.isEmpty()) {
            select.add("1 AS n");
        }
        return "SELECT " + String.join(", ", select) + rest() + order() + slice();
    }

    /// One row with one BIGINT.
    public String count() {
        return "SELECT count(*)" + rest();
    }

    /// Whether the answer's rows say where they lie: then it is in the order of files and rows, and a page can
    /// begin there.
    public boolean tellsPosition() {
        return paging == Paging.NEXT_PAGE && question.orderBy().isEmpty();
    }

    private static String answer(AnswerColumn column) {
        return answered(value(column.path()), column.column().type());
    }

    /// A column's value as it leaves for an answer.
    public static String answered(Column column) {
        return answered(Sql.identifier(column.name()), column.type());
    }

    private static String answered(String value, DataType type) {
        return SqlType.holdsVariant(type) ? "CAST(" + value + " AS " + SqlType.answer(type) + ")" : value;
    }

    /// The value at a path of logical names.
    public static String value(List<String> path) {
        String value = Sql.identifier(path.getFirst());
        for (String field : path.subList(1, path.size())) {
            value = "struct_extract(" + value + ", " + Sql.literal(field) + ")";
        }
        return value;
    }

    private String rest() {
        String from = bare.map(ScanSql.Bare::relation)
                .orElseGet(() -> "(" + scan.select(needed(), structs()) + ") AS \"sluice$scan\"");
        return " FROM " + from + where();
    }

    /// Filters may name fields, and paths longer than one do.
    private FieldNames.Reading structs() {
        boolean fields = !question.filters().isEmpty()
                || question.columns().stream().anyMatch(column -> column.path().size() > 1)
                || question.orderBy().stream().anyMatch(order -> order.path().size() > 1);
        return fields ? FieldNames.Reading.WHOLE : FieldNames.Reading.FIELDS;
    }

    private List<Column> needed() {
        Set<String> names = new LinkedHashSet<>();
        question.columns().forEach(column -> names.add(fold(column.path().getFirst())));
        question.filters().forEach(filter -> filter.columns().forEach(name -> names.add(fold(name))));
        question.orderBy().forEach(order -> names.add(fold(order.path().getFirst())));
        Schema schema = question.scan().schema();
        return schema.columns().stream()
                .filter(column -> names.contains(fold(column.name())))
                .toList();
    }

    private static String fold(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private String where() {
        var conditions = new ArrayList<String>();
        if (question.start().orElse(null) instanceof Position.Row start && start.row() > 0) {
            conditions.add("(" + file + " > " + start.file() + " OR " + row + " >= " + start.row() + ")");
        }
        question.filters().stream().map(Filter::sql).map(sql -> "(" + sql + ")").forEach(conditions::add);
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private String order() {
        if (question.orderBy().isEmpty()) {
            boolean ordered = tellsPosition() || question.scan().ordering() == Scan.Ordering.AS_GIVEN;
            return ordered && !keepsOrder() ? " ORDER BY " + place() : "";
        }
        return question.orderBy().stream()
                .map(order -> value(order.path()) + direction(order.direction()))
                .collect(Collectors.joining(", ", " ORDER BY ", ", " + place()));
    }

    /// The order of files and rows. The number of a row is never a bare column there: where what stands before it
    /// is constant, DuckDB would choose row groups by the statistics of a column that no file has.
    private String place() {
        return file + ", -" + row + " DESC";
    }

    /// Whether DuckDB promises that rows come, and that a `LIMIT` takes them, as they lie in the files: it does so
    /// for what only projects and filters one read, and not for joins.
    private boolean keepsOrder() {
        return scan.keepsOrder()
                && question.filters().stream().allMatch(filter -> filter.order() == Filter.RowOrder.KEPT);
    }

    /// As Spark: nulls first going up, last going down.
    private static String direction(Question.Direction direction) {
        return switch (direction) {
            case ASCENDING -> " ASC NULLS FIRST";
            case DESCENDING -> " DESC NULLS LAST";
        };
    }

    private String slice() {
        int more = paging == Paging.NEXT_PAGE ? 1 : 0;
        String limit =
                question.limit().isPresent() ? " LIMIT " + (question.limit().getAsLong() + more) : "";
        return question.start().orElse(null) instanceof Position.Offset offset && offset.rows() > 0
                ? limit + " OFFSET " + offset.rows()
                : limit;
    }
}
