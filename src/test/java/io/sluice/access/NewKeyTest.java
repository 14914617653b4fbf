package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NewKeyTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return NewKey.run(
                List.of(arguments),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Clock.fixed(Instant.parse("2026-06-01T12:00:00Z"), ZoneOffset.UTC));
    }

    @Test
    void the_command_prints_the_key_and_the_entry_with_its_hash() {
        assertThat(run("key", "--name=loader")).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8).lines().toList())
                .satisfiesExactly(
                        key -> assertThat(key).matches("slk_[0-9a-f]{12}_[A-Za-z0-9_-]{43}"),
                        name -> assertThat(name).isEqualTo("  - name: loader"),
                        secrets -> assertThat(secrets).isEqualTo("    secrets:"),
                        id -> assertThat(id).matches("      - id: \"[0-9a-f]{12}\""),
                        hash -> assertThat(hash).matches("        sha256: \"[0-9a-f]{64}\""));
    }

    @ParameterizedTest
    @CsvSource({
        "P90D, 2026-08-30T12:00:00Z",
        "PT1H, 2026-06-01T13:00:00Z",
        "2027-01-01, 2027-01-01T00:00:00Z",
        "2027-01-01T01:00:00+01:00, 2027-01-01T00:00:00Z",
    })
    void a_key_may_expire(String text, String expires) {
        assertThat(run("key", "--name=loader", "--expires=" + text)).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("expires: \"" + expires + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--name=a b", "--nam=a", "--name=a --expires=soon", "--name=", "--name=a --other=1"})
    void anything_else_explains_the_command_and_makes_no_key(String arguments) {
        assertThat(run(("key " + arguments).replace("a b", "a\u00a0b").split(" ")))
                .isEqualTo(2);

        assertThat(out.size()).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--name=<name>");
    }
}
