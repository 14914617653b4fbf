package io.sluice.api.service;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Lays one tree of JSON over another: members of both are merged, null takes one away, all else takes the place of
/// what was there.
///
/// Parameters of an operation are a list in OpenAPI and members by their names in what is laid over it.
final class Overlay {

    private static final String PARAMETERS = "parameters";

    private Overlay() {}

    static void merge(ObjectNode base, JsonNode over) {
        for (Map.Entry<String, JsonNode> member : over.properties()) {
            JsonNode there = base.path(member.getKey());
            JsonNode value = member.getValue();
            if (value.isNull()) {
                base.remove(member.getKey());
            } else if (value.isObject() && there instanceof ObjectNode both) {
                merge(both, value);
            } else if (value.isObject()
                    && there instanceof ArrayNode list
                    && member.getKey().equals(PARAMETERS)) {
                mergeByName(list, value);
            } else {
                base.set(member.getKey(), value.deepCopy());
            }
        }
    }

    private static void mergeByName(ArrayNode parameters, JsonNode byName) {
        for (Map.Entry<String, JsonNode> named : byName.properties()) {
            ObjectNode parameter = objects(parameters).stream()
                    .filter(candidate -> candidate.path("name").asString("").equals(named.getKey()))
                    .findFirst()
                    .orElseGet(() ->
                            parameters.addObject().put("name", named.getKey()).put("required", false));
            merge(parameter, named.getValue());
        }
    }

    static List<ObjectNode> objects(JsonNode list) {
        var objects = new ArrayList<ObjectNode>();
        for (JsonNode element : list) {
            if (element instanceof ObjectNode object) {
                objects.add(object);
            }
        }
        return objects;
    }

    /// The member as an object, made where it is not there.
    static ObjectNode object(ObjectNode parent, String name) {
        return parent.path(name) instanceof ObjectNode there ? there : parent.putObject(name);
    }

    /// Moves these members, as far as they are there, before the others.
    static void order(ObjectNode object, List<String> first) {
        var names = new LinkedHashSet<>(first);
        names.addAll(object.propertyNames());
        names.stream().filter(object::has).toList().forEach(name -> {
            JsonNode value = object.remove(name);
            object.set(name, value);
        });
    }

    static ArrayNode array(List<String> texts) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        texts.forEach(array::add);
        return array;
    }
}
