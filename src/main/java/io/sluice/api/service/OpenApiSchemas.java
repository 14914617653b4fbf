package io.sluice.api.service;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Which members of an object are always there: in answers all but those that are called `optional`. And the order in
/// which a schema is best read.
final class OpenApiSchemas {

    private static final String REFERENCE = "#/components/schemas/";
    private static final String OPTIONAL = "optional";

    private OpenApiSchemas() {}

    private static final List<String> ORDER =
            List.of("$ref", "allOf", "oneOf", "type", "format", "description", "required", "properties");

    static void complete(ObjectNode document) {
        ObjectNode schemas = Overlay.object(Overlay.object(document, "components"), "schemas");
        Set<String> sent = new LinkedHashSet<>();
        document.path("paths")
                .forEach(path -> path.forEach(operation -> collect(operation.path("requestBody"), schemas, sent)));
        asMap(schemas).forEach((name, schema) -> {
            if (schema instanceof ObjectNode object) {
                JsonNode optional = object.remove(OPTIONAL);
                if (!sent.contains(name) && !object.has("required") && object.has("properties")) {
                    require(object, optional);
                }
                order(object);
            }
        });
    }

    private static void require(ObjectNode schema, JsonNode optional) {
        Set<String> required = new LinkedHashSet<>(schema.path("properties").propertyNames());
        if (optional != null && optional.isArray()) {
            OpenApiProblems.names(optional).forEach(required::remove);
        } else if (optional != null) {
            required.clear();
        }
        if (!required.isEmpty()) {
            schema.set("required", Overlay.array(List.copyOf(required)));
        }
    }

    private static void order(ObjectNode schema) {
        Overlay.order(schema, ORDER);
        schema.path("properties").forEach(member -> {
            if (member instanceof ObjectNode property) {
                order(property);
            }
        });
    }

    private static Map<String, JsonNode> asMap(ObjectNode object) {
        var map = new LinkedHashMap<String, JsonNode>();
        object.properties().forEach(member -> map.put(member.getKey(), member.getValue()));
        return map;
    }

    /// The names of schemas that this one leads to.
    private static void collect(JsonNode node, ObjectNode schemas, Set<String> found) {
        String reference = node.path("$ref").asString("");
        if (reference.startsWith(REFERENCE) && found.add(reference.substring(REFERENCE.length()))) {
            collect(schemas.path(reference.substring(REFERENCE.length())), schemas, found);
        }
        node.forEach(child -> collect(child, schemas, found));
    }
}
