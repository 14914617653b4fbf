package io.sluice.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Values that a schema allows, and values that it does not.
public final class RandomValues {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /// What breaks those who expect nothing of the kind.
    private static final List<String> HOSTILE = List.of(
            "",
            " ",
            "null",
            "-1",
            "0",
            "9223372036854775808",
            "1e400",
            "NaN",
            "true",
            "'",
            "\"",
            "'; DROP TABLE x --",
            "../../etc/passwd",
            "%00",
            "a\u0000b",
            "\uFEFF",
            "\u202E",
            "😀",
            "a".repeat(300),
            "a".repeat(5_000),
            "((((((((((((((((((((((((((((((",
            "id = id OR id",
            "SELECT * FROM read_csv('/etc/passwd')",
            "1970-01-01T00:00:00Z",
            "+292278994-08-17T07:12:55.807Z",
            "9999-12-31T23:59:59.999999999+18:00",
            "PT-1S",
            "\\u0000",
            "*",
            "a,b,,c",
            "=",
            "a=b/c=d");

    /// Of the tables that requests are about.
    static final List<String> COLUMNS = List.of("id", "item", "price", "at", "day", "tags", "note");

    private static final List<String> CONDITIONS = List.of(
            "true",
            "false",
            "id = 3",
            "id > 2 AND price < 10",
            "item LIKE 't%'",
            "item IS NULL OR id IN (1, 2, 3)",
            "day = '2026-11-20'",
            "at >= TIMESTAMP '2026-11-20 00:00:00'",
            "price / 0 > 1",
            "CAST(item AS INT) = 1",
            "lower(item) = 'tea'",
            "nosuch = 1",
            "id = 'x'",
            "target.id = source.id",
            "id",
            "NOT (id BETWEEN 1 AND 2)",
            "size(tags) > 1",
            "price = 3.20");

    private static final List<String> TYPES = List.of(
            "long",
            "string",
            "decimal(10,2)",
            "timestamp",
            "date",
            "array<string>",
            "struct<a:integer,b:string>",
            "map<string,long>",
            "variant",
            "binary",
            "double",
            "decimal(99,2)",
            "nonsense",
            "array<");

    private final OpenApiDocument document;
    private final RandomGenerator random;

    public RandomValues(OpenApiDocument document, RandomGenerator random) {
        this.document = document;
        this.random = random;
    }

    public boolean chance(double share) {
        return random.nextDouble() < share;
    }

    public <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    public int number(int bound) {
        return random.nextInt(bound);
    }

    public String hostile() {
        return one(HOSTILE);
    }

    public String condition() {
        return chance(0.9) ? one(CONDITIONS) : hostile();
    }

    /// The text of a parameter.
    public String parameter(String name, JsonNode parameter) {
        if (chance(0.06)) {
            return hostile();
        }
        return switch (name) {
            case "where", "replaceWhere", "deleteWhen" -> condition();
            case "select" -> columns();
            case "orderBy" -> (chance(0.5) ? "-" : "") + one(COLUMNS);
            case "key" -> chance(0.8) ? "id" : columns();
            case "limit" -> Integer.toString(random.nextInt(0, 50));
            case "shard" -> random.nextInt(0, 4) + "/" + random.nextInt(0, 4);
            case "partition" ->
                one(List.of("day=2026-11-20", "day=__HIVE_DEFAULT_PARTITION__", "item=tea", "day=1/item=2"));
            case "version", "fromVersion", "toVersion", "before" -> Integer.toString(random.nextInt(0, 12));
            case "Prefer" -> "wait=" + random.nextInt(0, 2);
            case "If-Match", "If-None-Match" -> "\"" + random.nextInt(0, 12) + "\"";
            case "Idempotency-Key" -> "key-" + random.nextInt(0, 40);
            default ->
                value(parameter.path("schema"), parameter.path("example"), 0).asString("x");
        };
    }

    private String columns() {
        return one(COLUMNS) + (chance(0.5) ? "," + one(COLUMNS) : "");
    }

    /// A value of the schema; now and then one that is not.
    public JsonNode value(JsonNode schema, JsonNode example, int depth) {
        if (!example.isMissingNode() && chance(0.5)) {
            return example;
        }
        if (chance(0.05) || depth > 6) {
            return anything();
        }
        JsonNode resolved = document.resolve(schema);
        if (resolved.has("enum")) {
            return resolved.path("enum")
                    .get(random.nextInt(resolved.path("enum").size()));
        }
        JsonNode type = resolved.path("type");
        return switch (type.isArray() ? type.get(0).asString() : type.asString("")) {
            case "string" -> JSON.stringNode(text(resolved));
            case "integer" -> JSON.numberNode(chance(0.9) ? random.nextLong(0, 20) : random.nextLong());
            case "number" -> JSON.numberNode(random.nextDouble() * 100);
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            case "array" -> array(resolved, depth);
            case "object" -> object(resolved, depth);
            default -> anything();
        };
    }

    private String text(JsonNode schema) {
        return switch (schema.path("format").asString("")) {
            case "date-time" -> "2026-11-" + random.nextInt(10, 31) + "T08:15:30Z";
            case "duration" -> "PT" + random.nextInt(0, 400) + "H";
            default -> one(List.of("a", "tea", "id", "item", "x y", one(COLUMNS), hostile()));
        };
    }

    private ArrayNode array(JsonNode schema, int depth) {
        ArrayNode array = JSON.arrayNode();
        for (int i = random.nextInt(0, 3); i > 0; i--) {
            array.add(value(schema.path("items"), schema.path("items").path("example"), depth + 1));
        }
        return array;
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = JSON.objectNode();
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.asString()));
        schema.path("properties").properties().forEach(member -> {
            if (chance(required.contains(member.getKey()) ? 0.97 : 0.3)) {
                object.set(member.getKey(), member(member.getKey(), member.getValue(), depth + 1));
            }
        });
        if (schema.has("additionalProperties") && !schema.has("properties")) {
            for (int i = random.nextInt(0, 3); i > 0; i--) {
                object.set(one(COLUMNS), value(schema.path("additionalProperties"), JSON.missingNode(), depth + 1));
            }
        }
        if (chance(0.02)) {
            object.put("unknown", 1);
        }
        return object;
    }

    /// Words that mean something where they stand.
    private JsonNode member(String name, JsonNode schema, int depth) {
        return switch (name) {
            case "where", "if", "on", "expression" -> JSON.stringNode(condition());
            case "type" -> JSON.stringNode(one(TYPES));
            case "update", "insert" -> chance(0.4) ? JSON.stringNode("all") : row();
            case "set" -> chance(0.9) ? row() : value(schema, JSON.missingNode(), depth);
            default -> value(schema, schema.path("examples").path(0), depth);
        };
    }

    /// A row of the tables that requests are about, with a wrong cell now and then.
    public ObjectNode row() {
        ObjectNode row = JSON.objectNode().put("id", random.nextLong(0, 30));
        if (chance(0.7)) {
            row.put("item", one(List.of("tea", "rusk", "jam", hostile())));
        }
        if (chance(0.5)) {
            row.put("price", random.nextInt(0, 100) + ".25");
        }
        if (chance(0.3)) {
            row.put("at", "2026-11-20T08:15:30.123456Z");
        }
        if (chance(0.3)) {
            row.put("day", "2026-11-2" + random.nextInt(0, 9));
        }
        if (chance(0.3)) {
            row.set("tags", JSON.arrayNode().add("a").add("b"));
        }
        if (chance(0.05)) {
            row.set(one(COLUMNS), anything());
        }
        return row;
    }

    public JsonNode anything() {
        return switch (random.nextInt(8)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(random.nextBoolean());
            case 2 -> JSON.numberNode(random.nextLong());
            case 3 -> JSON.numberNode(random.nextDouble());
            case 4 -> JSON.arrayNode().add(1).add("x");
            case 5 -> JSON.objectNode().put("sql", condition());
            default -> JSON.stringNode(hostile());
        };
    }
}
