package io.sluice.commit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.LongRuns;
import io.sluice.commit.simulation.Schedule.Committer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Whatever the network, the store and death do, clients were told the truth.
///
/// `-Dsluice.simulation.schedules=` and `-Dsluice.simulation.seed=` choose what runs; one schedule of the printed seed
/// is the failure again, with `-Dsluice.simulation.log=true` as the log tells it. In JVMs of their own, because the
/// scheduler of virtual threads wants the JDK opened.
@Tag("long-runs")
class CommitSimulationTest {

    private static final int JVMS = 2;
    private static final int SCHEDULES = LongRuns.size("sluice.simulation.schedules", 20_000, 1_000_000);
    private static final long SEED = Long.getLong("sluice.simulation.seed", 1);

    @Test
    void acknowledged_rows_are_there_once_refused_ones_are_not_and_a_key_settles_what_is_unknown() throws Exception {
        int jvms = Math.min(JVMS, SCHEDULES);
        List<Process> processes = new ArrayList<>();
        for (int jvm = 0; jvm < jvms; jvm++) {
            long first = SEED + (long) SCHEDULES * jvm / jvms;
            long next = SEED + (long) SCHEDULES * (jvm + 1) / jvms;
            processes.add(start(Committer.SLUICE, first, next - first));
        }
        for (Process process : processes) {
            String said = said(process);
            System.out.print(said);
            assertThat(process.waitFor()).as(said).isZero();
        }
    }

    @Test
    void one_seed_is_one_schedule() throws Exception {
        assertThat(said(start(Committer.SLUICE, 100, 100)).replaceAll(", \\d+ s", ""))
                .isEqualTo(said(start(Committer.SLUICE, 100, 100)).replaceAll(", \\d+ s", ""))
                .contains("hold")
                .doesNotContain(" 0 checkpoints");
    }

    @Test
    void the_harness_sees_that_kernels_default_committer_writes_rows_twice() throws Exception {
        assertThat(said(start(Committer.KERNEL, 1, 100))).contains("VIOLATION", "both bring kernel-");
    }

    @Test
    void the_harness_sees_that_a_store_overwrites_commits() throws Exception {
        assertThat(said(start(Committer.SLUICE_ON_OVERWRITING_STORE, 1, 100))).contains("VIOLATION");
    }

    private static Process start(Committer committer, long first, long count) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-Djdk.trackAllThreads=false",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "-Dsluice.simulation.log=" + Boolean.getBoolean("sluice.simulation.log"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Simulation.class.getName(),
                        committer.name(),
                        Long.toString(first),
                        Long.toString(count))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String said(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
