package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class BinarySizesTest {

    private final BinarySizes sizes = new BinarySizes();

    @Test
    void units_of_powers_of_two_are_read_under_both_names() {
        assertThat(sizes.convert("1GiB")).isEqualTo(DataSize.ofGigabytes(1)).isEqualTo(sizes.convert("1GB"));
        assertThat(sizes.convert(" 512 mib")).isEqualTo(DataSize.ofMegabytes(512));
        assertThat(sizes.convert("16KiB")).isEqualTo(DataSize.ofKilobytes(16));
        assertThat(sizes.convert("2TiB")).isEqualTo(DataSize.ofTerabytes(2));
        assertThat(sizes.convert("77")).isEqualTo(DataSize.ofBytes(77));
    }

    @Test
    void other_texts_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> sizes.convert("1PiB"));
        assertThatIllegalArgumentException().isThrownBy(() -> sizes.convert("GiB"));
    }
}
