package io.sluice.blackbox;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Rows in the conformance pack's canonical form, made from the values of an NDJSON answer and the types of the
/// columns.
final class CanonicalRows {

    private static final Pattern MOMENT =
            Pattern.compile("([+-]?\\d{4,}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)(?:\\.(\\d{1,6}))?(Z?)");
    private static final Pattern SHORTEST = Pattern.compile("(-?)(\\d+)(?:\\.(\\d+))?(?:E(-?\\d+))?");

    private CanonicalRows() {}

    /// The row's line.
    static String line(CanonicalType.Struct columns, JsonNode row) {
        if (row.size() != columns.fields().size()) {
            throw new IllegalArgumentException("a row has other members than the columns "
                    + columns.fields().keySet() + ": " + row);
        }
        return value(columns, row);
    }

    /// Lines sorted by code point, as UTF-8 sorts.
    static List<String> sorted(Collection<String> lines) {
        return lines.stream()
                .map(line -> line.getBytes(StandardCharsets.UTF_8))
                .sorted(Arrays::compareUnsigned)
                .map(line -> new String(line, StandardCharsets.UTF_8))
                .toList();
    }

    static String sha256(List<String> sortedLines) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String line : sortedLines) {
                digest.update(line.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) '\n');
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String value(CanonicalType type, JsonNode value) {
        if (value.isNull()) {
            return "null";
        }
        return switch (type) {
            case CanonicalType.Simple simple -> simple(simple.name(), value);
            case CanonicalType.Decimal decimal ->
                quoted(new BigDecimal(text(value)).setScale(decimal.scale()).toPlainString());
            case CanonicalType.Array array ->
                value.valueStream()
                        .map(element -> value(array.element(), element))
                        .collect(Collectors.joining(",", "[", "]"));
            case CanonicalType.Mapping mapping -> mapping(mapping, value);
            case CanonicalType.Struct struct -> struct(struct, value);
        };
    }

    private static String struct(CanonicalType.Struct struct, JsonNode value) {
        var members = new TreeMap<String, String>(CanonicalRows::byCodePoint);
        struct.fields().forEach((name, type) -> {
            JsonNode member = value.get(name);
            if (member == null) {
                throw new IllegalArgumentException("no member " + name + " in " + value);
            }
            members.put(name, value(type, member));
        });
        return members(members);
    }

    private static String members(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> quoted(member.getKey()) + ":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String mapping(CanonicalType.Mapping type, JsonNode value) {
        Stream<String[]> entries = value.isObject()
                ? value.properties().stream().map(entry ->
                        new String[] {quoted(entry.getKey()), value(type.value(), entry.getValue())})
                : value.valueStream().map(pair ->
                        new String[] {value(type.key(), pair.get(0)), value(type.value(), pair.get(1))});
        return entries.sorted((one, other) -> byCodePoint(one[0], other[0]))
                .map(entry -> "[" + entry[0] + "," + entry[1] + "]")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String simple(String type, JsonNode value) {
        return switch (type) {
            case "byte", "short", "integer", "long" -> value.bigIntegerValue().toString();
            case "float" -> value.isString() ? notFinite(value) : pythonText(Float.toString(value.floatValue()));
            case "double" -> value.isString() ? notFinite(value) : pythonText(Double.toString(value.doubleValue()));
            case "boolean" -> Boolean.toString(value.booleanValue());
            case "timestamp", "timestamp_ntz" -> moment(text(value), type.equals("timestamp"));
            case "variant" -> any(value);
            case "string", "binary", "date" -> quoted(text(value));
            default -> throw new IllegalArgumentException("a value of type " + type + ": " + value);
        };
    }

    private static String text(JsonNode value) {
        if (!value.isString()) {
            throw new IllegalArgumentException("not a string: " + value);
        }
        return value.asString();
    }

    private static String notFinite(JsonNode value) {
        String text = value.asString();
        if (!List.of("NaN", "Infinity", "-Infinity").contains(text)) {
            throw new IllegalArgumentException("not a number: " + value);
        }
        return quoted(text);
    }

    private static String moment(String text, boolean utc) {
        Matcher moment = MOMENT.matcher(text);
        if (!moment.matches() || moment.group(3).isEmpty() == utc) {
            throw new IllegalArgumentException("not a moment: " + text);
        }
        String fraction = moment.group(2) == null ? "" : moment.group(2);
        return quoted(moment.group(1) + "." + (fraction + "000000").substring(0, 6) + moment.group(3));
    }

    private static String any(JsonNode value) {
        if (value.isObject()) {
            var members = new TreeMap<String, String>(CanonicalRows::byCodePoint);
            value.properties().forEach(member -> members.put(member.getKey(), any(member.getValue())));
            return members(members);
        }
        if (value.isArray()) {
            return value.valueStream().map(CanonicalRows::any).collect(Collectors.joining(",", "[", "]"));
        }
        if (value.isString()) {
            return quoted(value.asString());
        }
        return value.isFloatingPointNumber() ? pythonText(Double.toString(value.doubleValue())) : value.toString();
    }

    /// Java's shortest decimal text in the notation of Python's `repr`.
    private static String pythonText(String java) {
        Matcher parts = SHORTEST.matcher(java);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a finite number: " + java);
        }
        BigDecimal number = new BigDecimal(java).abs().stripTrailingZeros();
        if (number.signum() == 0) {
            return parts.group(1) + "0.0";
        }
        String digits = number.unscaledValue().toString();
        int point = digits.length() - number.scale();
        if (point > 16 || point < -3) {
            String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
            int exponent = point - 1;
            return parts.group(1) + mantissa + "e" + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "")
                    + Math.abs(exponent);
        }
        String plain = number.toPlainString();
        return parts.group(1) + (plain.contains(".") ? plain : plain + ".0");
    }

    private static String quoted(String text) {
        var json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                default -> {
                    if (c < ' ') {
                        json.append(String.format("\\u%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        return json.append('"').toString();
    }

    private static int byCodePoint(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
