package io.sluice.maintenance.optimize;

import io.sluice.compute.Filter;
import io.sluice.compute.FilterLimits;
import io.sluice.datafile.TableLayout;
import io.sluice.delta.Clustering;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Failure;
import io.sluice.table.JsonValues;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is asked of an optimize, checked against the table.
///
/// @param where a condition on partition columns
/// @param zOrderBy paths of logical names; none to leave rows as they lie, or as the table's clustering has them
/// @param targetBytes of a file
public record OptimizePlan(
        Optional<Filter> where, String whereText, List<List<String>> zOrderBy, long targetBytes, Extent extent) {

    private static final long LEAST_TARGET = 1 << 10;
    private static final long MOST_TARGET = 16L << 30;

    /// What is worth the work.
    public sealed interface Extent {
        /// Whatever is not as it should be.
        record Needed() implements Extent {}

        /// Many small files together, and none that is large beside them.
        ///
        /// @param files at least, in a partition
        record Crowds(int files) implements Extent {}
    }

    public OptimizePlan {
        zOrderBy = List.copyOf(zOrderBy);
    }

    /// @param where empty for all partitions
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
                ZOrderColumns.of(snapshot, zOrderBy),
                targetFileBytes == null ? TableLayout.of(snapshot).targetFileBytes() : targetFileBytes,
                new Extent.Needed());
    }

    /// All that is worth the work, to the table's own target.
    public static OptimizePlan whatIsNeeded(TableSnapshot snapshot) {
        return new OptimizePlan(
                Optional.empty(), "", List.of(), TableLayout.of(snapshot).targetFileBytes(), new Extent.Needed());
    }

    /// What is worth the work after commits, without being asked for.
    ///
    /// @param mostBytes of a file that it makes
    public static OptimizePlan automatic(TableSnapshot snapshot, int files, long mostBytes) {
        return new OptimizePlan(
                Optional.empty(),
                "",
                List.of(),
                Math.min(mostBytes, TableLayout.of(snapshot).targetFileBytes()),
                new Extent.Crowds(files));
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

    /// As Spark writes them down.
    Map<String, Object> parameters(TableSnapshot snapshot) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("predicate", whereText.isBlank() ? "[]" : "[\"" + escaped(whereText) + "\"]");
        parameters.put("auto", extent instanceof Extent.Crowds);
        parameters.put("clusterBy", texts(Clustering.names(snapshot)));
        parameters.put(
                "zOrderBy",
                texts(zOrderBy.stream().map(path -> String.join(".", path)).toList()));
        return parameters;
    }

    static String texts(List<String> names) {
        return names.stream().map(name -> "\"" + escaped(name) + "\"").collect(Collectors.joining(",", "[", "]"));
    }

    private static String escaped(String text) {
        String json = JsonValues.write(text);
        return json.substring(1, json.length() - 1);
    }
}
