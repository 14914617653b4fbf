package io.sluice.maintenance.schedule;

import io.sluice.access.Access;
import io.sluice.catalog.Catalog;
import io.sluice.commit.TableCommits;
import io.sluice.maintenance.TableOperations;
import io.sluice.maintenance.vacuum.Vacuum;
import io.sluice.storage.Storages;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/// Has schedules looked at every now and then, on a thread of its own.
@Component
class ScheduleTimer implements AutoCloseable {

    private static final Duration BETWEEN_NOTES = Duration.ofMinutes(1);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("schedules").factory());

    ScheduleTimer(
            Access access,
            Catalog catalog,
            TableCommits commits,
            TableOperations begin,
            Vacuum vacuum,
            Storages storages,
            ScheduleSettings settings,
            Clock clock) {
        var scheduler = new Scheduler(access, catalog, commits, begin, vacuum, storages, clock, new Random());
        // A replica that runs nothing still says what others are to run.
        boolean runs = settings.interval().isPositive();
        long nanos = (runs ? settings.interval() : BETWEEN_NOTES).toNanos();
        Runnable look = runs ? scheduler::look : scheduler::note;
        var unused = timer.scheduleWithFixedDelay(look, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
