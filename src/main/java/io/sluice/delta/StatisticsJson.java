package io.sluice.delta;

import io.sluice.table.JsonValues;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads the JSON text of per-file statistics. Whatever is wrong with it makes statistics unknown, never a table
/// unreadable.
final class StatisticsJson {

    private StatisticsJson() {}

    static FileStatistics parse(String stats) {
        OptionalLong records = OptionalLong.empty();
        Map<String, Object> min = new LinkedHashMap<>();
        Map<String, Object> max = new LinkedHashMap<>();
        Map<String, Object> nulls = new LinkedHashMap<>();
        boolean tight = true;
        try (JsonParser parser = JsonValues.parser(stats)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return FileStatistics.UNKNOWN;
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken token = parser.nextToken();
                switch (name) {
                    case "numRecords" -> records = whole(parser, token);
                    case "tightBounds" -> tight = token != JsonToken.VALUE_FALSE;
                    case "minValues" -> flatten(parser, token, "", min);
                    case "maxValues" -> flatten(parser, token, "", max);
                    case "nullCount" -> flatten(parser, token, "", nulls);
                    default -> parser.skipChildren();
                }
            }
        } catch (JacksonException e) {
            return FileStatistics.UNKNOWN;
        }
        return new FileStatistics(records, CompactMap.of(min), CompactMap.of(max), CompactMap.of(counts(nulls)), tight);
    }

    /// Only `numRecords`, without looking at the rest where it comes first, as it mostly does.
    static OptionalLong numRecords(String stats) {
        try (JsonParser parser = JsonValues.parser(stats)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return OptionalLong.empty();
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken token = parser.nextToken();
                if (name.equals("numRecords")) {
                    return whole(parser, token);
                }
                parser.skipChildren();
            }
            return OptionalLong.empty();
        } catch (JacksonException e) {
            return OptionalLong.empty();
        }
    }

    private static OptionalLong whole(JsonParser parser, JsonToken token) {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            return OptionalLong.empty();
        }
        long value = parser.getLongValue();
        return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static void flatten(JsonParser parser, JsonToken token, String prefix, Map<String, Object> values) {
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            String key = prefix + FileStatistics.quoted(name);
            JsonToken each = parser.nextToken();
            switch (each) {
                case START_OBJECT -> flatten(parser, each, key + ".", values);
                case VALUE_STRING -> values.put(key, parser.getString());
                case VALUE_TRUE -> values.put(key, true);
                case VALUE_FALSE -> values.put(key, false);
                case VALUE_NUMBER_INT ->
                    values.put(
                            key,
                            parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                                    ? (Object) new BigDecimal(parser.getBigIntegerValue())
                                    : (Object) parser.getLongValue());
                case VALUE_NUMBER_FLOAT -> values.put(key, parser.getDecimalValue());
                default -> parser.skipChildren();
            }
        }
    }

    private static Map<String, Long> counts(Map<String, Object> values) {
        Map<String, Long> counts = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            if (value instanceof Long count) {
                counts.put(key, count);
            }
        });
        return counts;
    }
}
