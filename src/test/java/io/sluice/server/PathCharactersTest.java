package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathCharactersTest {

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "utf8"})
    void an_encoding_with_all_characters_needs_no_warning(String encoding) {
        assertThat(PathCharacters.warning(encoding)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ANSI_X3.4-1968", "ISO-8859-1"})
    void one_without_them_is_named_with_the_cure(String encoding) {
        assertThat(PathCharacters.warning(encoding).orElseThrow())
                .contains(encoding)
                .contains("LC_ALL=C.UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no-such-charset", "not a name!"})
    void an_unknown_encoding_is_not_trusted(String encoding) {
        assertThat(PathCharacters.warning(encoding)).isPresent();
    }
}
