package io.sluice.compute;

import io.sluice.compute.parquet.StatisticsPlan;
import io.sluice.table.Column;
import io.sluice.table.Schema;
import java.util.List;
import java.util.Map;

/// How a table's data files are written.
///
/// @param schema the table's columns
/// @param partitionColumns logical names; these columns are not in the files
/// @param fieldIds whether column mapping wants field ids in the files
/// @param targetFileBytes at which a file ends and the next begins
/// @param statistics for which columns bounds are collected
public record FileLayout(
        Schema schema,
        List<String> partitionColumns,
        FieldIds fieldIds,
        long targetFileBytes,
        StatisticsPlan statistics) {

    private static final String TARGET_FILE_SIZE = "delta.targetFileSize";
    private static final long DEFAULT_TARGET_BYTES = 128L << 20;

    public enum FieldIds {
        WRITE,
        NONE
    }

    /// The layout that a table's properties ask for.
    ///
    /// @param properties the table's configuration
    /// @param clusteringColumns physical paths whose statistics the clustering needs, whatever the properties say
    public static FileLayout of(
            Schema schema,
            List<String> partitionColumns,
            FieldIds fieldIds,
            Map<String, String> properties,
            List<List<String>> clusteringColumns) {
        return new FileLayout(
                schema,
                List.copyOf(partitionColumns),
                fieldIds,
                targetBytes(properties),
                StatisticsPlan.of(schema, partitionColumns, properties, clusteringColumns));
    }

    /// Whether statistics of this column are collected.
    ///
    /// @param path logical names from the top-level column down
    public boolean hasStatistics(List<String> path) {
        return statistics.covers(schema, path);
    }

    /// Physical paths of the columns of which files have a count of nulls, and bounds.
    public List<List<String>> boundedPaths() {
        return statistics.boundedPaths();
    }

    /// Columns that are in the files, in table order.
    public List<Column> dataColumns() {
        return schema.columns().stream().filter(column -> !isPartition(column)).toList();
    }

    /// Columns that are not in the files, in the order of the table's partitioning.
    public List<Column> partitions() {
        return partitionColumns.stream()
                .flatMap(name -> schema.find(name).stream())
                .toList();
    }

    private boolean isPartition(Column column) {
        return partitionColumns.stream().anyMatch(column.name()::equalsIgnoreCase);
    }

    /// `delta.targetFileSize`: bytes, or a number with a unit (`64mb`); the default where it is absent or
    /// unreadable.
    private static long targetBytes(Map<String, String> properties) {
        String text = properties.getOrDefault(TARGET_FILE_SIZE, "").trim().toLowerCase(java.util.Locale.ROOT);
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        if (digits == 0 || digits > 15) {
            return DEFAULT_TARGET_BYTES;
        }
        long number = Long.parseLong(text.substring(0, digits));
        long unit = switch (text.substring(digits).trim()) {
            case "", "b" -> 1L;
            case "k", "kb" -> 1L << 10;
            case "m", "mb" -> 1L << 20;
            case "g", "gb" -> 1L << 30;
            default -> 0L;
        };
        long bytes = number * unit;
        return bytes <= 0 ? DEFAULT_TARGET_BYTES : Math.clamp(bytes, 1L << 20, 16L << 30);
    }
}
