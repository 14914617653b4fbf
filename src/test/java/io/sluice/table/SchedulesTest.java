package io.sluice.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulesTest {

    @Test
    void properties_say_what_is_done_how_often_and_what_cannot_be_read_is_left_out() {
        assertThat(Schedules.of(Map.of(
                                "sluice.optimize.every", "PT6H",
                                "sluice.VACUUM.every", "P1W",
                                "sluice.checkpoint.every", "often",
                                "sluice.softDeleteColumn", "d"))
                        .every())
                .isEqualTo(Map.of(
                        Schedules.Kind.OPTIMIZE, Duration.ofHours(6), Schedules.Kind.VACUUM, Duration.ofDays(7)));
    }

    @ParameterizedTest
    @CsvSource({
        "sluice.optimize.every, PT1M, ''",
        "sluice.vacuum.every, P1DT12H, ''",
        "sluice.softDeleteColumn, x, ''",
        "sluice.optimize.every, 6 hours, ISO-8601",
        "sluice.optimize.every, PT59S, ISO-8601",
        "sluice.optimize.every, -PT6H, ISO-8601",
        "sluice.optimize.every, P9999999D, ISO-8601",
        "sluice.optimise.every, PT6H, not known",
    })
    void what_cannot_be_set_is_explained(String property, String value, String fault) {
        assertThat(Schedules.fault(property, value).orElse("")).contains(fault);
        assertThat(Schedules.fault(property, value).isPresent()).isEqualTo(!fault.isEmpty());
    }
}
