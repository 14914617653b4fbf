package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Other Delta clients read what Sluice wrote and the other way round, row by row: `scripts/roundtrip/run` against a
/// running service.
///
/// delta-rs takes part wherever Python is. Spark costs minutes, so it takes part where it is installed already, or
/// where the system property `sluice.roundtrip.readers` names it (`deltalake,spark`).
class ClientRoundTripTest {

    private static final Path SCRIPT = Path.of("scripts", "roundtrip", "run");
    private static final Path INSTALLED_SPARK = Path.of("scripts", "roundtrip", ".work", "venv-spark", "installed.txt");
    private static final int CANNOT_INSTALL = 3;

    private final RunningSluice sluice = RunningSluice.shared();

    @TestFactory
    Stream<DynamicTest> other_clients_and_sluice_read_the_same_rows() throws IOException, InterruptedException {
        assumeTrue(pythonIsThere(), "client round trip skipped: python3 with venv is not installed");
        Process process = new ProcessBuilder(
                        SCRIPT.toString(),
                        "--readers",
                        readers(),
                        "--url",
                        sluice.base().toString(),
                        "--root",
                        sluice.root().toString())
                .redirectErrorStream(true)
                .start();
        List<String> lines = new ArrayList<>();
        process.inputReader().lines().forEach(lines::add);
        int exit = process.waitFor();
        assumeTrue(exit != CANNOT_INSTALL, "client round trip skipped: the clients cannot be installed here");
        assertThat(lines).as("what the script told").anyMatch(line -> line.startsWith("same "));
        return Stream.concat(
                comparisons(lines),
                Stream.of(dynamicTest(
                        "the script ends well",
                        () -> assertThat(exit).as(String.join("\n", lines)).isZero())));
    }

    private static Stream<DynamicTest> comparisons(List<String> lines) {
        var byCase = new LinkedHashMap<String, List<String>>();
        lines.stream()
                .filter(line -> line.startsWith("same ") || line.startsWith("DIFFERS "))
                .forEach(line -> byCase.computeIfAbsent(
                                line.substring(8, line.indexOf(':', 8)), name -> new ArrayList<>())
                        .add(line));
        return byCase.entrySet().stream()
                .map(told -> dynamicTest(
                        told.getKey(),
                        () -> assertThat(told.getValue()).noneMatch(line -> line.startsWith("DIFFERS "))));
    }

    private static String readers() {
        return System.getProperty(
                "sluice.roundtrip.readers", Files.exists(INSTALLED_SPARK) ? "deltalake,spark" : "deltalake");
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
