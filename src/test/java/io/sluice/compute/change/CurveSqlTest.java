package io.sluice.compute.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.compute.DuckDb;
import io.sluice.compute.change.Arrangement.Along;
import io.sluice.compute.change.Arrangement.Curve;
import io.sluice.compute.scan.Footers;
import io.sluice.table.Column;
import io.sluice.table.DataType.Primitive;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CurveSqlTest {

    @ParameterizedTest
    @CsvSource({
        "2, 1000, 4",
        "2, 1000000, 5",
        "2, 5000000, 6",
        "2, 50000000, 8",
        "2, 5000000000, 8",
        "3, 5000000, 4",
        "16, 5000000000, 3",
        "62, 5000000000, 1",
    })
    void columns_are_cut_as_finely_as_readers_skip(int columns, long rows, int bits) {
        assertThat(CurveSql.bits(Curve.Z_ORDER, columns, rows)).isEqualTo(bits);
    }

    @ParameterizedTest
    @EnumSource(Curve.class)
    void the_key_of_any_number_of_columns_fits_a_long(Curve curve) {
        for (int columns = 2; columns <= 62; columns++) {
            int unknown = CurveSql.bits(curve, columns, Long.MAX_VALUE);
            for (long rows = 1; rows < 1L << 60; rows *= 10) {
                assertThat(CurveSql.bits(curve, columns, rows)).isBetween(1, unknown);
            }
            assertThat(unknown * columns).isLessThanOrEqualTo(62);
        }
    }

    @TempDir
    Path directory;

    /// Of 100,000 rows with nulls and frequent values: how many pieces there are, rows in the smallest, and whether
    /// each row is in one.
    private String pieces(Along along, int most) throws Exception {
        var settings = new DuckDb.Settings(List.of(directory), directory.resolve("spill"), 128 << 20, 2, 2);
        List<Column> columns = List.of(new Column("a", Primitive.LONG), new Column("b", Primitive.STRING));
        try (var duckDb = new DuckDb(settings)) {
            return duckDb.call(DuckDb.Purpose.MAINTENANCE, connection -> {
                var statements = new Statements(connection, duckDb.allocator(), new Footers());
                statements.run(
                        "CREATE TEMP TABLE t AS SELECT CASE WHEN range % 10 = 0 THEN NULL ELSE (hash(range) >> 1)::BIGINT"
                                + " & 1048575 END AS a, md5(range::VARCHAR) AS b FROM range(100000)");
                List<String> pieces = new CurveSql(statements).order("SELECT * FROM t", 100_000, along, columns, most);
                var counts = new ArrayList<Long>();
                statements.run("CREATE TEMP TABLE seen (a BIGINT, b VARCHAR)");
                for (String piece : pieces) {
                    counts.add(statements
                            .list("SELECT count(*) FROM (" + piece + ")", row -> row.getLong(1))
                            .getFirst());
                    statements.run("INSERT INTO seen SELECT a, b FROM (" + piece + ")");
                }
                long kept = statements
                        .list("SELECT count(*) FROM seen JOIN t USING (b)", row -> row.getLong(1))
                        .getFirst();
                return pieces.size() + " pieces, all above 5000: "
                        + counts.stream().allMatch(count -> count > 5000) + ", " + kept + " rows";
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Curve.class)
    void pieces_are_alike_and_hold_each_row_once(Curve curve) throws Exception {
        var along = new Along(curve, List.of(List.of("a"), List.of("b")));

        assertThat(pieces(along, 8)).isEqualTo("8 pieces, all above 5000: true, 100000 rows");
        assertThat(pieces(along, 1)).isEqualTo("1 pieces, all above 5000: true, 100000 rows");
    }

    @Test
    void pieces_by_one_column_hold_each_row_once() throws Exception {
        var along = new Along(Curve.Z_ORDER, List.of(List.of("a")));

        assertThat(pieces(along, 8)).isEqualTo("8 pieces, all above 5000: true, 100000 rows");
    }

    @Test
    void pieces_follow_each_other() throws Exception {
        var settings = new DuckDb.Settings(List.of(directory), directory.resolve("spill"), 128 << 20, 2, 2);
        List<Column> columns = List.of(new Column("a", Primitive.LONG));
        try (var duckDb = new DuckDb(settings)) {
            List<Long> order = duckDb.call(DuckDb.Purpose.MAINTENANCE, connection -> {
                var statements = new Statements(connection, duckDb.allocator(), new Footers());
                statements.run(
                        "CREATE TEMP TABLE t AS SELECT (hash(range) >> 1)::BIGINT & 1048575 AS a FROM range(20000)");
                var all = new ArrayList<Long>();
                for (String piece : new CurveSql(statements)
                        .order(
                                "SELECT * FROM t",
                                20_000,
                                new Along(Curve.Z_ORDER, List.of(List.of("a"))),
                                columns,
                                4)) {
                    all.addAll(statements.list("SELECT a FROM (" + piece + ")", row -> row.getLong(1)));
                }
                return all;
            });
            assertThat(order).hasSize(20_000).isSorted();
        }
    }
}
