package io.sluice.api.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Adds to the OpenAPI document what signatures of handlers do not tell: words, examples, headers, statuses and
/// problems. They stand in an `openapi.yaml` beside each package's classes, as a part of an OpenAPI document that is
/// laid over the one of springdoc, with these members more:
///
/// - `problems` of an operation: slugs, and names of `problemGroups`;
/// - `headers` of an answer as a list: names of `components/headers`;
/// - `optional` of a schema: members that an answer need not have; those of a request name what is `required`;
/// - `parameters` and `problems` of the file: words for parameters of that name anywhere, members of problems.
final class OpenApiWords {

    private static final String FILES = "classpath*:io/sluice/**/openapi.yaml";
    private static final List<String> HEADERS = List.of("X-Request-Id");
    static final List<String> HEADERS_OF_TABLES = List.of("X-Request-Id", "Delta-Table-Version", "ETag");
    private static final String TABLE = "/v1/tables/{table}";
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    /// OpenAPI tells of these otherwise (4.8.12.1), and generated clients would have them twice.
    private static final Set<String> NOT_PARAMETERS = Set.of("Accept", "Content-Type", "Authorization");

    private static final List<String> ORDER = List.of(
            "name",
            "in",
            "required",
            "tags",
            "operationId",
            "summary",
            "description",
            "parameters",
            "requestBody",
            "responses");

    private final List<JsonNode> files;
    private final ObjectNode common;
    private final OpenApiProblems problems;

    OpenApiWords(JsonMapper json) {
        this.files = files().<JsonNode>map(file -> json.valueToTree(load(file))).toList();
        this.common = json.createObjectNode();
        files.forEach(file -> Overlay.merge(common, file));
        this.problems = new OpenApiProblems(common.path("problems"), common.path("problemGroups"));
        if (!problems.unknown().isEmpty()) {
            throw new IllegalStateException("openapi.yaml has members of no problem: " + problems.unknown());
        }
    }

    private static Stream<Resource> files() {
        try {
            return Arrays.stream(new PathMatchingResourcePatternResolver().getResources(FILES))
                    .sorted(Comparator.comparing(OpenApiWords::path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String path(Resource file) {
        try {
            return file.getURL().getPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object load(Resource file) {
        try (InputStream in = file.getInputStream()) {
            return new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void complete(ObjectNode document) {
        ArrayNode tags = document.putArray("tags");
        files.forEach(file -> tags.addAll(Overlay.objects(file.path("tags"))));
        ObjectNode components = Overlay.object(document, "components");
        files.forEach(file -> Overlay.merge(components, file.path("components")));
        problems.describe(components);
        ObjectNode paths = Overlay.object(document, "paths");
        requireKnown(paths);
        forEachOperation(paths, (_, operation) -> commonParameters(operation));
        files.forEach(file -> Overlay.merge(paths, file.path("paths")));
        forEachOperation(paths, (path, operation) -> complete(path, operation, components));
        OpenApiSchemas.complete(document);
    }

    private static void forEachOperation(ObjectNode paths, BiConsumer<String, ObjectNode> work) {
        paths.properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    if (METHODS.contains(operation.getKey()) && operation.getValue() instanceof ObjectNode it) {
                        work.accept(path.getKey(), it);
                    }
                }));
    }

    private void requireKnown(ObjectNode paths) {
        common.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    if (!paths.path(path.getKey()).has(operation.getKey())) {
                        throw new IllegalStateException("openapi.yaml has words for " + operation.getKey() + " "
                                + path.getKey() + ", which no handler has");
                    }
                }));
    }

    private void complete(String path, ObjectNode operation, ObjectNode components) {
        parameters(operation);
        ObjectNode responses = Overlay.object(operation, "responses");
        Map.copyOf(named(responses)).values().forEach(OpenApiWords::namedHeaders);
        boolean aboutTable = path.startsWith(TABLE) || responses.has("201");
        named(responses)
                .values()
                .forEach(response ->
                        (aboutTable ? HEADERS_OF_TABLES : HEADERS).forEach(header -> addHeader(response, header)));
        JsonNode possible = operation.remove("problems");
        problems.answers(possible == null ? List.of() : OpenApiProblems.names(possible), responses, components);
        Overlay.order(responses, responses.propertyNames().stream().sorted().toList());
        Overlay.order(operation, ORDER);
    }

    private static Map<String, ObjectNode> named(ObjectNode responses) {
        var named = new TreeMap<String, ObjectNode>();
        responses.properties().forEach(response -> {
            if (response.getValue() instanceof ObjectNode object && !object.has("$ref")) {
                named.put(response.getKey(), object);
            }
        });
        return named;
    }

    /// What is said of a parameter anywhere is said before what is said of it here.
    private void commonParameters(ObjectNode operation) {
        Overlay.objects(operation.path("parameters")).forEach(this::common);
    }

    private void common(ObjectNode parameter) {
        Overlay.merge(
                parameter, common.path("parameters").path(parameter.path("name").asString("")));
    }

    private void parameters(ObjectNode operation) {
        List<ObjectNode> all = new ArrayList<>(Overlay.objects(operation.path("parameters")));
        all.add(operation
                .objectNode()
                .put("name", "X-Request-Id")
                .put("in", "header")
                .put("required", false));
        ArrayNode parameters = operation.putArray("parameters");
        for (ObjectNode parameter : all) {
            if (!NOT_PARAMETERS.contains(parameter.path("name").asString(""))) {
                if (!parameter.has("description")) {
                    common(parameter);
                }
                withoutEmptyDefault(Overlay.object(parameter, "schema"));
                Overlay.order(parameter, ORDER);
                parameters.add(parameter);
            }
        }
    }

    /// The empty text stands for a parameter that was not given.
    private static void withoutEmptyDefault(ObjectNode schema) {
        if (schema.path("default").asString("-").isEmpty()) {
            schema.remove("default");
        }
    }

    private static void namedHeaders(ObjectNode response) {
        if (response.path("headers").isArray()) {
            List<String> names = OpenApiProblems.names(response.path("headers"));
            response.remove("headers");
            names.forEach(name -> addHeader(response, name));
        }
    }

    static void addHeader(ObjectNode response, String name) {
        Overlay.object(response, "headers").putObject(name).put("$ref", "#/components/headers/" + name);
    }
}
