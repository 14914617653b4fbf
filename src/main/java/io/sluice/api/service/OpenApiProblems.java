package io.sluice.api.service;

import io.sluice.api.ProblemType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.util.StringUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The problems of the OpenAPI document: a schema and an example for each type, and for each operation the statuses
/// that it can answer with and their types.
///
/// An answer has the schema that all problems share, so that generated clients have one class for them; the names of
/// its
/// examples are the types that it can have.
final class OpenApiProblems {

    private static final String MEDIA_TYPE = "application/problem+json";
    private static final String EVERYWHERE = "everywhere";
    private static final String SCHEMAS = "#/components/schemas/";
    private static final String PROBLEM = SCHEMAS + "Problem";
    private static final int MOST_IN_A_NAME = 3;
    private static final String EXAMPLE_OF_ID = "5f2a1c1e-8f0a-4b7e-9a53-3f0f1d0a9f11";

    private final JsonNode types;
    private final JsonNode groups;

    /// @param types members, headers and `detail` by slug
    /// @param groups slugs and other groups by name
    OpenApiProblems(JsonNode types, JsonNode groups) {
        this.types = types;
        this.groups = groups;
    }

    /// A schema and an example for each type, and a schema for all of them.
    void describe(ObjectNode components) {
        ObjectNode schemas = Overlay.object(components, "schemas");
        ObjectNode examples = Overlay.object(components, "examples");
        ArrayNode any = Overlay.object(schemas, "AnyProblem").putArray("anyOf");
        for (ProblemType type : ProblemType.values()) {
            JsonNode words = types.path(type.slug());
            ObjectNode schema = schemas.putObject(schemaName(type));
            schema.putArray("allOf").addObject().put("$ref", PROBLEM);
            schema.put("type", "object").put("description", type.title() + ". " + type.explanation());
            ObjectNode properties = schema.putObject("properties");
            properties.putObject("type").put("type", "string").put("const", type.path());
            properties.putObject("status").put("type", "integer").put("const", type.status());
            any.addObject().put("$ref", SCHEMAS + schemaName(type));
            ObjectNode example =
                    examples.putObject(type.slug()).put("summary", type.title()).putObject("value");
            example.put("type", type.path()).put("title", type.title()).put("status", type.status());
            example.put("detail", words.path("detail").asString(type.explanation()));
            example.put("instance", "/v1/tables/sales.orders").put("requestId", EXAMPLE_OF_ID);
            var required = new ArrayList<>(List.of("type", "status"));
            words.path("members").properties().forEach(member -> {
                required.add(member.getKey());
                ObjectNode property = properties.putObject(member.getKey());
                Overlay.merge(property, member.getValue());
                example.set(member.getKey(), property.remove("example"));
            });
            schema.set("required", Overlay.array(required));
        }
        any.addObject().put("$ref", PROBLEM);
    }

    /// The answers of an operation that can have these problems, one for each status. Those of few types are
    /// written once, in `components`.
    void answers(List<String> names, ObjectNode responses, ObjectNode components) {
        var statuses = new TreeMap<Integer, List<ProblemType>>();
        slugs(names).forEach(slug -> {
            ProblemType type = ProblemType.ofSlug(slug)
                    .orElseThrow(() -> new IllegalStateException(slug + " is neither a problem nor a group of them"));
            statuses.computeIfAbsent(type.status(), _ -> new ArrayList<>()).add(type);
        });
        ObjectNode shared = Overlay.object(components, "responses");
        statuses.forEach((status, possible) -> {
            possible.sort(Comparator.naturalOrder());
            ObjectNode answer = answer(possible, responses);
            if (possible.size() <= MOST_IN_A_NAME) {
                String name = possible.stream().map(OpenApiProblems::name).collect(Collectors.joining("Or"));
                shared.set(name, answer);
                responses.putObject(Integer.toString(status)).put("$ref", "#/components/responses/" + name);
            } else {
                responses.set(Integer.toString(status), answer);
            }
        });
    }

    private ObjectNode answer(List<ProblemType> possible, ObjectNode responses) {
        ObjectNode response = responses.objectNode();
        response.put(
                "description",
                possible.stream()
                        .map(type -> "`" + type.slug() + "`: " + type.title())
                        .collect(Collectors.joining("; ")));
        Stream.concat(
                        OpenApiWords.HEADERS_OF_TABLES.stream(),
                        possible.stream()
                                .flatMap(type -> names(types.path(type.slug()).path("headers")).stream()))
                .distinct()
                .forEach(header -> OpenApiWords.addHeader(response, header));
        ObjectNode media = response.putObject("content").putObject(MEDIA_TYPE);
        media.putObject("schema").put("$ref", PROBLEM);
        ObjectNode examples = media.putObject("examples");
        possible.forEach(type -> examples.putObject(type.slug()).put("$ref", "#/components/examples/" + type.slug()));
        return response;
    }

    private Set<String> slugs(List<String> names) {
        var slugs = new LinkedHashSet<String>();
        add(List.of(EVERYWHERE), slugs);
        add(names, slugs);
        return slugs;
    }

    private void add(List<String> names, Set<String> slugs) {
        for (String name : names) {
            JsonNode group = groups.path(name);
            if (group.isArray()) {
                add(names(group), slugs);
            } else {
                slugs.add(name);
            }
        }
    }

    static List<String> names(JsonNode list) {
        var names = new ArrayList<String>();
        for (JsonNode name : list) {
            names.add(name.asString());
        }
        return names;
    }

    private static String schemaName(ProblemType type) {
        return name(type) + "Problem";
    }

    private static String name(ProblemType type) {
        return Arrays.stream(type.slug().split("-", -1))
                .map(StringUtils::capitalize)
                .collect(Collectors.joining());
    }

    /// Types that the words name and that are not there.
    List<String> unknown() {
        return types.properties().stream()
                .map(Map.Entry::getKey)
                .filter(slug -> ProblemType.ofSlug(slug).isEmpty())
                .toList();
    }
}
