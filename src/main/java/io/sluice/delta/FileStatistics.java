package io.sluice.delta;

import io.sluice.table.JsonValues;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;

/// Per-file statistics (Delta protocol, "Per-file Statistics"), by physical column path: see [#key].
///
/// Bounds are the JSON values of the log (String, Long, Double, BigDecimal, Boolean); a missing bound means unknown.
/// Long string bounds may be truncated, so a bound is never taken as a value that occurs; timestamps are truncated to
/// milliseconds.
///
/// @param numRecords rows in the file, deleted ones included
/// @param tightBounds false when deletion vectors may have removed the rows that made the bounds
public record FileStatistics(
        OptionalLong numRecords,
        Map<String, Object> minValues,
        Map<String, Object> maxValues,
        Map<String, Long> nullCounts,
        boolean tightBounds) {

    static final FileStatistics UNKNOWN = new FileStatistics(OptionalLong.empty(), Map.of(), Map.of(), Map.of(), true);

    /// The key of a column in the maps: its physical names joined by dots; a name that itself holds a dot or a
    /// backtick stands in backticks.
    public static String key(List<String> physicalPath) {
        if (physicalPath.size() == 1) {
            return quoted(physicalPath.getFirst());
        }
        StringBuilder key = new StringBuilder();
        for (String name : physicalPath) {
            key.append(key.isEmpty() ? "" : ".").append(quoted(name));
        }
        return key.toString();
    }

    static String quoted(String name) {
        return name.indexOf('.') < 0 && name.indexOf('`') < 0 ? name : "`" + name.replace("`", "``") + "`";
    }

    /// The `stats` text for the same file with other rows deleted: its bounds may be wider than its rows, the
    /// number of its rows is exact ("Per-file Statistics").
    ///
    /// @param numRecords rows in the file, deleted ones included
    public static String withWideBounds(String stats, long numRecords) {
        Map<String, Object> known;
        try {
            known = JsonValues.parseObject(stats);
        } catch (JacksonException unreadable) {
            known = Map.of();
        }
        Map<String, Object> wide = new LinkedHashMap<>(known);
        wide.put("numRecords", numRecords);
        wide.put("tightBounds", false);
        return JsonValues.write(wide);
    }

    /// Reads the `stats` text of an `add`; statistics that cannot be read are unknown ones.
    public static FileStatistics parse(String stats) {
        return StatisticsJson.parse(stats);
    }
}
