package io.sluice.compute.parquet;

import io.sluice.table.DataType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/// The JSON text of a file's statistics (Delta protocol, "Per-file Statistics") from what DuckDB's `RETURN_STATS`
/// says.
final class Statistics {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private final Map<?, ?> columns;

    /// @param columns by quoted path: `min`, `max`, `null_count`, `nan_count`, … as text
    Statistics(Map<?, ?> columns) {
        this.columns = columns;
    }

    String json(StatisticsPlan plan, long rows) {
        var stats = new LinkedHashMap<String, Object>();
        stats.put("numRecords", rows);
        stats.put("tightBounds", true);
        stats.put("minValues", collect(plan.nodes(), leaf -> bound(leaf, Bounds.Side.MIN)));
        stats.put("maxValues", collect(plan.nodes(), leaf -> bound(leaf, Bounds.Side.MAX)));
        stats.put(
                "nullCount",
                collect(plan.nodes(), leaf -> text(leaf, "null_count").map(Long::valueOf)));
        return JSON.writeValueAsString(stats);
    }

    private interface Value {
        Optional<? extends Object> of(StatisticsPlan.Node.Leaf leaf);
    }

    private static Map<String, Object> collect(List<StatisticsPlan.Node> nodes, Value value) {
        var object = new LinkedHashMap<String, Object>();
        for (StatisticsPlan.Node node : nodes) {
            switch (node) {
                case StatisticsPlan.Node.Leaf leaf -> value.of(leaf).ifPresent(found -> object.put(leaf.name(), found));
                case StatisticsPlan.Node.Group group -> {
                    var nested = collect(group.children(), value);
                    if (!nested.isEmpty()) {
                        object.put(group.name(), nested);
                    }
                }
            }
        }
        return object;
    }

    /// DuckDB cuts long strings after 256 bytes and then makes the upper bound larger: both are still bounds, and
    /// cut again anyway.
    private Optional<Object> bound(StatisticsPlan.Node.Leaf leaf, Bounds.Side side) {
        String name = side == Bounds.Side.MIN ? "min" : "max";
        boolean exact = leaf.type() == DataType.Primitive.STRING
                || text(leaf, name + "_is_exact").filter("true"::equals).isPresent();
        boolean nan =
                text(leaf, "nan_count").filter(count -> !count.equals("0")).isPresent()
                        || text(leaf, "has_nan").filter("true"::equals).isPresent();
        return nan || !exact ? Optional.empty() : text(leaf, name).flatMap(text -> Bounds.of(leaf.type(), text, side));
    }

    private Optional<String> text(StatisticsPlan.Node.Leaf leaf, String name) {
        return columns.get(leaf.key()) instanceof Map<?, ?> column && column.get(name) instanceof Object value
                ? Optional.of(value.toString())
                : Optional.empty();
    }
}
