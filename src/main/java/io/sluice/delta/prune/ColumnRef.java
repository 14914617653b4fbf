package io.sluice.delta.prune;

import io.sluice.delta.FileStatistics;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A column that files say something about.
///
/// @param key in the statistics' maps, or the physical name of a partition column
record ColumnRef(String key, DataType type, Place place) {

    enum Place {
        PARTITION,
        TOP_LEVEL,
        NESTED
    }

    boolean isPartition() {
        return place == Place.PARTITION;
    }

    /// The column of this path of logical names; empty when there is none or files say nothing about it.
    static Optional<ColumnRef> find(TableSnapshot snapshot, List<String> path) {
        List<Column> columns = snapshot.schema().columns();
        List<String> physical = new ArrayList<>();
        for (int depth = 0; depth < path.size(); depth++) {
            String name = path.get(depth);
            Optional<Column> found = columns.stream()
                    .filter(column -> column.name().equalsIgnoreCase(name))
                    .findFirst();
            if (found.isEmpty()) {
                return Optional.empty();
            }
            Column column = found.get();
            physical.add(
                    snapshot.columnMappingMode() == TableSnapshot.ColumnMappingMode.NONE
                            ? column.name()
                            : column.physicalName());
            if (depth == path.size() - 1) {
                return Optional.of(reference(snapshot, column, physical));
            }
            if (!(column.type() instanceof DataType.Struct struct)) {
                return Optional.empty();
            }
            columns = struct.fields();
        }
        return Optional.empty();
    }

    private static ColumnRef reference(TableSnapshot snapshot, Column column, List<String> physical) {
        if (physical.size() > 1) {
            return new ColumnRef(FileStatistics.key(physical), column.type(), Place.NESTED);
        }
        boolean partition = snapshot.metadata().partitionColumns().stream().anyMatch(column.name()::equalsIgnoreCase);
        return partition
                ? new ColumnRef(physical.getFirst(), column.type(), Place.PARTITION)
                : new ColumnRef(FileStatistics.key(physical), column.type(), Place.TOP_LEVEL);
    }
}
