package io.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.api.ProblemType;
import io.sluice.contract.OpenApiDocument.Operation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// A client can be written from `openapi/openapi.yaml` alone.
class CompleteDocumentTest {

    private static final OpenApiDocument DOCUMENT = OpenApiDocument.current();

    static Stream<Operation> operations() {
        return DOCUMENT.operations().stream();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void an_operation_says_what_it_does_what_it_takes_and_what_it_answers(Operation operation) {
        assertThat(operation.node().path("summary").asString("")).isNotBlank();
        assertThat(operation.node().path("description").asString("")).isNotBlank();
        assertThat(operation.node().path("tags")).hasSize(1);
        assertThat(operation.name()).as("a name for clients").matches("[a-z]+[A-Z][A-Za-z]+");
        assertThat(operation.parameters())
                .allSatisfy(
                        parameter -> assertThat(parameter.path("description").asString(""))
                                .as(parameter.path("name").asString())
                                .isNotBlank());
        assertThat(operation.node().path("responses").propertyNames())
                .anyMatch(status -> status.startsWith("2"))
                .contains("400", "406", "500", "503", "default");
    }

    @ParameterizedTest
    @MethodSource("operations")
    void json_comes_with_an_example_that_is_what_its_schema_says(Operation operation) {
        List<JsonNode> bodies = new ArrayList<>();
        bodies.add(operation.node().path("requestBody").path("content").path("application/json"));
        operation.node().path("responses").properties().stream()
                .filter(response -> response.getKey().startsWith("2"))
                .forEach(response ->
                        bodies.add(response.getValue().path("content").path("application/json")));
        bodies.removeIf(JsonNode::isMissingNode);

        assertThat(bodies).allSatisfy(body -> {
            List<JsonNode> examples = examples(body);
            assertThat(examples).as("examples of " + operation.name()).isNotEmpty();
            assertThat(examples)
                    .allSatisfy(example -> assertThat(new SchemaCheck(DOCUMENT).check(body.path("schema"), example))
                            .isEmpty());
        });
    }

    private static List<JsonNode> examples(JsonNode body) {
        var examples = new ArrayList<JsonNode>();
        if (body.has("example")) {
            examples.add(body.path("example"));
        }
        body.path("examples").forEach(named -> examples.add(named.path("value")));
        return examples;
    }

    @Test
    void every_problem_type_is_declared_by_what_can_answer_with_it() {
        Set<String> declared = new LinkedHashSet<>();
        DOCUMENT.operations()
                .forEach(operation -> operation
                        .node()
                        .path("responses")
                        .forEach(response -> declared.addAll(DOCUMENT.problems(response))));

        assertThat(Stream.of(ProblemType.values()).map(ProblemType::slug))
                .as("types that no operation names: see problems of an operation in its openapi.yaml")
                .allSatisfy(slug -> assertThat(declared).contains(slug));
    }

    @Test
    void a_problem_and_its_example_have_the_members_of_the_type() {
        for (ProblemType type : ProblemType.values()) {
            JsonNode schema = DOCUMENT.schemaOfProblem(type.slug());
            JsonNode example = DOCUMENT.root()
                    .path("components")
                    .path("examples")
                    .path(type.slug())
                    .path("value");
            assertThat(new SchemaCheck(DOCUMENT).check(schema, example))
                    .as(type.slug())
                    .isEmpty();
        }
    }

    @Test
    void each_member_of_a_body_is_explained() {
        List<String> unexplained = new ArrayList<>();
        DOCUMENT.root().path("components").path("schemas").properties().forEach(schema -> {
            if (schema.getValue().path("description").asString("").isBlank()) {
                unexplained.add(schema.getKey());
            }
            if (!schema.getKey().endsWith("Problem")) {
                schema.getValue().path("properties").properties().stream()
                        .filter(member -> member.getValue()
                                .path("description")
                                .asString("")
                                .isBlank())
                        .forEach(member -> unexplained.add(schema.getKey() + "." + member.getKey()));
            }
        });

        assertThat(unexplained)
                .as("say what it is in the package's openapi.yaml")
                .isEmpty();
    }
}
