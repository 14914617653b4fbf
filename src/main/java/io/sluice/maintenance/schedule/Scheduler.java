package io.sluice.maintenance.schedule;

import io.sluice.access.Access;
import io.sluice.api.Activity;
import io.sluice.catalog.Catalog;
import io.sluice.commit.CommitListener;
import io.sluice.commit.TableCommits;
import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import io.sluice.maintenance.TableOperations;
import io.sluice.maintenance.optimize.OptimizePlan;
import io.sluice.maintenance.schedule.ScheduleRuns.Run;
import io.sluice.maintenance.schedule.ScheduleRuns.Scheduled;
import io.sluice.maintenance.vacuum.Vacuum;
import io.sluice.maintenance.vacuum.VacuumPlan;
import io.sluice.operation.Trigger;
import io.sluice.storage.Storages;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schedules;
import io.sluice.table.Schedules.Kind;
import io.sluice.table.TableName;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Begins what schedules say, once among all replicas.
///
/// A table's schedule is noticed when a process makes the table or commits to it, and is kept below the root from then
/// on, so that a restarted service knows it. A run is due a little later than its time, so that tables which were
/// scheduled together do not run together.
final class Scheduler {

    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

    /// Of the time between two runs.
    private static final double MOST_DELAY = 0.1;

    private final Access access;
    private final Catalog catalog;
    private final TableOperations begin;
    private final Vacuum vacuum;
    private final ScheduleRuns runs;
    private final Clock clock;
    private final RandomGenerator random;
    private final Set<TableName> committed = ConcurrentHashMap.newKeySet();
    private final Map<Due, Double> delays = new ConcurrentHashMap<>();

    /// @param number of the run before it
    private record Due(TableName table, Kind kind, long number) {}

    /// @param random how late runs are
    Scheduler(
            Access access,
            Catalog catalog,
            TableCommits commits,
            TableOperations begin,
            Vacuum vacuum,
            Storages storages,
            Clock clock,
            RandomGenerator random) {
        this.access = access;
        this.catalog = catalog;
        this.begin = begin;
        this.vacuum = vacuum;
        this.runs = new ScheduleRuns(storages);
        this.clock = clock;
        this.random = random;
        commits.listen(new CommitListener() {
            @Override
            public void committed(TableName table, TableSnapshot before, List<Action> actions) {
                committed.add(table);
            }

            @Override
            public void created(TableName table) {
                committed.add(table);
            }
        });
    }

    /// Notices new schedules and begins what is due. Never fails.
    void look() {
        note();
        try {
            runs.places().forEach(place -> guarded(place, () -> run(place)));
        } catch (IOException silent) {
            LOG.info("Schedules are looked at later", silent);
        }
    }

    /// Notices new schedules, for whichever replica begins what is due. Never fails.
    void note() {
        for (TableName table : List.copyOf(committed)) {
            guarded(table, () -> noticeOnce(table));
        }
    }

    private interface Look {
        void at() throws IOException;
    }

    /// @param what it is about
    private static void guarded(Object what, Look look) {
        try {
            look.at();
        } catch (IOException | RuntimeException later) {
            LOG.info("The schedules of {} are looked at later", what, later);
        }
    }

    private void noticeOnce(TableName table) throws IOException {
        // A commit that comes meanwhile has it looked at again, and so has a store that does not answer.
        committed.remove(table);
        try {
            notice(table);
        } catch (IOException | RuntimeException later) {
            committed.add(table);
            throw later;
        }
    }

    private void notice(TableName table) throws IOException {
        Optional<TableSnapshot> latest = latest(table);
        if (latest.isPresent() && !schedules(latest.get()).every().isEmpty()) {
            Scheduled scheduled = Scheduled.of(table, latest.get().location());
            Map<Kind, Run> last = runs.last(scheduled.place());
            for (Kind kind : schedules(latest.get()).every().keySet()) {
                if (!last.containsKey(kind)) {
                    runs.claim(scheduled, kind, 0);
                }
            }
        }
    }

    private Optional<TableSnapshot> latest(TableName table) {
        try {
            return Optional.of(catalog.snapshot(table, AsOf.latest()));
        } catch (FailureException refused) {
            if (refused.failure() instanceof Failure.TableNotFound) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    private static Schedules schedules(TableSnapshot table) {
        return Schedules.of(table.metadata().configuration());
    }

    private void run(String place) throws IOException {
        Map<Kind, Run> last = runs.last(place);
        if (last.isEmpty()) {
            return;
        }
        Scheduled scheduled = runs.find(place, last.values().iterator().next());
        TableName table = scheduled.table();
        Optional<TableSnapshot> latest = latest(table);
        Map<Kind, Duration> every =
                latest.map(snapshot -> schedules(snapshot).every()).orElse(Map.of());
        boolean elsewhere = latest.isPresent()
                && !Scheduled.of(table, latest.get().location()).equals(scheduled);
        if (latest.isEmpty() || every.isEmpty() || elsewhere) {
            runs.forget(place);
            delays.keySet().removeIf(due -> due.table().equals(table));
            // Where the name leads by now.
            notice(table);
            return;
        }
        for (Run run : last.values()) {
            if (!every.containsKey(run.kind())) {
                runs.forget(scheduled, run.kind(), Long.MAX_VALUE);
            }
        }
        for (Map.Entry<Kind, Duration> schedule : every.entrySet()) {
            if (access.isSwitchedOff(activity(schedule.getKey()))) {
                continue;
            }
            Run before = last.get(schedule.getKey());
            if (before == null) {
                runs.claim(scheduled, schedule.getKey(), 0);
            } else if (isDue(table, before, schedule.getValue())) {
                delays.remove(new Due(table, before.kind(), before.number()));
                if (runs.claim(scheduled, before.kind(), before.number() + 1)) {
                    begin(latest.get(), table, before.kind());
                }
            }
        }
    }

    private static Activity activity(Kind kind) {
        return switch (kind) {
            case OPTIMIZE -> Activity.OPTIMIZE;
            case VACUUM -> Activity.VACUUM;
            case CHECKPOINT -> Activity.CHECKPOINT;
            case STATISTICS -> Activity.STATISTICS;
        };
    }

    private boolean isDue(TableName table, Run before, Duration every) {
        double delay = delays.computeIfAbsent(
                new Due(table, before.kind(), before.number()), _ -> MOST_DELAY * random.nextDouble());
        Instant due = before.begun().plus(every).plusMillis(Math.round(every.toMillis() * delay));
        return !clock.instant().isBefore(due);
    }

    private void begin(TableSnapshot latest, TableName table, Kind kind) {
        try {
            switch (kind) {
                case OPTIMIZE ->
                    begin.optimize(Trigger.SCHEDULE, table, latest.location(), OptimizePlan.whatIsNeeded(latest));
                case VACUUM -> begin.vacuum(Trigger.SCHEDULE, table, vacuum.plan(latest, VacuumPlan.Wish.usual()));
                case STATISTICS -> begin.statistics(Trigger.SCHEDULE, table);
                case CHECKPOINT -> begin.checkpoint(Trigger.SCHEDULE, table, latest.location());
            }
        } catch (FailureException notNow) {
            LOG.info("The scheduled {} of {} is left out this time", kind.word(), table, notNow);
        }
    }
}
