package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.table.FailureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreconditionsTest {

    @Test
    void without_the_header_or_with_a_star_any_version_will_do() {
        assertThat(Preconditions.onlyIfLatest(null)).isEmpty();
        assertThat(Preconditions.onlyIfLatest("*")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"7\"", " \"7\" ", "W/\"7\""})
    void a_tag_names_a_version(String header) {
        assertThat(Preconditions.onlyIfLatest(header)).hasValue(7);
        assertThat(Preconditions.isNotModified(header, 7)).isTrue();
        assertThat(Preconditions.isNotModified(header, 8)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "\"\"", "\"seven\"", "\"1\", \"2\"", "\"-1\"", "\"99999999999999999999\""})
    void what_is_not_one_version_is_refused(String header) {
        assertThatThrownBy(() -> Preconditions.onlyIfLatest(header)).isInstanceOf(FailureException.class);
    }

    @Test
    void any_of_several_tags_may_match() {
        assertThat(Preconditions.isNotModified("\"x\", \"6\", \"7\"", 7)).isTrue();
        assertThat(Preconditions.isNotModified("\"x\"", 7)).isFalse();
        assertThat(Preconditions.isNotModified(null, 7)).isFalse();
        assertThat(Preconditions.isNotModified("*", 7)).isTrue();
    }

    @Test
    void the_headers_of_a_version_name_it_twice() {
        var headers = TableHeaders.of(7);

        assertThat(headers.getFirst("Delta-Table-Version")).isEqualTo("7");
        assertThat(headers.getETag()).isEqualTo("\"7\"");
    }
}
