package io.sluice.contract;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Whether a value is what a schema says (the part of JSON Schema 2020-12 that the document uses), and has no member
/// that the schema does not tell of.
public final class SchemaCheck {

    private final OpenApiDocument document;

    public SchemaCheck(OpenApiDocument document) {
        this.document = document;
    }

    /// What is wrong with the value; empty where nothing is.
    public List<String> check(JsonNode schema, JsonNode value) {
        var wrong = new ArrayList<String>();
        check(schema, value, "$", wrong);
        members(schema, value, "$", wrong);
        return wrong;
    }

    private void check(JsonNode schema, JsonNode value, String at, List<String> wrong) {
        if (schema.has("$ref")) {
            check(document.root().at(schema.path("$ref").asString().substring(1)), value, at, wrong);
        }
        schema.path("allOf").forEach(part -> check(part, value, at, wrong));
        alternatives(schema, value, at, wrong);
        type(schema.path("type"), value, at, wrong);
        if (schema.has("const") && !schema.path("const").equals(value)) {
            wrong.add(at + " is not " + schema.path("const"));
        }
        if (schema.has("enum") && !contains(schema.path("enum"), value)) {
            wrong.add(at + " is " + value + ", none of " + schema.path("enum"));
        }
        if (value.isString()) {
            text(schema, value.asString(), at, wrong);
        }
        if (value.isNumber()) {
            number(schema, value.decimalValue(), at, wrong);
        }
        if (value.isArray() && schema.has("items")) {
            for (int i = 0; i < value.size(); i++) {
                check(schema.path("items"), value.get(i), at + "[" + i + "]", wrong);
                members(schema.path("items"), value.get(i), at + "[" + i + "]", wrong);
            }
        }
        if (value.isObject()) {
            object(schema, value, at, wrong);
        }
    }

    private void alternatives(JsonNode schema, JsonNode value, String at, List<String> wrong) {
        for (String kind : List.of("oneOf", "anyOf")) {
            if (schema.has(kind)) {
                int fitting = 0;
                var why = new ArrayList<String>();
                for (JsonNode part : schema.path(kind)) {
                    var ofPart = new ArrayList<String>();
                    check(part, value, at, ofPart);
                    fitting += ofPart.isEmpty() ? 1 : 0;
                    why.addAll(ofPart);
                }
                if (fitting == 0 || fitting > 1 && kind.equals("oneOf")) {
                    wrong.add(at + " is " + fitting + " of " + kind + ": " + why);
                }
            }
        }
    }

    private static void type(JsonNode type, JsonNode value, String at, List<String> wrong) {
        if (type.isMissingNode()) {
            return;
        }
        boolean fits = type.isArray() ? any(type, value) : is(type.asString(), value);
        if (!fits) {
            wrong.add(at + " is " + value + ", not of type " + type);
        }
    }

    private static boolean any(JsonNode types, JsonNode value) {
        for (JsonNode type : types) {
            if (is(type.asString(), value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean is(String type, JsonNode value) {
        return switch (type) {
            case "null" -> value.isNull();
            case "string" -> value.isString();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static boolean contains(JsonNode values, JsonNode value) {
        for (JsonNode candidate : values) {
            if (candidate.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static void text(JsonNode schema, String text, String at, List<String> wrong) {
        if (schema.has("pattern")
                && !Pattern.compile(schema.path("pattern").asString())
                        .matcher(text)
                        .find()) {
            wrong.add(at + " does not match " + schema.path("pattern"));
        }
        int length = text.codePointCount(0, text.length());
        if (length < schema.path("minLength").asInt(0)
                || length > schema.path("maxLength").asInt(Integer.MAX_VALUE)) {
            wrong.add(at + " has " + length + " characters");
        }
        if (schema.path("format").asString("").equals("date-time")) {
            try {
                OffsetDateTime.parse(text);
            } catch (DateTimeException e) {
                wrong.add(at + " is " + text + ", no date-time");
            }
        }
    }

    private static void number(JsonNode schema, BigDecimal number, String at, List<String> wrong) {
        if (schema.has("minimum") && number.compareTo(schema.path("minimum").decimalValue()) < 0
                || schema.has("maximum")
                        && number.compareTo(schema.path("maximum").decimalValue()) > 0) {
            wrong.add(at + " is " + number + ", out of its range");
        }
        int bits = schema.path("format").asString("").equals("int32") ? 31 : 63;
        if (schema.path("type").asString("").equals("integer")
                && number.toBigInteger().bitLength() > bits) {
            wrong.add(at + " is " + number + ", more than " + bits + " bits");
        }
    }

    private void object(JsonNode schema, JsonNode value, String at, List<String> wrong) {
        schema.path("required").forEach(name -> {
            if (!value.has(name.asString())) {
                wrong.add(at + " has no " + name.asString());
            }
        });
        JsonNode properties = schema.path("properties");
        value.properties().forEach(member -> {
            JsonNode property = properties.has(member.getKey())
                    ? properties.path(member.getKey())
                    : schema.path("additionalProperties");
            if (property.isObject()) {
                check(property, member.getValue(), at + "." + member.getKey(), wrong);
                members(property, member.getValue(), at + "." + member.getKey(), wrong);
            }
        });
    }

    /// Members that no part of the schema tells of. A schema without any, or that allows more, tells of all.
    private void members(JsonNode schema, JsonNode value, String at, List<String> wrong) {
        var known = new LinkedHashSet<String>();
        if (value.isObject() && collect(schema, known) && !known.isEmpty()) {
            value.propertyNames().stream()
                    .filter(name -> !known.contains(name))
                    .forEach(name -> wrong.add(at + " has " + name + ", of which the document does not tell"));
        }
    }

    /// Whether the names are all.
    private boolean collect(JsonNode schema, Set<String> names) {
        boolean closed = !schema.has("additionalProperties");
        if (schema.has("$ref")) {
            closed &= collect(document.root().at(schema.path("$ref").asString().substring(1)), names);
        }
        for (String kind : List.of("allOf", "oneOf", "anyOf")) {
            for (JsonNode part : schema.path(kind)) {
                closed &= collect(part, names);
            }
        }
        names.addAll(schema.path("properties").propertyNames());
        return closed;
    }
}
