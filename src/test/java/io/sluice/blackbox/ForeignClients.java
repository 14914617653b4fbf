package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `scripts/roundtrip/run`: other Delta clients.
///
/// delta-rs takes part wherever Python is. Spark costs minutes, so it takes part where the system property
/// `sluice.roundtrip.readers` names it (`deltalake,spark`).
final class ForeignClients {

    private static final Path SCRIPT = Path.of("scripts", "roundtrip", "run");
    private static final int CANNOT_INSTALL = 3;

    private ForeignClients() {}

    /// @param lines what the script told
    record Told(int exit, List<String> lines) {}

    /// Skips the test where the clients cannot be installed.
    static Told run(String... arguments) throws IOException, InterruptedException {
        assumeTrue(pythonIsThere(), "other clients skipped: python3 with venv is not installed");
        var command = new ArrayList<>(List.of(SCRIPT.toString(), "--readers", readers()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines = new ArrayList<>();
        process.inputReader().lines().forEach(lines::add);
        int exit = process.waitFor();
        assumeTrue(exit != CANNOT_INSTALL, "other clients skipped: they cannot be installed here");
        assertThat(lines).as("what the script told").anyMatch(line -> line.startsWith("same "));
        return new Told(exit, lines);
    }

    private static String readers() {
        return System.getProperty("sluice.roundtrip.readers", "deltalake");
    }

    private static boolean pythonIsThere() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "-c", "import venv, ensurepip")
                            .redirectErrorStream(true)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noPython) {
            return false;
        }
    }
}
