package io.sluice.contract;

import io.sluice.contract.OpenApiDocument.Operation;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A request for one of the document's operations, mostly as it says, partly not.
///
/// @param path encoded, with the query
/// @param headers names and values in turn
/// @param isElsewhere whether a segment of the path is so odd that the path may be another one, or none
public record RandomRequest(
        long seed, Operation operation, String path, List<String> headers, byte[] body, boolean isElsewhere) {

    private static final List<String> FORMATS = List.of(
            "application/json",
            "application/x-ndjson",
            "text/csv",
            "application/vnd.apache.arrow.stream",
            "application/vnd.apache.parquet");

    /// What requests can name.
    public interface Known {
        List<String> tables();

        /// Ids of operations that answers have named.
        List<String> operations();

        List<Transaction> transactions();

        /// A body of rows in a binary format; empty where there is none.
        Map<String, byte[]> streams();
    }

    /// One that an answer has named.
    public record Transaction(String table, String id) {}

    public static RandomRequest of(OpenApiDocument document, long seed, Known known) {
        var random = new SplittableRandom(seed);
        var values = new RandomValues(document, random);
        Operation operation = values.one(document.operations());
        var query = new ArrayList<String>();
        var headers = new ArrayList<String>();
        String path = inTransaction(operation.path(), values, known.transactions());
        boolean elsewhere = false;
        for (JsonNode parameter : operation.parameters()) {
            String name = parameter.path("name").asString();
            boolean required = parameter.path("required").asBoolean(false);
            switch (parameter.path("in").asString()) {
                case "path" -> {
                    boolean hostile = values.chance(0.04);
                    elsewhere |= hostile;
                    String value = hostile ? values.hostile() : segment(name, values, known);
                    path = path.replace("{" + name + "}", encode(value));
                }
                case "query" -> {
                    // A followed feed ends when its client leaves.
                    if (!name.equals("follow") && values.chance(required ? 0.95 : 0.2)) {
                        query.add(encode(name) + "=" + encode(values.parameter(name, parameter)));
                    }
                }
                default -> {
                    String value = values.parameter(name, parameter);
                    if (values.chance(0.15) && isHeader(value)) {
                        headers.addAll(List.of(name, value));
                    }
                }
            }
        }
        if (values.chance(0.02)) {
            query.add("unknown=" + encode(values.hostile()));
        }
        if (values.chance(0.3)) {
            headers.addAll(List.of("Accept", accept(operation, values)));
        }
        byte[] body = body(operation, values, known, headers);
        String whole = path + (query.isEmpty() ? "" : query.stream().collect(Collectors.joining("&", "?", "")));
        return new RandomRequest(seed, operation, whole, headers, body, elsewhere);
    }

    private static String accept(Operation operation, RandomValues values) {
        List<String> can = new ArrayList<>(
                operation.node().path("responses").path("200").path("content").propertyNames());
        can.remove("text/event-stream");
        return can.isEmpty() || values.chance(0.05) ? values.one(FORMATS) : values.one(can);
    }

    private static String inTransaction(String path, RandomValues values, List<Transaction> transactions) {
        if (!path.contains("/transactions/{id}") || transactions.isEmpty() || values.chance(0.1)) {
            return path;
        }
        Transaction transaction = values.one(transactions);
        return path.replace("{table}", transaction.table()).replace("{id}", transaction.id());
    }

    private static String segment(String name, RandomValues values, Known known) {
        return switch (name) {
            case "table" -> values.chance(0.95) ? values.one(known.tables()) : "fuzz.nowhere";
            case "id" -> known.operations().isEmpty() ? "0198f2a1" : values.one(known.operations());
            case "version" -> values.chance(0.5) ? "0" : "3";
            case "slug" -> values.chance(0.8) ? "table-not-found" : "nope";
            default -> "x";
        };
    }

    private static byte[] body(Operation operation, RandomValues values, Known known, List<String> headers) {
        JsonNode content = operation.node().path("requestBody").path("content");
        if (content.isMissingNode() || values.chance(0.02)) {
            return new byte[0];
        }
        List<String> types = new ArrayList<>(content.propertyNames());
        String type = values.one(types);
        headers.addAll(List.of("Content-Type", values.chance(0.98) ? type : "text/plain"));
        byte[] body = types.size() > 1
                ? rows(type, values, known)
                : example(operation, content.path(type), values).toString().getBytes(StandardCharsets.UTF_8);
        return values.chance(0.04) && body.length > 1 ? mutated(body, values) : body;
    }

    /// Made from the schema, or one of the examples; a table that is to be has a new name.
    private static JsonNode example(Operation operation, JsonNode media, RandomValues values) {
        List<JsonNode> examples = new ArrayList<>();
        media.path("examples").forEach(named -> examples.add(named.path("value")));
        JsonNode example = examples.isEmpty() ? media.path("example") : values.one(examples);
        JsonNode body = values.value(media.path("schema"), example.deepCopy(), 0);
        if (operation.name().equals("createTable") && body instanceof ObjectNode table && values.chance(0.7)) {
            table.put("name", "fuzz.made_" + values.number(500));
        }
        return body;
    }

    private static byte[] rows(String type, RandomValues values, Known known) {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < 3; i++) {
            rows.add(values.row());
        }
        byte[] stream = known.streams().get(type);
        if (stream != null) {
            return stream;
        }
        return switch (type) {
            case "application/x-ndjson" -> bytes(lines(rows));
            case "text/csv" -> bytes("id,item,price\n1,tea,3.20\n" + values.hostile() + ",x,1.10\n");
            default ->
                bytes(values.chance(0.95) ? rows.toString() : values.anything().toString());
        };
    }

    private static String lines(ArrayNode rows) {
        var lines = new StringBuilder();
        rows.forEach(row -> lines.append(row).append('\n'));
        return lines.toString();
    }

    private static byte[] mutated(byte[] body, RandomValues values) {
        byte[] changed = body.clone();
        List<Integer> places = List.of(0, changed.length / 2, changed.length - 1, changed.length / 3);
        changed[values.one(places)] ^= (byte) 0x55;
        return changed;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isHeader(String value) {
        return value.chars().allMatch(character -> character >= 0x20 && character < 0x7f);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        String text = new String(body, 0, Math.min(body.length, 1_000), StandardCharsets.UTF_8);
        return operation.method().toUpperCase(Locale.ROOT) + " " + path + " " + headers + " " + text;
    }
}
