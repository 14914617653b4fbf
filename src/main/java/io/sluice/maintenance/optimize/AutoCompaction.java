package io.sluice.maintenance.optimize;

import io.sluice.access.Access;
import io.sluice.api.Activity;
import io.sluice.catalog.Catalog;
import io.sluice.commit.TableCommits;
import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import io.sluice.maintenance.MaintenanceSettings;
import io.sluice.maintenance.TableOperations;
import io.sluice.operation.Operation;
import io.sluice.operation.Operations;
import io.sluice.operation.Trigger;
import io.sluice.storage.Location;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.TableName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Packs small files after commits, on tables that want it (`delta.autoOptimize.autoCompact`), off the way of
/// requests: of each table once at a time, and it rests after each for a multiple of what that one took.
@Component
class AutoCompaction {

    private static final Logger LOG = LoggerFactory.getLogger(AutoCompaction.class);
    private static final Set<String> ON = Set.of("true", "auto", "legacy");
    private static final int REST_FACTOR = 4;

    private final Access access;
    private final Catalog catalog;
    private final TableOperations begin;
    private final Operations operations;
    private final AutoCompactSettings settings;
    private final long clusterBytes;
    private final Clock clock;
    private final Map<Location, Watch> watches = new ConcurrentHashMap<>();

    AutoCompaction(
            Access access,
            Catalog catalog,
            TableCommits commits,
            TableOperations begin,
            Operations operations,
            AutoCompactSettings settings,
            MaintenanceSettings maintenance,
            Clock clock) {
        this.access = access;
        this.catalog = catalog;
        this.begin = begin;
        this.operations = operations;
        this.settings = settings;
        this.clusterBytes = maintenance.clusterBytes().toBytes();
        this.clock = clock;
        commits.listen(this::committed);
    }

    private void committed(TableName table, TableSnapshot before, List<Action> actions) {
        if (!isOn(before.metadata().configuration()) || access.isSwitchedOff(Activity.OPTIMIZE)) {
            return;
        }
        long small = actions.stream()
                .filter(action -> action instanceof Action.AddFile file
                        && file.dataChange()
                        && file.size() < settings.maxFileSize().toBytes() / 2)
                .count();
        // What came before this process is not counted, so the first commit looks.
        Watch watch = watches.computeIfAbsent(before.location(), _ -> new Watch(settings.minNumFiles()));
        if (small > 0 && watch.begins(small, settings.minNumFiles(), clock.instant())) {
            Thread.ofVirtual().name("auto-compact-" + table).start(() -> compact(table, watch));
        }
    }

    private static boolean isOn(Map<String, String> configuration) {
        return ON.contains(configuration
                        .getOrDefault("delta.autoOptimize.autoCompact", "")
                        .toLowerCase(java.util.Locale.ROOT))
                || "true".equalsIgnoreCase(configuration.get("delta.autoOptimize"));
    }

    private void compact(TableName table, Watch watch) {
        Instant begun = clock.instant();
        try {
            TableSnapshot latest = catalog.snapshot(table, AsOf.latest());
            OptimizePlan plan = OptimizePlan.automatic(
                    latest, settings.minNumFiles(), settings.maxFileSize().toBytes());
            if (!Packing.bins(plan, latest, latest.files(), clusterBytes, Integer.MAX_VALUE)
                    .isEmpty()) {
                Operation operation = begin.optimize(Trigger.COMMITS, table, latest.location(), plan);
                operations.awaitEnd(operation);
            }
        } catch (FailureException notNow) {
            switch (notNow.failure()) {
                case Failure.OperationInProgress _, Failure.ShuttingDown _, Failure.TableNotFound _ -> {}
                default -> LOG.info("Small files of {} are packed after a later commit", table, notNow);
            }
        } catch (RuntimeException unexpected) {
            LOG.error("Small files of {} were not packed", table, unexpected);
        } finally {
            Instant end = clock.instant();
            watch.ended(end.plus(Duration.between(begun, end).multipliedBy(REST_FACTOR)));
        }
    }

    /// What has been added to a table since its files were looked at.
    private static final class Watch {

        private long files;
        private boolean atWork;
        private Instant restsUntil = Instant.MIN;

        Watch(long files) {
            this.files = files;
        }

        synchronized boolean begins(long added, int least, Instant now) {
            files += added;
            if (atWork || files < least || now.isBefore(restsUntil)) {
                return false;
            }
            files = 0;
            atWork = true;
            return true;
        }

        synchronized void ended(Instant rest) {
            atWork = false;
            restsUntil = rest;
        }
    }
}
