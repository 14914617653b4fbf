package io.sluice.compute.change;

import io.sluice.compute.change.Arrangement.Along;
import io.sluice.compute.change.Arrangement.Curve;
import io.sluice.compute.scan.QuestionSql;
import io.sluice.compute.scan.Sql;
import io.sluice.compute.scan.SqlType;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Puts rows in the order of a space-filling curve.
///
/// Each column's values are cut into ranges that hold about as many rows, by quantiles of a sample, so that skewed
/// columns count as much as even ones. An expression finds a value's range by comparisons and gives the range's
/// number with its bits already spread: what remains is to add them. The sum is the place on the Z-order curve; for
/// the Hilbert curve a small table tells the place of each such cell. Nulls are in the first range. By one column
/// rows are simply sorted.
final class CurveSql {

    private static final int SAMPLED_ROWS = 100_000;
    private static final int MOST_BITS = 8;
    private static final int LEAST_BITS = 4;
    private static final int KEY_BITS = 62;

    /// A sixteenth of a row group, which is the least that a reader skips: smaller cells gain nothing.
    private static final long ROWS_OF_A_CELL = 1_280;
    private static final String SAMPLE = "sluice_curve_sample";
    private static final String CELLS = "sluice_curve_cells";
    private static final String PLACES = "sluice_curve_places";
    private static final String PLACE = "\"sluice$place\"";

    /// Of a bound's text: a longer one would not cut better.
    private static final int BOUND_CHARACTERS = 200;

    private final Statements statements;

    CurveSql(Statements statements) {
        this.statements = statements;
    }

    /// @param rows a `SELECT` with the columns under their logical names
    /// @param count of the rows
    /// @param columns the table's
    /// @param pieces how many, at most
    /// @return statements whose rows follow each other, of about as many rows each, with the columns that they had
    ///     and perhaps more
    List<String> order(String rows, long count, Along along, List<Column> columns, int pieces)
            throws SQLException, IOException {
        List<String> values = along.columns().stream().map(QuestionSql::value).toList();
        if (values.size() == 1) {
            return byOne(rows, count, values.getFirst(), type(along.columns().getFirst(), columns), pieces);
        }
        int bits = bits(along.curve(), values.size(), count);
        sample(rows, count, values);
        var bounds = new ArrayList<List<String>>();
        for (int i = 0; i < values.size(); i++) {
            bounds.add(bounds("v" + i, type(along.columns().get(i), columns), 1 << bits));
        }
        if (along.curve() == Curve.HILBERT) {
            statements.run("DROP TABLE IF EXISTS " + CELLS);
            try (var cells = new HilbertCells(values.size(), bits).toArrow(statements.allocator())) {
                statements.table(CELLS, cells);
            }
        }
        String placed = placed("(" + rows + ")", along.curve(), cell(values, bounds, bits));
        if (pieces == 1) {
            return List.of("FROM (" + placed + ") ORDER BY " + PLACE);
        }
        List<String> sampled =
                IntStream.range(0, values.size()).mapToObj(i -> "v" + i).toList();
        statements.run("CREATE OR REPLACE TEMP TABLE " + PLACES + " AS SELECT " + PLACE + " FROM ("
                + placed(SAMPLE, along.curve(), cell(sampled, bounds, bits)) + ")");
        return cut(placed, PLACE, bounds(PLACE, PLACES, DataType.Primitive.LONG, pieces));
    }

    private List<String> byOne(String rows, long count, String value, DataType type, int pieces) throws SQLException {
        if (pieces == 1) {
            return List.of(rows + " ORDER BY " + value + " NULLS FIRST");
        }
        sample(rows, count, List.of(value));
        return cut(rows, value, bounds("v0", type, pieces));
    }

    /// The rows of each of the ranges between bounds, nulls in the first, each in order.
    private static List<String> cut(String rows, String key, List<String> bounds) {
        var pieces = new ArrayList<String>();
        for (int i = 0; i <= bounds.size(); i++) {
            var conditions = new ArrayList<String>();
            if (i > 0) {
                conditions.add(key + " >= " + bounds.get(i - 1));
            }
            if (i < bounds.size()) {
                conditions.add("(" + key + " < " + bounds.get(i) + (i == 0 ? " OR " + key + " IS NULL)" : ")"));
            }
            String where = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
            pieces.add("FROM (" + rows + ")" + where + " ORDER BY " + key + " NULLS FIRST");
        }
        return pieces;
    }

    /// The number of the cell that values lie in.
    private static String cell(List<String> values, List<List<String>> bounds, int bits) {
        return IntStream.range(0, values.size())
                .mapToObj(i -> "CASE WHEN " + values.get(i) + " IS NULL THEN 0 ELSE "
                        + range(
                                values.get(i),
                                bounds.get(i),
                                0,
                                bounds.get(i).size(),
                                new Spread(i, values.size(), bits))
                        + " END")
                .collect(Collectors.joining(" + ", "CAST(", " AS BIGINT)"));
    }

    /// The rows of a relation with their place on the curve.
    private static String placed(String relation, Curve curve, String cell) {
        return switch (curve) {
            case Z_ORDER -> "SELECT *, " + cell + " AS " + PLACE + " FROM " + relation;
            case HILBERT ->
                "SELECT r.*, c." + HilbertCells.PLACE + " AS " + PLACE + " FROM " + relation + " AS r JOIN " + CELLS
                        + " AS c ON c." + HilbertCells.CELL + " = " + cell;
        };
    }

    /// How finely each column is cut. Each bound is compared with some of every batch of rows: with 255 of them in
    /// each of two columns that took more time than reading, sorting and writing together.
    ///
    static int bits(Curve curve, int columns, long rows) {
        int most = switch (curve) {
            case HILBERT -> HilbertCells.bits(columns);
            case Z_ORDER -> Math.clamp(KEY_BITS / columns, 1, MOST_BITS);
        };
        int wanted = Long.SIZE - Long.numberOfLeadingZeros(rows / ROWS_OF_A_CELL);
        return Math.clamp(Math.ceilDiv(wanted, columns), Math.min(LEAST_BITS, most), most);
    }

    /// Of all columns at once: they are read a second time, and no more.
    private void sample(String rows, long count, List<String> values) throws SQLException {
        String columns = IntStream.range(0, values.size())
                .mapToObj(i -> values.get(i) + " AS v" + i)
                .collect(Collectors.joining(", "));
        double percent = 100.0 * SAMPLED_ROWS / Math.max(SAMPLED_ROWS, count);
        String sampling =
                percent < 100 ? String.format(Locale.ROOT, " USING SAMPLE %.6f PERCENT (bernoulli)", percent) : "";
        statements.run("DROP TABLE IF EXISTS " + SAMPLE);
        statements.run("CREATE TEMP TABLE " + SAMPLE + " AS SELECT * FROM (SELECT " + columns + " FROM (" + rows + "))"
                + sampling);
    }

    private static DataType type(List<String> path, List<Column> columns) {
        List<Column> level = columns;
        DataType type = null;
        for (String name : path) {
            type = level.stream()
                    .filter(column -> column.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow()
                    .type();
            level = type instanceof DataType.Struct(var fields) ? fields : List.of();
        }
        return Objects.requireNonNull(type);
    }

    /// Where the second and each later range begins, as constants.
    private List<String> bounds(String value, DataType type, int ranges) throws SQLException {
        return bounds(value, SAMPLE, type, ranges);
    }

    private List<String> bounds(String value, String sample, DataType type, int ranges) throws SQLException {
        boolean binary = type == DataType.Primitive.BINARY;
        String fractions = IntStream.range(1, ranges)
                .mapToObj(i -> Double.toString((double) i / ranges))
                .collect(Collectors.joining(", ", "[", "]"));
        List<String> texts = statements.list(
                "SELECT DISTINCT " + (binary ? "hex(bound)" : "CAST(bound AS VARCHAR)")
                        + ", bound FROM (SELECT unnest(quantile_disc(" + value + ", " + fractions
                        + ")) AS bound FROM " + sample + " WHERE " + value
                        + " IS NOT NULL) WHERE bound IS NOT NULL ORDER BY bound",
                row -> row.getString(1));
        Set<String> cut = new LinkedHashSet<>();
        texts.forEach(text -> cut.add(text.substring(
                0, text.offsetByCodePoints(0, Math.min(BOUND_CHARACTERS, text.codePointCount(0, text.length()))))));
        return cut.stream()
                .map(Sql::literal)
                .map(text -> binary ? "unhex(" + text + ")" : "CAST(" + text + " AS " + SqlType.logical(type) + ")")
                .toList();
    }

    /// A search by halves.
    private static String range(String value, List<String> bounds, int from, int to, Spread spread) {
        if (from == to) {
            return Long.toString(spread.of(from));
        }
        int middle = (from + to) >>> 1;
        return "CASE WHEN " + value + " < " + bounds.get(middle) + " THEN "
                + range(value, bounds, from, middle, spread) + " ELSE "
                + range(value, bounds, middle + 1, to, spread) + " END";
    }

    /// @param column which of them
    record Spread(int column, int columns, int bits) {

        long of(int rank) {
            long spread = 0;
            for (int bit = 0; bit < bits; bit++) {
                spread |= (long) (rank >> bit & 1) << (bit * columns + (columns - 1 - column));
            }
            return spread;
        }
    }
}
