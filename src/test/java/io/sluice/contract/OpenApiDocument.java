package io.sluice.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// A read OpenAPI document.
public record OpenApiDocument(JsonNode root) {

    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch", "options", "head");

    /// The one of this working copy.
    public static OpenApiDocument current() {
        return read(Path.of("openapi/openapi.yaml"));
    }

    public static OpenApiDocument read(Path file) {
        try {
            return of(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static OpenApiDocument of(String yaml) {
        var loader = new LoaderOptions();
        loader.setCodePointLimit(Integer.MAX_VALUE);
        loader.setMaxAliasesForCollections(Integer.MAX_VALUE);
        Object tree = new Yaml(new SafeConstructor(loader)).load(yaml);
        return new OpenApiDocument(JsonMapper.shared().valueToTree(tree));
    }

    /// One method of one path.
    public record Operation(String method, String path, JsonNode node) {
        public String name() {
            return node.path("operationId").asString(method + " " + path);
        }

        public List<JsonNode> parameters() {
            var parameters = new ArrayList<JsonNode>();
            node.path("parameters").forEach(parameters::add);
            return parameters;
        }
    }

    public List<Operation> operations() {
        var operations = new ArrayList<Operation>();
        root.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    if (METHODS.contains(operation.getKey())) {
                        operations.add(new Operation(operation.getKey(), path.getKey(), operation.getValue()));
                    }
                }));
        return operations;
    }

    public JsonNode schema(String name) {
        return root.path("components").path("schemas").path(name);
    }

    /// The schema of problems of a type; missing where there is none.
    public JsonNode schemaOfProblem(String slug) {
        for (JsonNode schema : root.path("components").path("schemas")) {
            if (schema.path("properties")
                    .path("type")
                    .path("const")
                    .asString("")
                    .equals("/problems/" + slug)) {
                return schema;
            }
        }
        return MissingNode.getInstance();
    }

    /// Slugs of the problems that an answer can be: the names of its examples.
    public Set<String> problems(JsonNode response) {
        return new LinkedHashSet<>(resolve(response)
                .path("content")
                .path("application/problem+json")
                .path("examples")
                .propertyNames());
    }

    /// What a reference leads to; the node itself where it is none.
    public JsonNode resolve(JsonNode node) {
        String reference = node.path("$ref").asString("");
        return reference.isEmpty() ? node : root.at(reference.substring(1));
    }
}
