package io.sluice.compute.change;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The curve goes through every cell once and never leaps.
class HilbertCellsTest {

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void cells_that_follow_each_other_are_neighbours(int dimensions) {
        int bits = Math.min(4, HilbertCells.bits(dimensions));
        var cells = new HilbertCells(dimensions, bits);
        int count = 1 << (dimensions * bits);
        int[] byPlace = new int[count];
        java.util.Arrays.fill(byPlace, -1);
        for (int cell = 0; cell < count; cell++) {
            int place = Math.toIntExact(cells.place(cell));
            assertThat(byPlace[place]).as("a second cell at " + place).isEqualTo(-1);
            byPlace[place] = cell;
        }
        for (int place = 1; place < count; place++) {
            int[] before = cells.coordinates(byPlace[place - 1]);
            int[] after = cells.coordinates(byPlace[place]);
            int distance = 0;
            for (int i = 0; i < dimensions; i++) {
                distance += Math.abs(before[i] - after[i]);
            }
            assertThat(distance).as("from place " + (place - 1)).isEqualTo(1);
        }
    }
}
