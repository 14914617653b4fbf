package io.sluice.maintenance.optimize;

import io.sluice.compute.change.Arrangement;
import io.sluice.compute.change.Arrangement.Along;
import io.sluice.compute.change.Arrangement.Curve;
import io.sluice.delta.DataFile;
import io.sluice.maintenance.optimize.Bin.Cube;
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
import java.util.UUID;

/// What of a clustered table is worth clustering (Delta protocol, "Clustered Table").
///
/// Files that are clustered together are a cube. A cube grows by new files until it is large, and is left alone from
/// then on; so are files that another implementation clustered, or that were clustered by other columns.
///
/// @param columns paths of logical names
/// @param mostBytes of a cube, about
record Clusters(List<List<String>> columns, Extent extent, long mostBytes) {

    /// A cube of this part of the most is large.
    private static final double LARGE = 2.0 / 3;

    List<Bin> bins(List<DataFile> files) {
        List<String> names =
                columns.stream().map(path -> String.join(".", path)).toList();
        var fresh = new ArrayList<DataFile>();
        Map<String, List<DataFile>> cubes = new LinkedHashMap<>();
        for (DataFile file : files) {
            Optional<Cube> cube = Cube.of(file.add());
            boolean foreign = file.add()
                    .clusteringProvider()
                    .filter(provider -> !provider.equals(Cube.PROVIDER))
                    .isPresent();
            if (!foreign && cube.isEmpty()) {
                fresh.add(file);
            } else if (!foreign && cube.get().isBy(names)) {
                cubes.computeIfAbsent(cube.get().id(), _ -> new ArrayList<>()).add(file);
            }
        }
        List<List<DataFile>> growing = cubes.values().stream()
                .filter(cube -> Bin.bytes(cube) < LARGE * mostBytes)
                .sorted(Comparator.comparingLong(Bin::bytes))
                .toList();
        return switch (extent) {
            case Extent.Needed _ -> {
                List<Bin> bins = pack(fresh, growing, names);
                purge(cubes, bins);
                yield bins;
            }
            case Extent.Crowds(int least) ->
                fresh.size() < least ? List.of() : pack(fresh, smallBeside(fresh, growing), names);
        };
    }

    /// Cubes that are not larger than what they are clustered with.
    private static List<List<DataFile>> smallBeside(List<DataFile> fresh, List<List<DataFile>> ascending) {
        var small = new ArrayList<List<DataFile>>();
        long bytes = Bin.bytes(fresh);
        for (List<DataFile> cube : ascending) {
            if (Bin.bytes(cube) > bytes) {
                break;
            }
            small.add(cube);
            bytes += Bin.bytes(cube);
        }
        return small;
    }

    private List<Bin> pack(List<DataFile> fresh, List<List<DataFile>> cubes, List<String> names) {
        var units = new ArrayList<List<DataFile>>();
        fresh.forEach(file -> units.add(List.of(file)));
        units.addAll(cubes);
        var bins = new ArrayList<Bin>();
        var open = new ArrayList<List<DataFile>>();
        long bytes = 0;
        for (List<DataFile> unit : units) {
            if (bytes + Bin.bytes(unit) > mostBytes && !open.isEmpty()) {
                close(open, names, bins);
                open.clear();
                bytes = 0;
            }
            open.add(unit);
            bytes += Bin.bytes(unit);
        }
        close(open, names, bins);
        return bins;
    }

    /// A cube alone is in order already.
    private void close(List<List<DataFile>> open, List<String> names, List<Bin> bins) {
        boolean inOrder =
                open.size() == 1 && Cube.of(open.getFirst().getFirst().add()).isPresent();
        if (!open.isEmpty() && !inOrder) {
            bins.add(Bin.of(
                    open.stream().flatMap(List::stream).toList(),
                    new Along(Curve.HILBERT, columns),
                    Optional.of(Cube.of(UUID.randomUUID().toString(), names))));
        }
    }

    /// Files that stay in their cubes without their deleted rows.
    private static void purge(Map<String, List<DataFile>> cubes, List<Bin> bins) {
        Set<DataFile> taken = Collections.newSetFromMap(new IdentityHashMap<>());
        bins.forEach(bin -> taken.addAll(bin.files()));
        cubes.values().stream()
                .flatMap(List::stream)
                .filter(file -> !Bin.isMostlyLive(file) && !taken.contains(file))
                .forEach(file -> bins.add(Bin.of(List.of(file), new Arrangement.AsTheyLie(), Cube.of(file.add()))));
    }
}
