package io.sluice.compute.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.compute.change.Arrangement.Curve;
import java.util.OptionalLong;
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
        assertThat(CurveSql.bits(Curve.Z_ORDER, columns, OptionalLong.of(rows))).isEqualTo(bits);
    }

    @ParameterizedTest
    @EnumSource(Curve.class)
    void the_key_of_any_number_of_columns_fits_a_long(Curve curve) {
        for (int columns = 2; columns <= 62; columns++) {
            int unknown = CurveSql.bits(curve, columns, OptionalLong.empty());
            for (long rows = 1; rows < 1L << 60; rows *= 10) {
                assertThat(CurveSql.bits(curve, columns, OptionalLong.of(rows))).isBetween(1, unknown);
            }
            assertThat(unknown * columns).isLessThanOrEqualTo(62);
        }
    }
}
