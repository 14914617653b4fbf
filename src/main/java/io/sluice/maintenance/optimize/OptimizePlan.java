package io.sluice.maintenance.optimize;

import io.sluice.compute.Filter;
import io.sluice.compute.FilterLimits;
import io.sluice.compute.change.Arrangement;
import io.sluice.datafile.TableLayout;
import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.FilePruning;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.JsonValues;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is asked of an optimize, checked against the table.
///
/// @param where a condition on partition columns
/// @param targetBytes of a file
public record OptimizePlan(Optional<Filter> where, String whereText, Arrangement arrangement, long targetBytes) {

    private static final long LEAST_TARGET = 1 << 10;
    private static final long MOST_TARGET = 16L << 30;
    private static final int MOST_COLUMNS = 16;
    /// A file of this part of the target is large enough.
    private static final double LARGE = 0.75;
    /// A file of which more is deleted is written again whatever its size.
    private static final double MOSTLY_LIVE = 0.05;

    /// @param where empty for all partitions
    /// @param zOrderBy none to leave rows as they lie
    /// @param targetFileBytes null for the table's
    /// @throws io.sluice.table.FailureException `bad-filter`, `bad-parameter`
    public static OptimizePlan of(
            TableSnapshot snapshot,
            String where,
            List<String> zOrderBy,
            @Nullable Long targetFileBytes,
            FilterLimits limits) {
        if (targetFileBytes != null && (targetFileBytes < LEAST_TARGET || targetFileBytes > MOST_TARGET)) {
            throw new Failure.BadParameter(
                            "targetFileBytes", "it is a number of bytes from " + LEAST_TARGET + " to " + MOST_TARGET)
                    .asException();
        }
        return new OptimizePlan(
                where.isBlank() ? Optional.empty() : Optional.of(partitionFilter(snapshot, where, limits)),
                where,
                zOrderBy.isEmpty() ? new Arrangement.AsTheyLie() : zOrder(snapshot, zOrderBy),
                targetFileBytes == null ? TableLayout.of(snapshot).targetFileBytes() : targetFileBytes);
    }

    private static Filter partitionFilter(TableSnapshot snapshot, String where, FilterLimits limits) {
        Filter filter = Filter.parse(where, snapshot.schema(), limits);
        List<String> partitions = snapshot.metadata().partitionColumns();
        for (String column : filter.columns()) {
            if (partitions.stream().noneMatch(column::equalsIgnoreCase)) {
                throw new Failure.BadFilter(
                                column + " is not a partition column; files are chosen by whole partitions, so"
                                        + (partitions.isEmpty()
                                                ? " a table without partitions is optimized as a whole"
                                                : " a condition may name " + String.join(", ", partitions)))
                        .asException();
            }
        }
        return filter;
    }

    private static Arrangement zOrder(TableSnapshot snapshot, List<String> names) {
        if (names.size() > MOST_COLUMNS) {
            throw bad("it names more than " + MOST_COLUMNS + " columns");
        }
        var paths = new ArrayList<List<String>>();
        for (String name : names) {
            List<String> path = path(snapshot.schema(), name);
            if (paths.contains(path)) {
                throw bad(name + " is named twice");
            }
            boolean partition =
                    snapshot.metadata().partitionColumns().stream().anyMatch(path.getFirst()::equalsIgnoreCase);
            if (partition) {
                throw bad(name + " is a partition column: all rows of a file have the same value");
            }
            if (!TableLayout.of(snapshot).hasStatistics(path)) {
                throw bad(name + " has no statistics, so an order by it would skip no file; see"
                        + " delta.dataSkippingStatsColumns and delta.dataSkippingNumIndexedCols");
            }
            paths.add(path);
        }
        return new Arrangement.ZOrder(paths);
    }

    private static List<String> path(Schema schema, String name) {
        Optional<Column> whole = schema.find(name);
        if (whole.isPresent()) {
            requireOrder(name, whole.get().type());
            return List.of(whole.get().name());
        }
        var path = new ArrayList<String>();
        List<Column> level = schema.columns();
        DataType type = new DataType.Struct(level);
        for (String part : name.split("\\.", -1)) {
            Column column = level.stream()
                    .filter(field -> field.name().equalsIgnoreCase(part))
                    .findFirst()
                    .orElseThrow(() ->
                            bad("there is no column " + (name.length() > 100 ? name.substring(0, 100) + "…" : name)));
            path.add(column.name());
            type = column.type();
            level = type instanceof DataType.Struct(var fields) ? fields : List.of();
        }
        requireOrder(name, type);
        return path;
    }

    private static void requireOrder(String name, DataType type) {
        boolean ordered = switch (type) {
            case DataType.Primitive primitive ->
                primitive != DataType.Primitive.VARIANT && primitive != DataType.Primitive.VOID;
            case DataType.Decimal _ -> true;
            case DataType.Array _, DataType.Map _, DataType.Struct _ -> false;
        };
        if (!ordered) {
            throw bad(name + " is of a type without an order");
        }
    }

    private static RuntimeException bad(String reason) {
        return new Failure.BadParameter("zOrderBy", reason).asException();
    }

    /// Files that are written again together, and become files of the target size.
    ///
    /// @param files of one partition
    public record Bin(List<DataFile> files, long bytes) {}

    /// What is worth the work at a version: per partition, files that are small or mostly deleted, packed until
    /// the target is full, in the order in which they came into the log; in a Z-order all files of a partition.
    public List<Bin> bins(TableSnapshot snapshot) {
        List<DataFile> files = where.map(filter -> FilePruning.mayMatch(snapshot, filter.predicate()))
                .orElseGet(snapshot::files);
        Map<Map<String, @Nullable String>, List<DataFile>> partitions = new LinkedHashMap<>();
        for (DataFile file : files) {
            partitions
                    .computeIfAbsent(file.add().partitionValues(), _ -> new ArrayList<>())
                    .add(file);
        }
        var bins = new ArrayList<Bin>();
        for (List<DataFile> partition : partitions.values()) {
            switch (arrangement) {
                case Arrangement.AsTheyLie _ -> pack(partition, bins);
                case Arrangement.ZOrder _ ->
                    bins.add(new Bin(
                            partition,
                            partition.stream().mapToLong(OptimizePlan::bytes).sum()));
            }
        }
        return bins;
    }

    private void pack(List<DataFile> partition, List<Bin> bins) {
        var open = new ArrayList<DataFile>();
        long bytes = 0;
        for (DataFile file : partition) {
            if (bytes(file) >= LARGE * targetBytes && deleted(file) <= MOSTLY_LIVE) {
                continue;
            }
            if (bytes + bytes(file) > targetBytes && !open.isEmpty()) {
                close(open, bytes, bins);
                open.clear();
                bytes = 0;
            }
            open.add(file);
            bytes += bytes(file);
        }
        close(open, bytes, bins);
    }

    /// A single file is worth it only for its deleted rows.
    private static void close(List<DataFile> open, long bytes, List<Bin> bins) {
        boolean worth = open.size() > 1
                || open.stream().anyMatch(file -> file.add().deletionVector().isPresent());
        if (worth) {
            bins.add(new Bin(List.copyOf(open), bytes));
        }
    }

    /// Bytes of the rows that are left.
    private static long bytes(DataFile file) {
        return Math.round(file.add().size() * (1 - deleted(file)));
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

    /// As Spark writes them down.
    Map<String, Object> parameters() {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("predicate", whereText.isBlank() ? "[]" : "[\"" + escaped(whereText) + "\"]");
        parameters.put("auto", false);
        parameters.put("clusterBy", "[]");
        parameters.put(
                "zOrderBy",
                switch (arrangement) {
                    case Arrangement.AsTheyLie _ -> "[]";
                    case Arrangement.ZOrder(List<List<String>> columns) ->
                        columns.stream()
                                .map(path -> "\"" + escaped(String.join(".", path)) + "\"")
                                .collect(Collectors.joining(",", "[", "]"));
                });
        return parameters;
    }

    private static String escaped(String text) {
        String json = JsonValues.write(text);
        return json.substring(1, json.length() - 1);
    }
}
