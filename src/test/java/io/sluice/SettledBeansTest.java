package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettledBeansTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--sluice.root=/tables",
                "--server.port=0",
                "--logging.level.root=WARN",
                "--spring.lifecycle.timeout-per-shutdown-phase=5s",
                "spring.main.lazy-initialization=true",
            })
    void settings_that_are_only_values_keep_the_settled_beans(String argument) {
        assertThat(SettledBeans.fit(List.of(argument), List.of("PATH", "SLUICE_ROOT"), List.of("java.home"), directory))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--spring.profiles.active=test",
                "--management.server.port=8081",
                "--management.endpoints.web.exposure.include=*",
                "--springdoc.api-docs.enabled=false",
                "--server.forward-headers-strategy=framework",
                "--server.forwardHeadersStrategy=framework",
            })
    void settings_that_may_decide_which_beans_there_are_look_for_them_anew(String argument) {
        assertThat(SettledBeans.fit(List.of(argument), List.of(), List.of(), directory))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"MANAGEMENT_SERVER_PORT", "SPRING_APPLICATION_JSON", "SERVER_FORWARD_HEADERS_STRATEGY"})
    void so_do_variables_of_the_environment(String variable) {
        assertThat(SettledBeans.fit(List.of(), List.of(variable), List.of(), directory))
                .isFalse();
    }

    @Test
    void so_do_properties_of_the_jvm() {
        assertThat(SettledBeans.fit(List.of(), List.of(), List.of("spring.aot.enabled"), directory))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application.yaml", "application-test.properties", "config"})
    void so_do_files_with_settings(String name) throws IOException {
        Files.createFile(directory.resolve(name));

        assertThat(SettledBeans.fit(List.of(), List.of(), List.of(), directory)).isFalse();
    }

    @Test
    void a_directory_of_classes_looks_for_beans_anew() {
        assertThat(SettledBeans.fit(List.of())).isFalse();
    }
}
