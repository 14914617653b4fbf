package io.sluice.compute.parquet;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// For which columns of a table statistics are collected: `delta.dataSkippingStatsColumns` where it is set, else the
/// first `delta.dataSkippingNumIndexedCols` (32) leaf columns that are not partition columns, and always those of the
/// clustering.
public final class StatisticsPlan {

    private static final String STATS_COLUMNS = "delta.dataSkippingStatsColumns";
    private static final String INDEXED_COLUMNS = "delta.dataSkippingNumIndexedCols";
    private static final int DEFAULT_INDEXED_COLUMNS = 32;

    /// A node of the statistics' objects, under its physical name.
    sealed interface Node {
        String name();

        /// @param key the column's name in DuckDB's statistics
        record Leaf(String name, String key, DataType type) implements Node {}

        record Group(String name, List<Node> children) implements Node {}
    }

    private final List<Node> nodes;

    private StatisticsPlan(List<Node> nodes) {
        this.nodes = nodes;
    }

    /// @param clusteringColumns physical paths
    public static StatisticsPlan of(
            Schema schema,
            List<String> partitionColumns,
            Map<String, String> properties,
            List<List<String>> clusteringColumns) {
        Set<String> partitions = partitionColumns.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        List<Column> data = schema.columns().stream()
                .filter(column -> !partitions.contains(column.name().toLowerCase(Locale.ROOT)))
                .toList();
        var selection = new Selection(properties, clusteringColumns);
        return new StatisticsPlan(selection.nodes(data, List.of(), List.of(), ""));
    }

    /// Whether statistics of this column are collected.
    ///
    /// @param path logical names from the top-level column down
    public boolean covers(Schema schema, List<String> path) {
        List<Node> level = nodes;
        List<Column> columns = schema.columns();
        for (int depth = 0; depth < path.size(); depth++) {
            String name = path.get(depth);
            Column column = columns.stream()
                    .filter(field -> field.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow();
            Node node = level.stream()
                    .filter(known -> known.name().equals(column.physicalName()))
                    .findFirst()
                    .orElse(null);
            if (node == null) {
                return false;
            }
            level = node instanceof Node.Group group ? group.children() : List.of();
            columns = column.type() instanceof DataType.Struct(var fields) ? fields : List.of();
        }
        return true;
    }

    /// Physical paths of the columns whose statistics have bounds.
    public List<List<String>> boundedPaths() {
        var paths = new ArrayList<List<String>>();
        collect(nodes, List.of(), paths);
        return paths;
    }

    private static void collect(List<Node> level, List<String> above, List<List<String>> paths) {
        for (Node node : level) {
            List<String> path = new ArrayList<>(above);
            path.add(node.name());
            switch (node) {
                case Node.Group group -> collect(group.children(), path, paths);
                case Node.Leaf leaf -> {
                    boolean bounded = switch (leaf.type()) {
                        case DataType.Primitive primitive ->
                            primitive != DataType.Primitive.VARIANT && primitive != DataType.Primitive.VOID;
                        case DataType.Decimal _ -> true;
                        case DataType.Array _, DataType.Map _, DataType.Struct _ -> false;
                    };
                    if (bounded) {
                        paths.add(List.copyOf(path));
                    }
                }
            }
        }
    }

    List<Node> nodes() {
        return nodes;
    }

    /// Decides column by column, in table order.
    private static final class Selection {

        private final boolean named;
        private final List<List<String>> names;
        private final Set<List<String>> clustering;
        private int remaining;

        Selection(Map<String, String> properties, List<List<String>> clusteringColumns) {
            String columns = properties.get(STATS_COLUMNS);
            this.named = columns != null;
            this.names = columns == null ? List.of() : ColumnNames.parse(columns);
            this.clustering = new HashSet<>(clusteringColumns);
            this.remaining = indexed(properties.get(INDEXED_COLUMNS) instanceof String text ? text : "");
        }

        private static int indexed(String text) {
            try {
                int count = Integer.parseInt(text.trim());
                return count < 0 ? Integer.MAX_VALUE : count;
            } catch (NumberFormatException e) {
                return DEFAULT_INDEXED_COLUMNS;
            }
        }

        List<Node> nodes(List<Column> columns, List<String> logical, List<String> physical, String key) {
            var nodes = new ArrayList<Node>();
            for (Column column : columns) {
                List<String> path = append(logical, column.name().toLowerCase(Locale.ROOT));
                List<String> physicalPath = append(physical, column.physicalName());
                String name = column.physicalName();
                String quoted = (key.isEmpty() ? "" : key + ".") + '"' + name.replace("\"", "\"\"") + '"';
                if (column.type() instanceof DataType.Struct struct) {
                    List<Node> children = nodes(struct.fields(), path, physicalPath, quoted);
                    if (!children.isEmpty()) {
                        nodes.add(new Node.Group(name, children));
                    }
                } else if (selects(path, physicalPath)) {
                    nodes.add(new Node.Leaf(name, quoted, column.type()));
                }
            }
            return nodes;
        }

        private boolean selects(List<String> path, List<String> physicalPath) {
            boolean counted = remaining > 0;
            remaining = Math.max(0, remaining - 1);
            return clustering.contains(physicalPath)
                    || (named ? names.stream().anyMatch(name -> startsWith(path, name)) : counted);
        }

        private static boolean startsWith(List<String> path, List<String> prefix) {
            return path.size() >= prefix.size()
                    && path.subList(0, prefix.size()).equals(prefix);
        }

        private static List<String> append(List<String> path, String name) {
            var longer = new ArrayList<>(path);
            longer.add(name);
            return List.copyOf(longer);
        }
    }
}
