package io.sluice.maintenance.optimize;

import io.sluice.compute.change.Arrangement;
import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Files that are written again together, and become files of the target size.
///
/// @param files of one partition
/// @param bytes of the rows that are left of them
/// @param cube what marks the new files as clustered
record Bin(List<DataFile> files, long bytes, Arrangement arrangement, Optional<Cube> cube) {

    /// A file of which more is deleted is written again whatever its size.
    private static final double MOSTLY_LIVE = 0.05;

    Bin {
        files = List.copyOf(files);
    }

    static Bin of(List<DataFile> files, Arrangement arrangement, Optional<Cube> cube) {
        return new Bin(files, bytes(files), arrangement, cube);
    }

    /// Files that were clustered together, as Delta's own clustering marks them, so that it goes on where this one
    /// stopped, and the other way round.
    ///
    /// @param tags of the files
    record Cube(Map<String, String> tags) {

        static final String PROVIDER = "liquid";

        private static final String ID = "ZCUBE_ID";
        private static final String COLUMNS = "ZCUBE_ZORDER_BY";
        private static final String CURVE = "ZCUBE_ZORDER_CURVE";

        /// @param id of no other cube
        static Cube of(String id, List<String> columns) {
            return new Cube(Map.of(ID, id, COLUMNS, OptimizePlan.texts(columns), CURVE, "hilbert"));
        }

        static Optional<Cube> of(Action.AddFile file) {
            boolean marked = file.tags().containsKey(ID) && file.tags().containsKey(COLUMNS);
            return marked ? Optional.of(new Cube(file.tags())) : Optional.empty();
        }

        String id() {
            return tags.getOrDefault(ID, "");
        }

        boolean isBy(List<String> columns) {
            return tags.getOrDefault(COLUMNS, "").equals(OptimizePlan.texts(columns));
        }
    }

    /// A file that the work made, as what it is.
    Action.AddFile marked(Action.AddFile file) {
        return cube.map(made -> file.clustered(Cube.PROVIDER, made.tags())).orElse(file);
    }

    static long bytes(List<DataFile> files) {
        return files.stream().mapToLong(Bin::bytes).sum();
    }

    /// Bytes of the rows that are left.
    static long bytes(DataFile file) {
        return Math.round(file.add().size() * (1 - deleted(file)));
    }

    static boolean isMostlyLive(DataFile file) {
        return deleted(file) <= MOSTLY_LIVE;
    }

    /// The part of the rows that a deletion vector removes.
    private static double deleted(DataFile file) {
        long gone = file.add()
                .deletionVector()
                .map(Action.DeletionVector::cardinality)
                .orElse(0L);
        long rows = file.statistics().numRecords().orElse(0);
        return gone == 0 || rows <= 0 ? 0 : Math.min(1, (double) gone / rows);
    }
}
