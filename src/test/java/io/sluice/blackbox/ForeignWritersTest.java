package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.LongRuns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// delta-rs, and on demand Spark, append, delete and compact between our commits: `scripts/roundtrip/foreign` against
/// a running service.
@Tag("long-runs")
class ForeignWritersTest {

    private static final Path SCRIPT = Path.of("scripts", "roundtrip", "foreign");
    private static final int COMMITS = LongRuns.size("sluice.foreign.commits", 40, 500);
    private static final String WRITERS =
            System.getProperty("sluice.foreign.writers", LongRuns.areAsked() ? "deltalake,spark" : "deltalake");
    private static final int NO_JDK = 2;
    private static final int CANNOT_INSTALL = 3;

    private final RunningSluice sluice = RunningSluice.shared();

    @Test
    void no_commit_of_anybody_is_lost() throws Exception {
        assumeTrue(pythonIsThere(), "foreign writers skipped: python3 with venv is not installed");
        Process process = new ProcessBuilder(
                        SCRIPT.toString(),
                        "--url",
                        sluice.base().toString(),
                        "--root",
                        sluice.root().toString(),
                        "--commits",
                        Integer.toString(COMMITS),
                        "--writers",
                        WRITERS)
                .redirectErrorStream(true)
                .start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        assumeTrue(exit != NO_JDK, "foreign writers skipped: Spark has no JDK here");
        assumeTrue(exit != CANNOT_INSTALL, "foreign writers skipped: " + WRITERS + " cannot be installed here");
        System.out.print(told);
        assertThat(exit).as(told).isZero();
        assertThat(told).contains("same    foreign writers: delta-rs reads every row once");
        assertThat(told.contains("same    foreign writers: Spark reads every row once"))
                .isEqualTo(WRITERS.contains("spark"));
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
