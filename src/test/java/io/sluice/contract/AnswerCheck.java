package io.sluice.contract;

import io.sluice.contract.OpenApiDocument.Operation;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Whether an answer is one that the document declares for its operation: the status, the headers, the body, and of a
/// problem its type and members.
public final class AnswerCheck {

    private static final String PROBLEM = "application/problem+json";

    /// Headers of HTTP itself, of which documents do not speak.
    private static final Set<String> OF_HTTP = Set.of(
            "content-type",
            "content-length",
            "transfer-encoding",
            "date",
            "connection",
            "content-encoding",
            "keep-alive");

    private final OpenApiDocument document;
    private final SchemaCheck schemas;

    public AnswerCheck(OpenApiDocument document) {
        this.document = document;
        this.schemas = new SchemaCheck(document);
    }

    /// What was not declared; empty where all was.
    public List<String> check(Operation operation, int status, HttpHeaders headers, byte[] body) {
        JsonNode declared = operation.node().path("responses").path(Integer.toString(status));
        if (declared.isMissingNode()) {
            return List.of("status " + status + " is not declared: " + excerpt(body));
        }
        JsonNode response = document.resolve(declared);
        var wrong = new ArrayList<String>();
        headers.map().keySet().stream()
                .filter(name -> !OF_HTTP.contains(name.toLowerCase(Locale.ROOT)))
                .filter(name ->
                        response.path("headers").propertyNames().stream().noneMatch(name::equalsIgnoreCase))
                .forEach(name -> wrong.add("header " + name + " of " + status + " is not declared"));
        if (headers.firstValue("X-Request-Id").isEmpty()) {
            wrong.add("no X-Request-Id");
        }
        body(response, media(headers), body).ifPresent(wrong::add);
        if (media(headers).equals(PROBLEM)) {
            problem(operation, status, response, headers, body, wrong);
        }
        return wrong;
    }

    private static String media(HttpHeaders headers) {
        return headers.firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
    }

    private Optional<String> body(JsonNode response, String media, byte[] body) {
        if (!response.has("content")) {
            return body.length == 0 ? Optional.empty() : Optional.of("a body where none is declared: " + excerpt(body));
        }
        if (!response.path("content").has(media)) {
            return Optional.of("the media type '" + media + "' is not declared");
        }
        boolean json = media.equals("application/json") || media.equals(PROBLEM);
        if (!json) {
            return Optional.empty();
        }
        try {
            JsonNode value = JsonMapper.shared().readTree(body);
            List<String> wrong =
                    schemas.check(response.path("content").path(media).path("schema"), value);
            return wrong.isEmpty() ? Optional.empty() : Optional.of(wrong + " in " + excerpt(body));
        } catch (JacksonException e) {
            return Optional.of("no JSON: " + excerpt(body));
        }
    }

    private void problem(
            Operation operation, int status, JsonNode response, HttpHeaders headers, byte[] body, List<String> wrong) {
        JsonNode problem = JsonMapper.shared().readTree(body);
        String slug = problem.path("type").asString("").replace("/problems/", "");
        if (!document.problems(response).contains(slug)) {
            wrong.add(slug + " is not declared for " + operation.name());
        }
        JsonNode type = document.schemaOfProblem(slug);
        var known = new HashSet<>(document.schema("Problem").path("properties").propertyNames());
        known.addAll(type.path("properties").propertyNames());
        problem.propertyNames().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> wrong.add(slug + " has " + name + ", of which the document does not tell"));
        List<String> members = schemas.check(type, problem);
        if (!members.isEmpty()) {
            wrong.add(slug + ": " + members);
        }
        if (problem.path("status").asInt() != status
                || !problem.path("requestId")
                        .asString("")
                        .equals(headers.firstValue("X-Request-Id").orElse(""))) {
            wrong.add(slug + " has another status or request id than the answer");
        }
    }

    private static String excerpt(byte[] body) {
        return new String(body, 0, Math.min(body.length, 500), StandardCharsets.UTF_8);
    }
}
