package io.sluice.compute.change;

import io.sluice.compute.scan.QuestionSql;
import io.sluice.compute.scan.Sql;
import io.sluice.compute.scan.SqlType;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A row's place on a Z-order curve as an expression.
///
/// Each column's values are cut into ranges that hold about as many rows, by quantiles of a sample, so that skewed
/// columns count as much as even ones. The expression finds a value's range by comparisons and gives the range's
/// number with its bits already spread: what remains is to add them. Nulls are in the first range.
final class ZOrderSql {

    private static final int SAMPLED_ROWS = 100_000;
    private static final int MOST_BITS = 10;
    private static final int KEY_BITS = 62;

    private final Statements statements;

    ZOrderSql(Statements statements) {
        this.statements = statements;
    }

    /// @param rows a `SELECT` with the columns under their logical names
    /// @param paths of the columns
    /// @param columns the table's
    String key(String rows, List<List<String>> paths, List<Column> columns) throws SQLException {
        int bits = Math.max(1, Math.min(MOST_BITS, KEY_BITS / paths.size()));
        var parts = new ArrayList<String>();
        for (int i = 0; i < paths.size(); i++) {
            String value = QuestionSql.value(paths.get(i));
            String type = SqlType.logical(type(paths.get(i), columns));
            List<String> bounds = bounds(rows, value, type, 1 << bits);
            parts.add("CASE WHEN " + value + " IS NULL THEN 0 ELSE "
                    + range(value, bounds, 0, bounds.size(), new Spread(i, paths.size(), bits)) + " END");
        }
        return parts.stream().collect(Collectors.joining(" + ", "CAST(", " AS BIGINT)"));
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
        return java.util.Objects.requireNonNull(type);
    }

    /// Where the second and each later range begins, as constants.
    private List<String> bounds(String rows, String value, String type, int ranges) throws SQLException {
        String fractions = IntStream.range(1, ranges)
                .mapToObj(i -> Double.toString((double) i / ranges))
                .collect(Collectors.joining(", ", "[", "]"));
        List<String> texts = statements.list(
                "SELECT DISTINCT CAST(bound AS VARCHAR), bound FROM (SELECT unnest(quantile_disc(value, " + fractions
                        + ")) AS bound FROM (SELECT value FROM (SELECT " + value + " AS value FROM (" + rows
                        + ")) USING SAMPLE " + SAMPLED_ROWS
                        + " ROWS) WHERE value IS NOT NULL) WHERE bound IS NOT NULL ORDER BY bound",
                row -> row.getString(1));
        return texts.stream()
                .map(text -> "CAST(" + Sql.literal(text) + " AS " + type + ")")
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
    private record Spread(int column, int columns, int bits) {

        long of(int rank) {
            long spread = 0;
            for (int bit = 0; bit < bits; bit++) {
                spread |= (long) (rank >> bit & 1) << (bit * columns + (columns - 1 - column));
            }
            return spread;
        }
    }
}
