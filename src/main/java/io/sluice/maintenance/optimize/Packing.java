package io.sluice.maintenance.optimize;

import io.sluice.compute.change.Arrangement;
import io.sluice.compute.change.Arrangement.Along;
import io.sluice.compute.change.Arrangement.Curve;
import io.sluice.delta.Clustering;
import io.sluice.delta.DataFile;
import io.sluice.delta.TableSnapshot;
import io.sluice.maintenance.optimize.OptimizePlan.Extent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which files are worth writing again, and which of them together: per partition, files that are small or mostly
/// deleted, packed until the target is full, in the order in which they came into the log; in a Z-order all files of
/// a partition; in a clustered table what is not clustered.
final class Packing {

    /// A file of this part of the target is large enough.
    private static final double LARGE = 0.75;

    /// The same where nobody asked for it.
    private static final double LARGE_ENOUGH = 0.5;

    private Packing() {}

    /// @param files of the partitions that are asked for
    /// @param clusterBytes of files that are clustered together, at most, about
    /// @param mostFiles that are packed together
    static List<Bin> bins(
            OptimizePlan plan, TableSnapshot snapshot, List<DataFile> files, long clusterBytes, int mostFiles) {
        List<List<String>> clustering = Clustering.paths(snapshot);
        if (!clustering.isEmpty()) {
            return new Clusters(clustering, plan.extent(), clusterBytes).bins(files);
        }
        Map<Map<String, @Nullable String>, List<DataFile>> partitions = new LinkedHashMap<>();
        for (DataFile file : files) {
            partitions
                    .computeIfAbsent(file.add().partitionValues(), _ -> new ArrayList<>())
                    .add(file);
        }
        var bins = new ArrayList<Bin>();
        for (List<DataFile> partition : partitions.values()) {
            if (plan.zOrderBy().isEmpty()) {
                pack(worth(partition, plan), plan.targetBytes(), mostFiles, bins);
            } else {
                bins.add(Bin.of(partition, new Along(Curve.Z_ORDER, plan.zOrderBy()), Optional.empty()));
            }
        }
        return bins;
    }

    private static List<DataFile> worth(List<DataFile> partition, OptimizePlan plan) {
        return switch (plan.extent()) {
            case Extent.Needed _ ->
                partition.stream()
                        .filter(file -> Bin.bytes(file) < LARGE * plan.targetBytes() || !Bin.isMostlyLive(file))
                        .toList();
            case Extent.Crowds(int least) ->
                crowd(
                        partition.stream()
                                .filter(file -> Bin.bytes(file) < LARGE_ENOUGH * plan.targetBytes())
                                .toList(),
                        least);
        };
    }

    /// Those files of which none is larger than all that are smaller together, in their order: so a row is written
    /// again only when what it lies in at least doubles, however often this is done.
    private static List<DataFile> crowd(List<DataFile> files, int least) {
        List<DataFile> ascending =
                files.stream().sorted(Comparator.comparingLong(Bin::bytes)).toList();
        long below = Bin.bytes(ascending);
        int count = ascending.size();
        while (count >= least && count > 0) {
            long largest = Bin.bytes(ascending.get(count - 1));
            below -= largest;
            if (largest <= below) {
                Set<DataFile> chosen = Collections.newSetFromMap(new IdentityHashMap<>());
                chosen.addAll(ascending.subList(0, count));
                return files.stream().filter(chosen::contains).toList();
            }
            count--;
        }
        return List.of();
    }

    private static void pack(List<DataFile> files, long targetBytes, int mostFiles, List<Bin> bins) {
        var open = new ArrayList<DataFile>();
        long bytes = 0;
        for (DataFile file : files) {
            boolean isFull = bytes + Bin.bytes(file) > targetBytes || open.size() >= mostFiles;
            if (isFull && !open.isEmpty()) {
                close(open, bins);
                open.clear();
                bytes = 0;
            }
            open.add(file);
            bytes += Bin.bytes(file);
        }
        close(open, bins);
    }

    /// A single file is worth it only for its deleted rows.
    private static void close(List<DataFile> open, List<Bin> bins) {
        boolean worth = open.size() > 1
                || open.stream().anyMatch(file -> file.add().deletionVector().isPresent());
        if (worth) {
            bins.add(Bin.of(open, new Arrangement.AsTheyLie(), Optional.empty()));
        }
    }
}
