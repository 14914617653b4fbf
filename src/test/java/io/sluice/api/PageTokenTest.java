package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTokenTest {

    private static final PageToken TOKEN = new PageToken("rows", 7, "where=a>5", "file 3, row 1000");

    @Test
    void a_token_comes_back_as_it_went() {
        assertThat(PageToken.decode(TOKEN.encode(), "rows", "where=a>5")).isEqualTo(TOKEN);
    }

    @Test
    void a_token_needs_no_percent_encoding() {
        assertThat(TOKEN.encode()).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void a_token_of_another_question_is_refused() {
        assertRefused(TOKEN.encode(), "rows", "where=a>6");
        assertRefused(TOKEN.encode(), "history", "where=a>5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "%%%", "bnVsbA", "e30", "W10", "eyJmIjoxfQ", "eyJmIjoxLCJ6IjoxfQ", "é"})
    void any_other_text_is_refused(String text) {
        assertRefused(text, "rows", "where=a>5");
    }

    private static void assertRefused(String text, String kind, String fingerprint) {
        assertThatThrownBy(() -> PageToken.decode(text, kind, fingerprint))
                .isInstanceOfSatisfying(
                        FailureException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.BadParameter.class));
    }
}
