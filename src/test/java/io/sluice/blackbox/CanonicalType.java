package io.sluice.blackbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A Delta type, read from either of its forms (`array<struct<a:integer>>` or Delta's JSON), so that two can be
/// compared.
sealed interface CanonicalType {

    record Simple(String name) implements CanonicalType {}

    record Decimal(int precision, int scale) implements CanonicalType {}

    record Array(CanonicalType element) implements CanonicalType {}

    record Mapping(CanonicalType key, CanonicalType value) implements CanonicalType {}

    record Struct(Map<String, CanonicalType> fields) implements CanonicalType {
        public Struct {
            fields = new LinkedHashMap<>(fields);
        }
    }

    /// Columns as the service and the pack write them: `[{name, type}, …]`.
    static Struct ofColumns(JsonNode columns) {
        var fields = new LinkedHashMap<String, CanonicalType>();
        columns.forEach(column -> fields.put(column.path("name").asString(), of(column.path("type"))));
        return new Struct(fields);
    }

    static CanonicalType of(JsonNode type) {
        if (type.isString()) {
            return new Text(type.asString()).whole();
        }
        return switch (type.path("type").asString()) {
            case "array" -> new Array(of(type.path("elementType")));
            case "map" -> new Mapping(of(type.path("keyType")), of(type.path("valueType")));
            case "struct" -> ofColumns(type.path("fields"));
            default -> throw new IllegalArgumentException("not a Delta type: " + type);
        };
    }

    /// Column names in table order with their types, for comparison including the order.
    static List<String> inOrder(Struct struct) {
        var names = new ArrayList<String>();
        struct.fields().forEach((name, type) -> names.add(name + ": " + type));
        return names;
    }

    /// The text form, read from left to right.
    final class Text {
        private final String text;
        private int at;

        Text(String text) {
            this.text = text;
        }

        CanonicalType whole() {
            CanonicalType type = type();
            if (at != text.length()) {
                throw new IllegalArgumentException("not a Delta type: " + text);
            }
            return type;
        }

        private CanonicalType type() {
            int start = at;
            while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
                at++;
            }
            String name = text.substring(start, at);
            return switch (name) {
                case "array" -> {
                    CanonicalType element = opened('<');
                    close('>');
                    yield new Array(element);
                }
                case "map" -> {
                    CanonicalType key = opened('<');
                    CanonicalType value = opened(',');
                    close('>');
                    yield new Mapping(key, value);
                }
                case "struct" -> struct();
                case "decimal" -> decimal();
                default -> new Simple(name);
            };
        }

        private CanonicalType opened(char opening) {
            close(opening);
            return type();
        }

        private void close(char expected) {
            while (text.charAt(at) == ' ') {
                at++;
            }
            if (text.charAt(at++) != expected) {
                throw new IllegalArgumentException("no " + expected + " at " + (at - 1) + " in " + text);
            }
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
        }

        private Struct struct() {
            var fields = new LinkedHashMap<String, CanonicalType>();
            close('<');
            while (text.charAt(at) != '>') {
                if (!fields.isEmpty()) {
                    close(',');
                }
                String name = fieldName();
                fields.put(name, opened(':'));
            }
            close('>');
            return new Struct(fields);
        }

        private String fieldName() {
            if (text.charAt(at) != '`') {
                int end = text.indexOf(':', at);
                String name = text.substring(at, end);
                at = end;
                return name;
            }
            var name = new StringBuilder();
            for (at++; text.charAt(at) != '`' || text.startsWith("``", at); at++) {
                at += text.charAt(at) == '`' ? 1 : 0;
                name.append(text.charAt(at));
            }
            at++;
            return name.toString();
        }

        private Decimal decimal() {
            int end = text.indexOf(')', at);
            String[] parts = text.substring(at + 1, end).split(",");
            at = end + 1;
            return new Decimal(Integer.parseInt(parts[0].strip()), Integer.parseInt(parts[1].strip()));
        }
    }
}
