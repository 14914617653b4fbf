package io.sluice.compute.change;

import io.sluice.compute.RowBatch;
import io.sluice.compute.RowExpression.EqualKey;
import io.sluice.compute.Scan;
import io.sluice.compute.scan.ScanSql;
import io.sluice.compute.scan.Sql;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.Predicate;
import io.sluice.table.Schema;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// The rows of a merge's source as the relation `source`.
final class SourceTable {

    /// The column that tells to which request of a group a row belongs.
    static final String MEMBER = "sluice$member";

    /// Tells the rows apart; of a body their places in it. What DuckDB calls `rowid` may be a column of the
    /// source.
    static final String NUMBER = Sql.identifier(SourceSpool.NUMBER);

    private static final String SOURCE = "source";
    /// More rows than any file has.
    private static final long ROWS_OF_A_FILE = 1L << 40;
    /// Keys up to this many are looked for one by one in the files' statistics, more of them by their range.
    private static final int SINGLE_KEYS = 256;

    private final Statements statements;

    SourceTable(Statements statements) {
        this.statements = statements;
    }

    void load(RowSource source) throws Exception {
        switch (source) {
            case RowSource.Batch batch -> {
                switch (batch.rows()) {
                    case BatchRows.Kept kept -> {
                        load(batch, kept);
                        later(batch);
                        unique(batch);
                    }
                    case BatchRows.Spooled spooled -> {
                        load(batch.schema(), spooled);
                        unique(batch);
                    }
                }
            }
            case RowSource.Scanned scanned ->
                scanned.scans().read(scan -> {
                    load(scan);
                    return true;
                });
        }
    }

    private void load(Scan scan) throws Exception {
        var sql = new ScanSql(statements.prepared(scan));
        String columns = scan.schema().columns().stream()
                .map(column -> Sql.identifier(column.name()))
                .collect(Collectors.joining(", "));
        statements.deletedRows(sql);
        String number =
                Sql.identifier(sql.fileColumn()) + " * " + ROWS_OF_A_FILE + " + " + Sql.identifier(sql.rowColumn());
        statements.run("CREATE TEMP TABLE " + SOURCE + " AS SELECT " + columns + ", " + number + " AS " + NUMBER
                + " FROM (" + sql.select(scan.schema().columns()) + ")");
    }

    private void load(RowSource.Batch batch, BatchRows.Kept kept) throws Exception {
        RowBatch rows = kept.batches().isEmpty()
                ? new RowBatch(
                        batch.schema(),
                        batch.schema().columns().stream()
                                .map(column -> io.sluice.compute.column.CellTypes.cells(column.type()))
                                .toList())
                : RowBatch.concat(kept.batches());
        try (VectorSchemaRoot values = rows.toArrow(statements.allocator())) {
            var vectors = new ArrayList<FieldVector>(values.getFieldVectors());
            vectors.addAll(absences(rows));
            members(batch.members(), rows.rows()).ifPresent(vectors::add);
            vectors.add(numbers(rows.rows()));
            try (var all = new VectorSchemaRoot(vectors)) {
                all.setRowCount(rows.rows());
                statements.table(SOURCE, all);
            }
        }
    }

    private void load(Schema schema, BatchRows.Spooled spooled) throws SQLException {
        var columns = new ArrayList<String>();
        for (int column = 0; column < schema.columns().size(); column++) {
            columns.add(schema.columns().get(column).name());
            if (spooled.absence(column) == BatchRows.Absence.SOME) {
                columns.add(RowSource.absence(column));
            }
        }
        columns.add(SourceSpool.NUMBER);
        statements.run(spooled.files().stream()
                .map(file -> Sql.literal(file.toString()))
                .collect(Collectors.joining(
                        ", ",
                        "CREATE TEMP TABLE " + SOURCE + " AS SELECT "
                                + columns.stream().map(Sql::identifier).collect(Collectors.joining(", "))
                                + " FROM read_parquet([",
                        "], hive_partitioning = false)")));
    }

    /// To which request of a group each row belongs.
    private Optional<FieldVector> members(List<Integer> sizes, int rows) {
        if (sizes.isEmpty()) {
            return Optional.empty();
        }
        var vector = new IntVector(MEMBER, statements.allocator());
        vector.allocateNew(rows);
        int row = 0;
        for (int member = 0; member < sizes.size(); member++) {
            for (int i = 0; i < sizes.get(member); i++) {
                vector.set(row++, member);
            }
        }
        vector.setValueCount(rows);
        return Optional.of(vector);
    }

    private FieldVector numbers(int rows) {
        var vector = new BigIntVector(SourceSpool.NUMBER, statements.allocator());
        vector.allocateNew(rows);
        for (int row = 0; row < rows; row++) {
            vector.set(row, row);
        }
        vector.setValueCount(rows);
        return vector;
    }

    private List<FieldVector> absences(RowBatch rows) {
        var vectors = new ArrayList<FieldVector>();
        var all = new BatchRows.Kept(List.of(rows));
        for (int column = 0; column < rows.columns().size(); column++) {
            if (all.absence(column) == BatchRows.Absence.SOME) {
                var vector = new BitVector(RowSource.absence(column), statements.allocator());
                vector.allocateNew(rows.rows());
                for (int row = 0; row < rows.rows(); row++) {
                    vector.set(row, rows.absent(column).get(row) ? 1 : 0);
                }
                vector.setValueCount(rows.rows());
                vectors.add(vector);
            }
        }
        return vectors;
    }

    /// Takes the rows of requests out that have a key which a request before them has.
    private void later(RowSource.Batch batch) throws SQLException {
        if (batch.members().isEmpty()) {
            return;
        }
        String same = batch.uniqueBy().stream()
                .map(Sql::identifier)
                .map(key -> "a." + key + " = b." + key)
                .collect(Collectors.joining(" AND "));
        String member = Sql.identifier(MEMBER);
        statements.run("DELETE FROM source WHERE " + member + " IN (SELECT b." + member
                + " FROM source AS a JOIN source AS b ON " + same + " AND a." + member + " < b." + member + ")");
    }

    private void unique(RowSource.Batch batch) throws Exception {
        if (batch.uniqueBy().isEmpty()) {
            return;
        }
        String keys = batch.uniqueBy().stream().map(Sql::identifier).collect(Collectors.joining(", "));
        String known = batch.uniqueBy().stream()
                .map(key -> Sql.identifier(key) + " IS NOT NULL")
                .collect(Collectors.joining(" AND "));
        switch (batch.duplicates()) {
            case REFUSED -> {
                List<long[]> twice = statements.list(
                        "SELECT min(" + NUMBER + "), max(" + NUMBER + "), count(*) FROM source WHERE " + known
                                + " GROUP BY " + keys + " HAVING count(*) > 1 ORDER BY 1 LIMIT 100",
                        row -> new long[] {row.getLong(1), row.getLong(2), row.getLong(3)});
                if (!twice.isEmpty()) {
                    throw new Failure.DuplicateKeys(
                                    batch.uniqueBy(),
                                    twice.stream()
                                            .map(rows -> List.of(rows[0], rows[1]))
                                            .toList())
                            .asException();
                }
            }
            case FIRST_STAYS -> keep("min", keys, known);
            case LAST_STAYS -> keep("max", keys, known);
        }
    }

    private void keep(String which, String keys, String known) throws SQLException {
        statements.run("DELETE FROM source WHERE " + known + " AND " + NUMBER + " NOT IN (SELECT " + which + "("
                + NUMBER + ") FROM source WHERE " + known + " GROUP BY " + keys + ")");
    }

    /// What rows of the table must be like to match a row of the source.
    Predicate matching(List<EqualKey> keys, Predicate condition) throws SQLException {
        var parts = new ArrayList<Predicate>();
        parts.add(condition);
        for (EqualKey key : keys) {
            parts.add(bounds(key));
        }
        return new Predicate.And(parts);
    }

    private Predicate bounds(EqualKey key) throws SQLException {
        Optional<String> sql = comparable(key);
        if (sql.isEmpty()) {
            return new Predicate.Anything();
        }
        List<String> column = List.of(key.column());
        List<Object> values = values(
                key.type(),
                "SELECT DISTINCT " + sql.get() + " FROM source WHERE " + sql.get() + " IS NOT NULL LIMIT "
                        + (SINGLE_KEYS + 1));
        if (values.isEmpty()) {
            return new Predicate.Nothing();
        }
        if (values.size() <= SINGLE_KEYS) {
            return new Predicate.In(column, values);
        }
        List<Object> ends =
                values(key.type(), "SELECT unnest([min(" + sql.get() + "), max(" + sql.get() + ")]) FROM source");
        return new Predicate.And(List.of(
                new Predicate.Comparison(column, Predicate.Operator.GREATER_OR_EQUAL, ends.getFirst()),
                new Predicate.Comparison(column, Predicate.Operator.LESS_OR_EQUAL, ends.getLast())));
    }

    /// The key in a form that JDBC gives exactly; none for types whose bounds say nothing.
    private static Optional<String> comparable(EqualKey key) {
        String sql = "(" + key.sourceSql() + ")";
        return switch (key.type()) {
            case DataType.Primitive primitive ->
                switch (primitive) {
                    case BYTE, SHORT, INTEGER, LONG -> Optional.of("CAST(" + sql + " AS BIGINT)");
                    case STRING -> Optional.of(sql);
                    case DATE -> Optional.of("CAST(" + sql + " AS DATE) - DATE '1970-01-01'");
                    case TIMESTAMP, TIMESTAMP_NTZ -> Optional.of("epoch_us(" + sql + ")");
                    case FLOAT, DOUBLE, BOOLEAN, BINARY, VARIANT, VOID -> Optional.empty();
                };
            case DataType.Decimal _ -> Optional.of(sql);
            case DataType.Array _, DataType.Map _, DataType.Struct _ -> Optional.empty();
        };
    }

    private List<Object> values(DataType type, String sql) throws SQLException {
        return statements.list(sql, row -> switch (type) {
            case DataType.Primitive primitive ->
                switch (primitive) {
                    case STRING -> (Object) row.getString(1);
                    case DATE -> LocalDate.ofEpochDay(row.getLong(1));
                    case TIMESTAMP -> Instant.EPOCH.plus(row.getLong(1), ChronoUnit.MICROS);
                    case TIMESTAMP_NTZ ->
                        LocalDateTime.ofInstant(Instant.EPOCH.plus(row.getLong(1), ChronoUnit.MICROS), ZoneOffset.UTC);
                    default -> row.getLong(1);
                };
            case DataType.Decimal _ -> row.getBigDecimal(1);
            default -> row.getLong(1);
        });
    }
}
