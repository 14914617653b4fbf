package io.sluice.compute;

import io.sluice.compute.column.BooleanCells;
import io.sluice.compute.column.BytesCells;
import io.sluice.compute.column.CellTypes;
import io.sluice.compute.column.Cells;
import io.sluice.compute.column.IntCells;
import io.sluice.compute.decode.ComputedRows;
import io.sluice.compute.decode.Payload;
import io.sluice.compute.decode.RowSink;
import io.sluice.compute.parquet.ArrowBatches;
import io.sluice.compute.rule.Filling;
import io.sluice.compute.rule.LogicalNames;
import io.sluice.table.Column;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;

/// Puts a table's [RowRules] between a decoder and whoever takes its rows: fills what a row does not bring, and makes
/// bad rows of those that break a rule. Values of identity columns are left to the commit, with the rows that want
/// them still marked in [RowBatch#absent].
public final class RuledRows implements RowSink {

    private static final String ROWS = "sluice_ruled_rows";
    private static final String GIVEN = "sluice$given";
    private static final String PAYLOAD = "sluice$payload";
    private static final long BATCH_ROWS = 20_480;

    private final DuckDb duckDb;
    private final RowRules rules;
    private final List<String> partitionColumns;
    private final Payload payload;
    private final RowSink target;
    private final BitSet badAhead = new BitSet();
    private long next;

    /// @param partitionColumns logical names
    /// @param payload whether bad rows are told with their text
    public RuledRows(DuckDb duckDb, RowRules rules, List<String> partitionColumns, Payload payload, RowSink target) {
        this.duckDb = duckDb;
        this.rules = rules;
        this.partitionColumns = List.copyOf(partitionColumns);
        this.payload = payload;
        this.target = target;
    }

    @Override
    public void bad(long row, String column, String reason, String text) {
        badAhead.set(Math.toIntExact(row - next));
        target.bad(row, column, reason, text);
    }

    @Override
    public void rows(RowBatch batch) throws IOException {
        long[] places = places(batch.rows());
        if (rules.areKept(batch)) {
            target.rows(batch);
            return;
        }
        var statement = new Statement(batch);
        ComputedRows computed = statement.run();
        BitSet bad = (BitSet) computed.bad().clone();
        computed.faults().forEach(fault -> target.bad(places[fault.row()], fault.column(), fault.reason(), ""));
        if (bad.cardinality() == batch.rows()) {
            return;
        }
        IntCells violated = (IntCells) computed.rows().columns().get(statement.filled.size());
        for (int row = bad.nextClearBit(0), i = 0; row < batch.rows(); row = bad.nextClearBit(row + 1), i++) {
            if (!violated.isNull(i)) {
                RowRules.Rule rule = rules.rules().get(violated.value(i));
                target.bad(places[row], rule.column(), rule.reason(), statement.text(computed, i));
                // The row's place is kept for the loop: places of bad rows are skipped by number.
                statement.broken.set(row);
            }
        }
        bad.or(statement.broken);
        if (bad.cardinality() < batch.rows()) {
            target.rows(statement.completed(computed, bad));
        }
    }

    /// The places in the body of the rows of a batch: they follow those before, and those in between that a
    /// decoder found to be bad have been told of.
    private long[] places(int rows) {
        long[] places = new long[rows];
        int offset = -1;
        for (int i = 0; i < rows; i++) {
            offset = badAhead.nextClearBit(offset + 1);
            places[i] = next + offset;
        }
        next += offset + 1;
        badAhead.clear();
        return places;
    }

    /// One batch on its way through DuckDB.
    private final class Statement {

        private final RowBatch batch;
        private final List<Column> filled = new ArrayList<>();
        private final BitSet broken = new BitSet();
        private final Map<Integer, String> given = new HashMap<>();

        Statement(RowBatch batch) {
            this.batch = batch;
            for (Filling filling : rules.fillings()) {
                if (!(filling instanceof Filling.Identity)) {
                    filled.add(nullable(filling.column()));
                }
            }
        }

        private static Column nullable(Column column) {
            return new Column(column.name(), column.type(), true, Map.of());
        }

        private int index(Column column) {
            return rules.schema().columns().indexOf(column);
        }

        ComputedRows run() throws IOException {
            Schema touched = payload == Payload.KEEP ? rules.schema() : rules.touched();
            RowBatch input = input(touched);
            try (var root = input.toArrow(duckDb.allocator())) {
                return duckDb.call(DuckDb.Purpose.SMALL_INGEST, connection -> {
                    try (var reader = new ArrowBatches(
                                    duckDb.allocator(), RowBatch.arrowSchema(input.schema()), List.of(root));
                            var stream = ArrowArrayStream.allocateNew(duckDb.allocator())) {
                        Data.exportArrayStream(duckDb.allocator(), reader, stream);
                        connection.registerArrowStream(ROWS, stream);
                        return read(connection, touched);
                    }
                });
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (SQLException e) {
                throw new Failure.UnsupportedTableFeature(
                                rules.features(), "an expression of the table is not computed here for these rows")
                        .asException(e);
            } catch (Exception e) {
                throw new IOException("the rows could not be checked", e);
            }
        }

        private ComputedRows read(DuckDBConnection connection, Schema touched) throws Exception {
            var further = new ArrayList<String>();
            var answer = new ArrayList<>(filled);
            answer.add(new Column(RowRules.VIOLATED, Primitive.INTEGER));
            if (payload == Payload.KEEP) {
                answer.add(new Column(PAYLOAD, Primitive.STRING));
                further.add(payloadSql(touched));
            }
            String sql = rules.narrow(touched)
                    .select(ROWS, column -> given.getOrDefault(index(column), "true"), filled, further);
            try (var statement = connection.createStatement();
                    var result = (DuckDBResultSet) statement.executeQuery(sql);
                    var reader = (ArrowReader) result.arrowExportStream(duckDb.allocator(), BATCH_ROWS)) {
                return ComputedRows.read(reader, duckDb.allocator(), new Schema(answer), partitionColumns(answer));
            }
        }

        private List<String> partitionColumns(List<Column> columns) {
            return partitionColumns.stream()
                    .filter(name ->
                            columns.stream().anyMatch(column -> column.name().equalsIgnoreCase(name)))
                    .toList();
        }

        private static String payloadSql(Schema schema) {
            var members = schema.columns().stream()
                    .map(column -> DuckDb.identifier(column.name()) + " := " + DuckDb.identifier(column.name()))
                    .toList();
            return "CAST(to_json(struct_pack(" + String.join(", ", members) + ")) AS VARCHAR) AS "
                    + DuckDb.identifier(PAYLOAD);
        }

        /// The columns that the statement reads under their logical names, and for those that only some rows
        /// bring, which.
        private RowBatch input(Schema touched) {
            var columns = new ArrayList<Column>(LogicalNames.of(touched).columns());
            var cells = new ArrayList<Cells>();
            for (Column column : touched.columns()) {
                cells.add(batch.columns().get(index(column)));
            }
            for (Column column : touched.columns()) {
                int index = index(column);
                BitSet absent = batch.absent(index);
                if (absent.cardinality() == batch.rows()) {
                    given.put(index, "false");
                } else if (!absent.isEmpty()) {
                    var flags = new BooleanCells();
                    for (int row = 0; row < batch.rows(); row++) {
                        flags.append(!absent.get(row));
                    }
                    columns.add(new Column(GIVEN + index, Primitive.BOOLEAN));
                    cells.add(flags);
                    given.put(index, DuckDb.identifier(GIVEN + index));
                }
            }
            return new RowBatch(new Schema(columns), cells);
        }

        String text(ComputedRows computed, int row) {
            return switch (payload) {
                case KEEP ->
                    new String(
                            ((BytesCells) computed.rows().columns().get(filled.size() + 1)).value(row),
                            StandardCharsets.UTF_8);
                case DROP -> "";
            };
        }

        /// The rows of the batch without the bad ones, with the computed values in their places.
        RowBatch completed(ComputedRows computed, BitSet bad) {
            var columns = new ArrayList<Cells>(batch.columns());
            for (int i = 0; i < filled.size(); i++) {
                String name = filled.get(i).name();
                int index = index(rules.schema().find(name).orElseThrow());
                columns.set(index, aligned(computed, i, bad));
            }
            var absent = new HashMap<Integer, BitSet>();
            for (int i = 0; i < columns.size(); i++) {
                Column column = rules.schema().columns().get(i);
                boolean isComputed =
                        filled.stream().anyMatch(each -> each.name().equals(column.name()));
                if (!isComputed && !bad.isEmpty()) {
                    columns.set(i, kept(column, batch.columns().get(i), bad));
                }
                if (!isComputed && !batch.absent(i).isEmpty()) {
                    absent.put(i, kept(batch.absent(i), bad));
                }
            }
            return new RowBatch(rules.schema(), columns, absent);
        }

        private Cells aligned(ComputedRows computed, int column, BitSet bad) {
            Cells values = computed.rows().columns().get(column);
            if (bad.isEmpty()) {
                return values;
            }
            Cells kept = CellTypes.cells(filled.get(column).type());
            for (int row = computed.bad().nextClearBit(0), i = 0;
                    row < batch.rows();
                    row = computed.bad().nextClearBit(row + 1), i++) {
                if (!bad.get(row)) {
                    kept.appendFrom(values, i);
                }
            }
            return kept;
        }

        private Cells kept(Column column, Cells values, BitSet bad) {
            Cells kept = CellTypes.cells(column.type());
            for (int row = bad.nextClearBit(0); row < batch.rows(); row = bad.nextClearBit(row + 1)) {
                kept.appendFrom(values, row);
            }
            return kept;
        }

        private BitSet kept(BitSet rows, BitSet bad) {
            var kept = new BitSet();
            for (int row = bad.nextClearBit(0), i = 0; row < batch.rows(); row = bad.nextClearBit(row + 1), i++) {
                kept.set(i, rows.get(row));
            }
            return kept;
        }
    }
}
