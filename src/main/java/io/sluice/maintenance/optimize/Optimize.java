package io.sluice.maintenance.optimize;

import io.sluice.api.Requester;
import io.sluice.catalog.Catalog;
import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.ChangeRequest;
import io.sluice.commit.TableCommits;
import io.sluice.compute.WorkTime;
import io.sluice.datafile.FileRewriter;
import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.Features;
import io.sluice.delta.TableSnapshot;
import io.sluice.maintenance.MaintenanceSettings;
import io.sluice.maintenance.optimize.OptimizeResult.Sizes;
import io.sluice.maintenance.optimize.OptimizeResult.Swap;
import io.sluice.operation.OperationControl;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Writes small files, and files with deleted rows, again as few large ones; several commits for a large table, so
/// that what was done stays when it is stopped.
///
/// The files are written before the table is touched: a commit then only looks whether those that it replaces are
/// still as they were, and leaves out the ones that are not.
@Component
public class Optimize {

    private final Catalog catalog;
    private final TableCommits commits;
    private final FileRewriter rewriter;
    private final MaintenanceSettings settings;
    private final Clock clock;

    Optimize(Catalog catalog, TableCommits commits, FileRewriter rewriter, MaintenanceSettings settings, Clock clock) {
        this.catalog = catalog;
        this.commits = commits;
        this.rewriter = rewriter;
        this.settings = settings;
        this.clock = clock;
    }

    /// @throws io.sluice.table.FailureException what reading, writing or committing met
    /// @throws io.sluice.operation.OperationStoppedException of the control
    public OptimizeResult run(TableName table, OptimizePlan plan, OperationControl control) throws Exception {
        TableSnapshot snapshot = catalog.snapshot(table, AsOf.latest());
        Features.requireAppendable(snapshot);
        List<Bin> bins = Packing.bins(plan, snapshot, settings.clusterBytes().toBytes());
        long total = bins.stream().mapToLong(bin -> bin.files().size()).sum();
        long done = 0;
        long version = snapshot.version();
        int batches = 0;
        var all = new Swap();
        Set<Map<String, @Nullable String>> partitions = new HashSet<>();
        control.progress(0, OptionalLong.of(total), "files");
        for (List<Bin> batch : batches(bins)) {
            control.stopHere();
            var work = new SwapWork(
                    plan.parameters(snapshot), rewrite(snapshot, plan, batch, control, done, total), clock);
            OptionalLong committed = commit(table, snapshot, work);
            work.leftOut().forEach(swap -> rewriter.discard(snapshot, swap.added()));
            if (committed.isPresent()) {
                version = committed.getAsLong();
                batches++;
                all.also(work.sum());
                work.sum().added().forEach(file -> partitions.add(file.partitionValues()));
            }
            done += batch.stream().mapToLong(bin -> bin.files().size()).sum();
            control.progress(done, OptionalLong.of(total), "files");
        }
        long considered = plan.considered(snapshot).size();
        return new OptimizeResult(
                version,
                all.added().size(),
                all.removed().size(),
                Sizes.of(all.added()),
                Sizes.of(all.removed()),
                partitions.size(),
                batches,
                considered,
                considered - all.removed().size(),
                all.vectors());
    }

    private List<List<Bin>> batches(List<Bin> bins) {
        var batches = new ArrayList<List<Bin>>();
        long bytes = 0;
        for (Bin bin : bins) {
            if (batches.isEmpty()
                    || bytes + bin.bytes() > settings.commitBytes().toBytes()) {
                batches.add(new ArrayList<>());
                bytes = 0;
            }
            batches.getLast().add(bin);
            bytes += bin.bytes();
        }
        return batches;
    }

    private List<Swap> rewrite(
            TableSnapshot snapshot,
            OptimizePlan plan,
            List<Bin> batch,
            OperationControl control,
            long before,
            long total)
            throws Exception {
        var swaps = new ArrayList<Swap>();
        long done = before;
        try {
            for (Bin bin : batch) {
                control.stopHere();
                List<Action.AddFile> added = rewriter.rewrite(
                        snapshot,
                        bin.files(),
                        bin.arrangement(),
                        plan.targetBytes(),
                        new WorkTime(settings.rewriteTime()));
                swaps.add(new Swap(
                        bin.files().stream().map(DataFile::add).toList(),
                        added.stream().map(bin::marked).toList()));
                done += bin.files().size();
                control.progress(done, OptionalLong.of(total), "files");
            }
            return swaps;
        } catch (Exception e) {
            swaps.forEach(swap -> rewriter.discard(snapshot, swap.added()));
            throw e;
        }
    }

    /// The version, or nothing when no file is as it was.
    private OptionalLong commit(TableName table, TableSnapshot snapshot, SwapWork work) {
        ChangeOutcome<SwapWork.Done> outcome =
                commits.change(ChangeRequest.of(table, snapshot.location()).by(Requester.current()), work);
        return switch (outcome) {
            case ChangeOutcome.Committed<SwapWork.Done>(long version, SwapWork.Done _) -> OptionalLong.of(version);
            case ChangeOutcome.Untouched<SwapWork.Done> _, ChangeOutcome.Replayed<SwapWork.Done> _ ->
                OptionalLong.empty();
            case ChangeOutcome.Refused<SwapWork.Done>(Failure failure) -> {
                Stream.concat(work.kept().stream(), work.leftOut().stream())
                        .forEach(swap -> rewriter.discard(snapshot, swap.added()));
                throw failure.asException();
            }
            case ChangeOutcome.Unknown<SwapWork.Done> _ -> throw new Failure.OutcomeUnknown().asException();
        };
    }
}
