package io.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Clients of the last release keep working: `openapi/released.yaml` is its document, and takes the place of the one
/// before it with each release (`cp openapi/openapi.yaml openapi/released.yaml`).
class BreakingChangesTest {

    private static final Path RELEASED = Path.of("openapi/released.yaml");

    @Test
    void nothing_breaks_clients_of_the_last_release() {
        assertThat(BreakingChanges.between(OpenApiDocument.read(RELEASED), OpenApiDocument.current()))
                .as("changes of openapi/openapi.yaml that break clients of openapi/released.yaml: keep what was there"
                        + " beside what is new, or serve it below a new version of the path")
                .isEmpty();
    }

    private static final String BEFORE = """
        paths:
          /things/{id}:
            get:
              operationId: getThing
              parameters:
              - {name: id, in: path, required: true, schema: {type: string}}
              - {name: limit, in: query, required: false, schema: {type: integer, format: int32, maximum: 1000}}
              responses:
                '200':
                  headers: {ETag: {schema: {type: string}}}
                  content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
                '404':
                  content: {application/problem+json: {schema: {type: object}}}
            put:
              operationId: putThing
              requestBody:
                content: {application/json: {schema: {$ref: '#/components/schemas/NewThing'}}}
              responses: {'204': {description: done}}
        components:
          schemas:
            Thing:
              type: object
              required: [name, state]
              properties:
                name: {type: string}
                state: {type: string, enum: [up, down]}
                note: {type: string}
            NewThing:
              type: object
              required: [name]
              properties:
                name: {type: string}
                mode: {type: string, enum: [fast, slow]}
                parts: {type: array, items: {type: integer}}
        """;

    /// Each is a text of the document and what takes its place.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "  /things/{id}: | /thing/{id}: | is gone",
                "    put: | patch: | put /things/{id} is gone",
                "operationId: getThing | operationId: readThing | was called getThing",
                "name: limit, in: query, required: false | name: limit, in: query, required: true | newly requires"
                        + " query limit",
                "name: limit, in: query | name: most, in: query | takes no query limit",
                "format: int32, maximum: 1000 | format: int32, maximum: 10 | had the maximum 1000",
                "schema: {type: integer, format: int32 | schema: {type: string, format: int32 | was of type [integer]",
                "'404': | '410': | 404 is gone",
                "headers: {ETag: | headers: {Etag2: | has no ETag any more",
                "application/problem+json | application/json | has no application/problem+json any more",
                "note: {type: string} | comment: {type: string} | GOT Thing.note is gone",
                "[name, state] | [name] | GOT Thing.state is not always there any more",
                "enum: [up, down] | enum: [up, down, broken] | GOT Thing.state may newly be broken",
                "note: {type: string} | note: {type: [string, 'null']} | GOT Thing.note was of type [string]",
                "required: [name]\\n | required: [name, mode]\\n | SENT NewThing.mode is newly required",
                "enum: [fast, slow] | enum: [fast] | SENT NewThing.mode does not take slow any more",
                "items: {type: integer} | items: {type: string} | SENT NewThing.parts[] was of type [integer]",
                "parts: {type: array | pieces: {type: array | SENT NewThing.parts is gone",
                "requestBody:\\n | requestBody:\\n        required: true\\n | newly requires a body",
                "{'204': {description: done}} | {'204': {description: done}, '202': {description: later}} | 202 is a"
                        + " new kind of success"
            })
    void a_change_that_breaks_clients_is_named(String was, String is, String named) {
        assertThat(changed(was, is)).anyMatch(change -> change.contains(named));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "maximum: 1000 | maximum: 5000",
                "schema: {type: integer, format: int32, maximum: 1000} | schema: {}",
                "'404': | '410': {description: gone}\\n        '404':",
                "note: {type: string} | note: {type: string}\\n        more: {type: string}",
                "[name, state] | [name, state, note]",
                "enum: [up, down] | enum: [up]",
                "required: [name]\\n | required: []\\n",
                "enum: [fast, slow] | enum: [fast, slow, safe]",
                "mode: {type: string | why: {type: string}\\n        mode: {type: string",
                "description: done | description: it is done"
            })
    void a_change_that_breaks_nobody_is_not(String was, String is) {
        assertThat(changed(was, is)).isEmpty();
    }

    private static Iterable<String> changed(String was, String is) {
        String from = was.strip().replace("\\n", "\n");
        assertThat(BEFORE).contains(from);
        String after = BEFORE.replaceFirst(
                Pattern.quote(from), Matcher.quoteReplacement(is.strip().replace("\\n", "\n")));
        return BreakingChanges.between(OpenApiDocument.of(BEFORE), OpenApiDocument.of(after));
    }

    @Test
    void a_member_that_is_taken_from_the_document_in_the_repository_is_seen() throws IOException {
        String less = Files.readString(RELEASED).replaceFirst("(?m)^        replayed:$", "        repeated:");

        assertThat(BreakingChanges.between(OpenApiDocument.read(RELEASED), OpenApiDocument.of(less)))
                .anyMatch(change -> change.endsWith(".replayed is gone"));
    }
}
