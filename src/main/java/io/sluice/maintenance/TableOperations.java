package io.sluice.maintenance;

import io.sluice.commit.TableCommits;
import io.sluice.delta.TableMissingException;
import io.sluice.maintenance.optimize.Optimize;
import io.sluice.maintenance.optimize.OptimizePlan;
import io.sluice.maintenance.statistics.Statistics;
import io.sluice.maintenance.vacuum.Vacuum;
import io.sluice.maintenance.vacuum.VacuumPlan;
import io.sluice.operation.Operation;
import io.sluice.operation.Operations;
import io.sluice.operation.Sharing;
import io.sluice.operation.Trigger;
import io.sluice.storage.Location;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.io.IOException;
import org.springframework.stereotype.Component;

/// Begins what clients, schedules and commits alike ask for.
@Component
public class TableOperations {

    private final Operations operations;
    private final TableCommits commits;
    private final Optimize optimize;
    private final Vacuum vacuum;
    private final Statistics statistics;

    TableOperations(
            Operations operations, TableCommits commits, Optimize optimize, Vacuum vacuum, Statistics statistics) {
        this.operations = operations;
        this.commits = commits;
        this.optimize = optimize;
        this.vacuum = vacuum;
        this.statistics = statistics;
    }

    /// What nobody asked for is done once at a time.
    public Operation optimize(Trigger trigger, TableName table, Location location, OptimizePlan plan) {
        Sharing sharing = switch (trigger) {
            case REQUEST -> new Sharing.Shared();
            case SCHEDULE, COMMITS -> new Sharing.OneOfKind(location);
        };
        return operations.submit(trigger, "optimize", table, sharing, control -> optimize.run(table, plan, control));
    }

    public Operation vacuum(Trigger trigger, TableName table, VacuumPlan plan) {
        return operations.submit(
                trigger,
                "vacuum",
                table,
                new Sharing.OneOfOldFiles(plan.location()),
                control -> vacuum.run(table, plan, control));
    }

    public Operation statistics(Trigger trigger, TableName table) {
        return operations.submit(
                trigger, "statistics", table, new Sharing.Shared(), control -> statistics.run(table, control));
    }

    /// @param version that the checkpoint is of
    record CheckpointResult(long version) {}

    public Operation checkpoint(Trigger trigger, TableName table, Location location) {
        return operations.submit(
                trigger,
                "checkpoint",
                table,
                new Sharing.Shared(),
                _ -> new CheckpointResult(checkpoint(table, location)));
    }

    private long checkpoint(TableName table, Location location) throws IOException {
        try {
            return commits.checkpoint(location);
        } catch (TableMissingException dropped) {
            throw new Failure.TableNotFound(table).asException(dropped);
        }
    }
}
