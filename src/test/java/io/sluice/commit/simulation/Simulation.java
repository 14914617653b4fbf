package io.sluice.commit.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.sluice.commit.simulation.Schedule.Committer;
import io.sluice.commit.simulation.Schedule.Report;
import java.time.Duration;
import org.slf4j.LoggerFactory;

/// Runs schedules one after the other and ends with 1 at the first that breaks the invariant, which it prints.
///
/// Arguments: a [Committer], the first seed, how many.
public final class Simulation {

    private Simulation() {}

    public static void main(String[] arguments) {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME))
                .setLevel(Boolean.getBoolean("sluice.simulation.log") ? Level.DEBUG : Level.OFF);
        Committer committer = Committer.valueOf(arguments[0]);
        long first = Long.parseLong(arguments[1]);
        long count = Long.parseLong(arguments[2]);
        long begunNanos = System.nanoTime();
        long requests = 0;
        long versions = 0;
        long checkpoints = 0;
        int fingerprint = 0;
        for (long seed = first; seed < first + count; seed++) {
            Report report = new Schedule(seed, committer).run();
            requests += report.requests().size();
            versions += report.versions();
            checkpoints += report.checkpoints();
            fingerprint = 31 * fingerprint + report.fingerprint();
            if (!report.holds()) {
                System.out.println(report);
                System.exit(1);
            }
        }
        System.out.printf(
                "%d schedules from seed %d hold: %d requests, %d versions, %d checkpoints, fingerprint %08x, %d s%n",
                count,
                first,
                requests,
                versions,
                checkpoints,
                fingerprint,
                Duration.ofNanos(System.nanoTime() - begunNanos).toSeconds());
        System.exit(0);
    }
}
