package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.LongRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The clients of `clients/` pass their own tests against this service. To build one takes up to a minute, so a build
/// tries those that `scripts/clients test` has built before; on demand all.
@Tag("long-runs")
class ClientsTest {

    private static final int CANNOT_BE_HAD = 3;

    private final RunningSluice sluice = RunningSluice.shared();

    @ParameterizedTest
    @CsvSource({
        "python, clients/target/venv/.installed",
        "typescript, clients/typescript/dist/.made-of",
        "java, only on demand"
    })
    void a_client_passes_its_tests(String client, Path built) throws IOException, InterruptedException {
        assumeTrue(
                LongRuns.areAsked() || Files.exists(built),
                client + " client skipped: scripts/clients test " + client + " builds it");
        var builder = new ProcessBuilder(List.of("scripts/clients", "test", client)).redirectErrorStream(true);
        builder.environment().put("SLUICE_URL", sluice.base().toString());
        Process process = builder.start();
        String told = new String(process.getInputStream().readAllBytes());
        int exit = process.waitFor();

        assumeTrue(exit != CANNOT_BE_HAD, client + " client skipped: " + told);
        assertThat(exit).as(told).isZero();
        assertThat(told).contains(client + ": passed");
    }
}
