package io.sluice.maintenance.optimize;

import io.sluice.api.Requester;
import io.sluice.catalog.Catalog;
import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.ChangeRequest;
import io.sluice.commit.TableCommits;
import io.sluice.compute.Filter;
import io.sluice.compute.PartitionChoice;
import io.sluice.compute.WorkTime;
import io.sluice.compute.change.Arrangement;
import io.sluice.datafile.FileRewriter;
import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.Features;
import io.sluice.delta.FilePruning;
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
/// still as they were, and leaves out the ones that are not. Those are tried again, fewer of them at a time, so that
/// it comes to an end beside whoever deletes all the time.
@Component
public class Optimize {

    private static final int MOST_ROUNDS = 4;
    private static final int LEAST_FILES = 10;

    private final Catalog catalog;
    private final TableCommits commits;
    private final FileRewriter rewriter;
    private final PartitionChoice partitions;
    private final MaintenanceSettings settings;
    private final Clock clock;

    Optimize(
            Catalog catalog,
            TableCommits commits,
            FileRewriter rewriter,
            PartitionChoice partitions,
            MaintenanceSettings settings,
            Clock clock) {
        this.catalog = catalog;
        this.commits = commits;
        this.rewriter = rewriter;
        this.partitions = partitions;
        this.settings = settings;
        this.clock = clock;
    }

    /// @throws io.sluice.table.FailureException what reading, writing or committing met
    /// @throws io.sluice.operation.OperationStoppedException of the control
    public OptimizeResult run(TableName table, OptimizePlan plan, OperationControl control) throws Exception {
        var sum = new Sum();
        int mostFiles = settings.commitFiles();
        for (int round = 0; round < MOST_ROUNDS && mostFiles > 0; round++) {
            mostFiles = switch (round(table, plan, mostFiles, control, sum)) {
                case COMPLETE -> 0;
                case CUT -> settings.commitFiles();
                // Few files are written soon, and few others can change them meanwhile.
                case BEATEN -> Math.max(LEAST_FILES, settings.commitFiles() / 20);
            };
        }
        return sum.result();
    }

    /// What a round leaves to the next one.
    private enum Round {
        /// Nothing.
        COMPLETE,
        /// Files that could not be packed together because they were too many.
        CUT,
        /// Files that others changed before they were replaced.
        BEATEN
    }

    /// What all rounds did.
    private static final class Sum {

        private final Swap all = new Swap();
        private final Set<Map<String, @Nullable String>> partitions = new HashSet<>();
        private final Set<String> considered = new HashSet<>();
        private long version;
        private long done;
        private int commits;

        OptimizeResult result() {
            return new OptimizeResult(
                    version,
                    all.added().size(),
                    all.removed().size(),
                    Sizes.of(all.added()),
                    Sizes.of(all.removed()),
                    partitions.size(),
                    commits,
                    considered.size(),
                    considered.size() - all.removed().size(),
                    all.vectors());
        }
    }

    private Round round(TableName table, OptimizePlan plan, int mostFiles, OperationControl control, Sum sum)
            throws Exception {
        TableSnapshot snapshot = catalog.snapshot(table, AsOf.latest());
        Features.requireAppendable(snapshot);
        List<DataFile> considered = considered(snapshot, plan);
        List<Bin> bins =
                Packing.bins(plan, snapshot, considered, settings.clusterBytes().toBytes(), mostFiles);
        considered.forEach(
                file -> sum.considered.add(DataFile.pathKey(file.add().path())));
        sum.version = Math.max(sum.version, snapshot.version());
        long total =
                sum.done + bins.stream().mapToLong(bin -> bin.files().size()).sum();
        control.progress(sum.done, OptionalLong.of(total), "files");
        boolean isBeaten = false;
        for (List<Bin> batch : batches(bins, mostFiles)) {
            control.stopHere();
            var work = new SwapWork(
                    plan.parameters(snapshot), rewrite(snapshot, plan, batch, control, sum.done, total), clock);
            OptionalLong committed = commit(table, snapshot, work);
            work.leftOut().forEach(swap -> rewriter.discard(snapshot, swap.added()));
            isBeaten |= !work.leftOut().isEmpty();
            if (committed.isPresent()) {
                sum.version = committed.getAsLong();
                sum.commits++;
                sum.all.also(work.sum());
                work.sum().added().forEach(file -> sum.partitions.add(file.partitionValues()));
            }
            sum.done += batch.stream().mapToLong(bin -> bin.files().size()).sum();
            control.progress(sum.done, OptionalLong.of(total), "files");
        }
        boolean isPacked = bins.stream().allMatch(bin -> bin.arrangement() instanceof Arrangement.AsTheyLie);
        if (isBeaten && isPacked) {
            return Round.BEATEN;
        }
        return isPacked && bins.stream().anyMatch(bin -> bin.files().size() >= mostFiles) ? Round.CUT : Round.COMPLETE;
    }

    /// The files of the partitions that are asked for.
    private List<DataFile> considered(TableSnapshot snapshot, OptimizePlan plan) throws Exception {
        if (plan.where().isEmpty()) {
            return snapshot.files();
        }
        Filter where = plan.where().get();
        List<DataFile> files = FilePruning.mayMatch(snapshot, where.predicate());
        Set<Map<String, @Nullable String>> chosen = partitions.of(
                where,
                snapshot.schema(),
                files.stream()
                        .map(file -> file.add().partitionValues())
                        .distinct()
                        .toList());
        return files.stream()
                .filter(file -> chosen.contains(file.add().partitionValues()))
                .toList();
    }

    private List<List<Bin>> batches(List<Bin> bins, int mostFiles) {
        var batches = new ArrayList<List<Bin>>();
        long bytes = 0;
        long files = 0;
        for (Bin bin : bins) {
            if (batches.isEmpty()
                    || bytes + bin.bytes() > settings.commitBytes().toBytes()
                    || files + bin.files().size() > mostFiles) {
                batches.add(new ArrayList<>());
                bytes = 0;
                files = 0;
            }
            batches.getLast().add(bin);
            bytes += bin.bytes();
            files += bin.files().size();
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
