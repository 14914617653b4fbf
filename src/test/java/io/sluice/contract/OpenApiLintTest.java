package io.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The document passes a strict linter (`openapi/redocly.yaml`), where `scripts/install-openapi-lint.sh` has put it.
class OpenApiLintTest {

    private static final Path LINTER = Path.of("target/tools/redocly/node_modules/.bin/redocly");

    @TempDir
    private Path directory;

    @Test
    void the_document_passes_the_linter() throws Exception {
        Result lint = lint(Path.of("openapi/openapi.yaml"));

        assertThat(lint.exit()).as(lint.output()).isZero();
    }

    @Test
    void a_document_without_a_summary_does_not() throws Exception {
        String worse = Files.readString(Path.of("openapi/openapi.yaml")).replaceFirst("\n      summary: .*", "");

        assertThat(lint(Files.writeString(directory.resolve("worse.yaml"), worse))
                        .exit())
                .isNotZero();
    }

    private record Result(int exit, String output) {}

    private static Result lint(Path document) throws IOException, InterruptedException {
        assumeTrue(Files.exists(LINTER), "no linter of OpenAPI documents: run scripts/install-openapi-lint.sh");
        var command = List.of(
                LINTER.toString(),
                "lint",
                "--config",
                "openapi/redocly.yaml",
                "--format",
                "stylish",
                document.toString());
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("REDOCLY_TELEMETRY", "off");
        builder.environment().put("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes());
        return new Result(process.waitFor(), output);
    }
}
