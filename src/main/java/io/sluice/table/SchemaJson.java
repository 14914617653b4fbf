package io.sluice.table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Schemas and types in Delta's JSON form (Delta protocol, "Schema Serialization Format").
public final class SchemaJson {

    private SchemaJson() {}

    /// Reads a `schemaString`.
    ///
    /// @throws FailureException [Failure.InvalidSchema] when the text is not a schema,
    ///     [Failure.UnsupportedTableFeature] when it uses a type that is not known here
    public static Schema parse(String schemaString) {
        Object value;
        try {
            value = JsonValues.parse(schemaString);
        } catch (JacksonException e) {
            throw new Failure.InvalidSchema("the schema is not JSON").asException(e);
        }
        if (type(value) instanceof DataType.Struct struct) {
            return new Schema(struct.fields());
        }
        throw new Failure.InvalidSchema("the schema is not a struct").asException();
    }

    /// The `schemaString` of this schema.
    public static String write(Schema schema) {
        return JsonValues.write(toJson(schema.asStruct()));
    }

    /// Reads a type from JSON values: a name such as `"decimal(10,2)"`, or an object with `type`.
    ///
    /// @throws FailureException as [#parse]
    public static DataType type(@Nullable Object json) {
        return switch (json) {
            case String name -> named(name);
            case Map<?, ?> object -> nested(object);
            case null, default -> throw new Failure.InvalidSchema("a type is a name or an object").asException();
        };
    }

    /// The type as JSON values: a String, or a Map for nested types.
    public static Object toJson(DataType type) {
        Map<String, Object> json = new LinkedHashMap<>();
        switch (type) {
            case DataType.Primitive _, DataType.Decimal _ -> {
                return TypeText.write(type);
            }
            case DataType.Array array -> {
                json.put("type", "array");
                json.put("elementType", toJson(array.element()));
                json.put("containsNull", array.containsNull());
            }
            case DataType.Map map -> {
                json.put("type", "map");
                json.put("keyType", toJson(map.key()));
                json.put("valueType", toJson(map.value()));
                json.put("valueContainsNull", map.valueContainsNull());
            }
            case DataType.Struct struct -> {
                json.put("type", "struct");
                json.put(
                        "fields",
                        struct.fields().stream().map(SchemaJson::field).toList());
            }
        }
        return json;
    }

    private static Map<String, Object> field(Column column) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", column.name());
        json.put("type", toJson(column.type()));
        json.put("nullable", column.nullable());
        json.put("metadata", column.metadata());
        return json;
    }

    private static DataType named(String name) {
        if (TypeText.isFlat(name)) {
            return TypeText.parse(name);
        }
        throw new Failure.UnsupportedTableFeature(List.of(name), "columns of the type " + name + " cannot be read")
                .asException();
    }

    private static DataType nested(Map<?, ?> json) {
        String name = json.get("type") instanceof String text ? text : "";
        if (name.isEmpty()) {
            throw new Failure.InvalidSchema("a type has no name").asException();
        }
        return switch (name) {
            case "array" -> new DataType.Array(type(json.get("elementType")), flag(json, "containsNull"));
            case "map" ->
                new DataType.Map(
                        type(json.get("keyType")), type(json.get("valueType")), flag(json, "valueContainsNull"));
            case "struct" -> new DataType.Struct(columns(json.get("fields")));
            default -> named(name);
        };
    }

    private static List<Column> columns(@Nullable Object json) {
        if (!(json instanceof List<?> fields)) {
            throw new Failure.InvalidSchema("a struct has no fields").asException();
        }
        List<Column> columns = new ArrayList<>(fields.size());
        for (Object element : fields) {
            if (!(element instanceof Map<?, ?> field) || !(field.get("name") instanceof String name)) {
                throw new Failure.InvalidSchema("a field of a struct has no name").asException();
            }
            columns.add(new Column(name, type(field.get("type")), flag(field, "nullable"), metadata(field)));
        }
        return columns;
    }

    private static Map<String, Object> metadata(Map<?, ?> field) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        if (field.get("metadata") instanceof Map<?, ?> given) {
            given.forEach((key, value) -> metadata.put((String) key, Objects.requireNonNull(value)));
        }
        return metadata;
    }

    /// Absent means true: nothing may be promised that the text does not say.
    private static boolean flag(Map<?, ?> json, String name) {
        return !(json.get(name) instanceof Boolean value) || value;
    }
}
