package io.sluice.compute.parquet;

import io.sluice.table.DataType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The statistics of a file's row groups put together to those of the file.
///
/// What a footer does not say, or says in a way that is no bound (floating point without a count of NaNs, `INT96`), is
/// left out.
final class FooterStatistics {

    /// What the footer says about one column of one row group.
    ///
    /// @param key the column's quoted path
    /// @param values nulls included
    /// @param nans empty where the writer did not count them
    record Chunk(
            String key,
            long values,
            Optional<String> min,
            Optional<String> max,
            Optional<Long> nulls,
            Optional<Long> nans) {}

    private final Map<String, Merged> columns = new HashMap<>();

    private static final class Merged {
        private final Map<Bounds.Side, Optional<String>> bounds = new HashMap<>();
        private Optional<Long> nulls = Optional.of(0L);
    }

    void add(Chunk chunk, DataType type) {
        Merged merged = columns.computeIfAbsent(chunk.key(), _ -> new Merged());
        merged.nulls = merged.nulls.flatMap(before -> chunk.nulls().map(more -> before + more));
        boolean empty = chunk.nulls().filter(nulls -> nulls == chunk.values()).isPresent();
        if (empty) {
            return;
        }
        boolean floating = type == DataType.Primitive.FLOAT || type == DataType.Primitive.DOUBLE;
        boolean unsure = floating && chunk.nans().filter(nans -> nans == 0).isEmpty();
        for (Bounds.Side side : Bounds.Side.values()) {
            Optional<String> text = side == Bounds.Side.MIN ? chunk.min() : chunk.max();
            Optional<String> bound = unsure ? Optional.empty() : text.filter(found -> value(type, found, side) != null);
            merged.bounds.merge(
                    side, bound, (one, other) -> one.flatMap(a -> other.map(b -> further(type, a, b, side))));
        }
    }

    private static String further(DataType type, String one, String other, Bounds.Side side) {
        int order = compare(type, one, other);
        return (side == Bounds.Side.MIN) == (order <= 0) ? one : other;
    }

    private static int compare(DataType type, String one, String other) {
        if (type == DataType.Primitive.STRING) {
            return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
        }
        return type instanceof DataType.Decimal || !isText(type)
                ? new BigDecimal(one).compareTo(new BigDecimal(other))
                : one.compareTo(other);
    }

    private static boolean isText(DataType type) {
        return type == DataType.Primitive.DATE
                || type == DataType.Primitive.TIMESTAMP
                || type == DataType.Primitive.TIMESTAMP_NTZ;
    }

    /// Null for what is no bound.
    private static @Nullable Object value(DataType type, String text, Bounds.Side side) {
        try {
            return Bounds.of(type, text, side).orElse(null);
        } catch (NumberFormatException | DateTimeException unreadable) {
            return null;
        }
    }

    /// @param rows of the file
    String json(StatisticsPlan plan, long rows) {
        var texts = new HashMap<String, Object>();
        columns.forEach((key, merged) -> {
            var column = new LinkedHashMap<String, Object>();
            merged.nulls.ifPresent(nulls -> column.put("null_count", nulls));
            merged.bounds.forEach((side, bound) -> bound.ifPresent(text -> {
                String name = side == Bounds.Side.MIN ? "min" : "max";
                column.put(name, text);
                column.put(name + "_is_exact", "true");
            }));
            texts.put(key, column);
        });
        return new Statistics(texts).json(plan, rows);
    }
}
