package io.sluice.datafile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DataFilePathsTest {

    private static String path(@Nullable String value) {
        var values = new LinkedHashMap<String, @Nullable String>();
        values.put("a b", value);
        values.put("c", "1");
        return DataFilePaths.relative(values, "f.parquet");
    }

    @Test
    void partition_values_are_escaped_as_hive_does() {
        assertThat(path("x/y=z%é:")).isEqualTo("a b=x%2Fy%3Dz%25é%3A/c=1/f.parquet");
        assertThat(path(null)).isEqualTo("a b=__HIVE_DEFAULT_PARTITION__/c=1/f.parquet");
        assertThat(path("\n\u0000")).isEqualTo("a b=%0A%00/c=1/f.parquet");
    }

    @Test
    void a_value_that_makes_no_directory_name_is_left_to_the_log() {
        assertThat(path("é".repeat(130))).isEqualTo("f.parquet");
    }

    @Test
    void the_log_has_the_path_percent_encoded() {
        String encoded = DataFilePaths.encoded("a b=x%2Fé/f.parquet");
        assertThat(encoded).isEqualTo("a%20b=x%252F%C3%A9/f.parquet");
        assertThat(DataFilePaths.decoded(encoded)).isEqualTo("a b=x%2Fé/f.parquet");
        assertThat(DataFilePaths.decoded(DataFilePaths.encoded("a+b"))).isEqualTo("a+b");
    }
}
