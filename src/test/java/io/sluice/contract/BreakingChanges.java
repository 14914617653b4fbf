package io.sluice.contract;

import io.sluice.contract.OpenApiDocument.Operation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// What of a document would break a client of an earlier one.
///
/// What a client sends must still be taken: nothing is gone, narrower or newly required. What it gets must still be
/// what
/// it expects: nothing that was always there is gone or may be null, and no value is new where the old document named
/// all of them. Words, examples and orders are nobody's concern.
final class BreakingChanges {

    private final OpenApiDocument before;
    private final OpenApiDocument after;
    private final List<String> found = new ArrayList<>();
    private final Set<String> compared = new LinkedHashSet<>();

    private BreakingChanges(OpenApiDocument before, OpenApiDocument after) {
        this.before = before;
        this.after = after;
    }

    /// One line for each, which says where it is.
    static List<String> between(OpenApiDocument before, OpenApiDocument after) {
        var changes = new BreakingChanges(before, after);
        Map<String, Operation> now = after.operations().stream()
                .collect(Collectors.toMap(operation -> operation.method() + " " + operation.path(), it -> it));
        for (Operation was : before.operations()) {
            String place = was.method() + " " + was.path();
            Operation is = now.get(place);
            if (is == null) {
                changes.found.add(place + " is gone");
            } else {
                changes.operation(place, was, is);
            }
        }
        return changes.found;
    }

    /// Whether the client writes the value or reads it.
    private enum Way {
        SENT,
        GOT
    }

    private void operation(String place, Operation was, Operation is) {
        if (!was.name().equals(is.name())) {
            found.add(place + " was called " + was.name() + ", so clients have a method less");
        }
        parameters(place, was, is);
        JsonNode bodyWas = was.node().path("requestBody");
        JsonNode bodyIs = is.node().path("requestBody");
        if (bodyIs.path("required").asBoolean(false)
                && !bodyWas.path("required").asBoolean(false)) {
            found.add(place + " newly requires a body");
        }
        content(place + " body", bodyWas.path("content"), bodyIs.path("content"), Way.SENT);
        was.node().path("responses").properties().forEach(response -> {
            String at = place + " " + response.getKey();
            JsonNode there = is.node().path("responses").path(response.getKey());
            if (there.isMissingNode()) {
                found.add(at + " is gone");
            } else {
                response(at, response.getValue(), there);
            }
        });
        is.node().path("responses").propertyNames().stream()
                .filter(status -> status.startsWith("2"))
                .filter(status -> !was.node().path("responses").has(status))
                .forEach(status -> found.add(place + " " + status + " is a new kind of success"));
    }

    private void parameters(String place, Operation was, Operation is) {
        Map<String, JsonNode> old = byName(was);
        Map<String, JsonNode> now = byName(is);
        old.forEach((name, parameter) -> {
            if (!now.containsKey(name)) {
                found.add(place + " takes no " + name + " any more");
            } else {
                schema(
                        place + " " + name,
                        parameter.path("schema"),
                        now.get(name).path("schema"),
                        Way.SENT);
            }
        });
        now.forEach((name, parameter) -> {
            boolean wasRequired =
                    old.containsKey(name) && old.get(name).path("required").asBoolean(false);
            if (parameter.path("required").asBoolean(false) && !wasRequired) {
                found.add(place + " newly requires " + name);
            }
        });
    }

    private static Map<String, JsonNode> byName(Operation operation) {
        return operation.parameters().stream()
                .collect(Collectors.toMap(
                        parameter -> parameter.path("in").asString() + " "
                                + parameter.path("name").asString(),
                        parameter -> parameter));
    }

    private void response(String at, JsonNode referredWas, JsonNode referredIs) {
        JsonNode was = before.resolve(referredWas);
        JsonNode is = after.resolve(referredIs);
        was.path("headers").propertyNames().stream()
                .filter(header -> !is.path("headers").has(header))
                .forEach(header -> found.add(at + " has no " + header + " any more"));
        content(at, was.path("content"), is.path("content"), Way.GOT);
    }

    private void content(String at, JsonNode was, JsonNode is, Way way) {
        was.properties().forEach(media -> {
            if (is.has(media.getKey())) {
                schema(
                        at,
                        media.getValue().path("schema"),
                        is.path(media.getKey()).path("schema"),
                        way);
            } else {
                found.add(at + " has no " + media.getKey() + " any more");
            }
        });
    }

    private void schema(String at, JsonNode referredWas, JsonNode referredIs, Way way) {
        String names = way
                + referredWas.path("$ref").asString("")
                + referredIs.path("$ref").asString("");
        if (referredWas.has("$ref") && referredIs.has("$ref") && !compared.add(names)) {
            return;
        }
        String place = referredWas.has("$ref")
                ? way + " " + referredWas.path("$ref").asString().replaceFirst(".*/", "")
                : at;
        JsonNode was = before.resolve(referredWas);
        JsonNode is = after.resolve(referredIs);
        type(place, was, is, way);
        values(place, was, is, way);
        members(place, was, is, way);
        for (String kind : List.of("allOf", "oneOf", "anyOf")) {
            alternatives(place + " " + kind, was.path(kind), is.path(kind), way);
        }
        if (was.has("items")) {
            schema(place + "[]", was.path("items"), is.path("items"), way);
        }
        if (was.path("additionalProperties").isObject()) {
            schema(place + "{}", was.path("additionalProperties"), is.path("additionalProperties"), way);
        }
    }

    /// Nothing said is any type.
    private void type(String at, JsonNode was, JsonNode is, Way way) {
        Set<String> old = words(was.path("type"));
        Set<String> now = words(is.path("type"));
        boolean wider = now.isEmpty() || !old.isEmpty() && now.containsAll(old);
        boolean narrower = old.isEmpty() || !now.isEmpty() && old.containsAll(now);
        if (way == Way.SENT ? !wider : !narrower) {
            found.add(at + " was of type " + (old.isEmpty() ? "any" : old) + ", is of type "
                    + (now.isEmpty() ? "any" : now));
        }
        String formatWas = was.path("format").asString("");
        String formatIs = is.path("format").asString("");
        if (!formatWas.equals(formatIs) && !(way == Way.SENT ? formatIs : formatWas).isEmpty()) {
            found.add(at + " had the format " + formatWas + ", has " + formatIs);
        }
    }

    private void values(String at, JsonNode was, JsonNode is, Way way) {
        for (String kind : List.of("enum", "const")) {
            Set<String> old = words(was.path(kind));
            Set<String> now = words(is.path(kind));
            Stream<String> wrong = way == Way.SENT
                    ? now.isEmpty() ? Stream.of() : old.isEmpty() ? Stream.of("anything") : minus(old, now)
                    : old.isEmpty() ? Stream.of() : now.isEmpty() ? Stream.of("anything") : minus(now, old);
            wrong.forEach(value -> found.add(
                    at + (way == Way.SENT ? " does not take " + value + " any more" : " may newly be " + value)));
        }
        bounds(at, was, is, way);
    }

    private void bounds(String at, JsonNode was, JsonNode is, Way way) {
        for (String bound : List.of("minimum", "maximum", "minLength", "maxLength", "pattern", "minProperties")) {
            JsonNode inner = (way == Way.SENT ? is : was).path(bound);
            JsonNode outer = (way == Way.SENT ? was : is).path(bound);
            boolean tighter = !inner.isMissingNode()
                    && (outer.isMissingNode()
                            || !inner.isNumber() && !inner.equals(outer)
                            || bound.startsWith("min") && inner.asDouble() > outer.asDouble()
                            || bound.startsWith("max") && inner.asDouble() < outer.asDouble());
            if (tighter) {
                found.add(at + " had the " + bound + " " + said(was.path(bound)) + ", has " + said(is.path(bound)));
            }
        }
    }

    private static String said(JsonNode bound) {
        return bound.isMissingNode() ? "none" : bound.toString();
    }

    private void members(String at, JsonNode was, JsonNode is, Way way) {
        Set<String> requiredWas = words(was.path("required"));
        Set<String> requiredIs = words(is.path("required"));
        was.path("properties").properties().forEach(member -> {
            JsonNode there = is.path("properties").path(member.getKey());
            if (there.isMissingNode()) {
                found.add(at + "." + member.getKey() + " is gone");
            } else {
                schema(at + "." + member.getKey(), member.getValue(), there, way);
            }
        });
        (way == Way.SENT ? minus(requiredIs, requiredWas) : minus(requiredWas, requiredIs))
                .filter(name -> way == Way.SENT || is.path("properties").has(name))
                .forEach(name -> found.add(
                        at + "." + name + (way == Way.SENT ? " is newly required" : " is not always there any more")));
    }

    /// In their order; a client may be given none that it does not know, and may send those that it does.
    private void alternatives(String at, JsonNode was, JsonNode is, Way way) {
        boolean problems = at.startsWith(Way.GOT + " AnyProblem");
        if (was.size() > is.size() && (way == Way.SENT || problems)
                || way == Way.GOT && !problems && is.size() > was.size()) {
            found.add(at + " had " + was.size() + " alternatives, has " + is.size());
        }
        if (was.size() == is.size()) {
            for (int i = 0; i < was.size(); i++) {
                schema(at + " " + i, was.get(i), is.get(i), way);
            }
        }
    }

    private static Stream<String> minus(Set<String> all, Set<String> those) {
        return all.stream().filter(value -> !those.contains(value));
    }

    private static Set<String> words(JsonNode node) {
        var words = new LinkedHashSet<String>();
        if (node.isArray()) {
            node.forEach(word -> words.add(word.asString(word.toString())));
        } else if (!(node instanceof MissingNode)) {
            words.add(node.asString(node.toString()));
        }
        return words;
    }
}
