package io.sluice.api.service;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What the signatures of handlers do not tell of their answers: statuses other than `200`, rows in their formats, the
/// headers of a table, and members that may be null.
@Configuration(proxyBeanMethods = false)
class OpenApiAnswers {

    private static final String TABLE = "/v1/tables/{table}";
    private static final String OK = "200";

    /// Marks the schema of what may be any JSON value.
    static final String ANY_VALUE = "any JSON value";

    private static final String PAGE = "RowsPage";

    private static final List<String> ROWS_IN =
            List.of(TABLE + "/rows", TABLE + "/upsert", TABLE + "/transactions/{id}/rows");
    private static final List<String> CREATES = List.of("/v1/tables", TABLE + "/transactions");
    private static final List<String> DELETES = List.of(TABLE, TABLE + "/transactions/{id}");
    private static final List<String> STREAMS = List.of(
            "application/x-ndjson",
            "text/csv",
            "application/vnd.apache.arrow.stream",
            "application/vnd.apache.parquet");

    private static final Map<String, List<String>> MAY_BE_NULL = Map.of(
            "TableView", List.of("createdAt", "comment"),
            "StatisticsView", List.of("rows", "deletedRows"),
            "FileView", List.of("sizeBytes"),
            "CommitView",
                    List.of(
                            "operation",
                            "userName",
                            "engineInfo",
                            "isBlindAppend",
                            "userMetadata",
                            "rowsAdded",
                            "rowsRemoved"),
            "CommitDetailView",
                    List.of(
                            "operation",
                            "userName",
                            "engineInfo",
                            "isBlindAppend",
                            "userMetadata",
                            "rowsAdded",
                            "rowsRemoved"));

    @Bean
    OpenApiCustomizer answersAsTheyAre() {
        return document -> {
            document.getComponents().addSchemas(PAGE, page());
            document.getPaths().forEach(OpenApiAnswers::statuses);
            document.getPaths().forEach(OpenApiAnswers::rows);
            document.getPaths().forEach(OpenApiAnswers::headers);
            document.getComponents().getSchemas().values().forEach(OpenApiAnswers::anyType);
            MAY_BE_NULL.forEach((schema, members) -> members.forEach(member -> allowNull(document, schema, member)));
        };
    }

    private static void statuses(String path, PathItem item) {
        if (CREATES.contains(path)) {
            rename(item.getPost(), "201", "Created");
        }
        if (DELETES.contains(path)) {
            rename(item.getDelete(), "204", "Nothing is left to say");
            answer(item.getDelete(), "204").setContent(null);
        }
        beginsOperation(path, item)
                .ifPresent(begins -> begins.getResponses()
                        .addApiResponse(
                                "202",
                                new ApiResponse()
                                        .description("It goes on; ask the operation how it stands")
                                        .content(answer(begins, OK).getContent())));
    }

    /// Whatever answers with an operation may do so before its end, but for those who only ask.
    private static Optional<Operation> beginsOperation(String path, PathItem item) {
        Operation operation = path.equals("/v1/operations/{id}") ? item.getDelete() : item.getPost();
        if (operation == null || operation.getResponses().get(OK) == null) {
            return Optional.empty();
        }
        Content content = operation.getResponses().get(OK).getContent();
        MediaType json = content == null ? null : content.get("application/json");
        return json != null
                        && json.getSchema() != null
                        && "#/components/schemas/Operation"
                                .equals(json.getSchema().get$ref())
                ? Optional.of(operation)
                : Optional.empty();
    }

    private static ApiResponse answer(Operation operation, String status) {
        return Objects.requireNonNull(operation.getResponses().get(status));
    }

    private static void rename(Operation operation, String status, String description) {
        ApiResponses responses = operation.getResponses();
        responses.addApiResponse(status, answer(operation, OK).description(description));
        responses.remove(OK);
    }

    private static void rows(String path, PathItem item) {
        if (ROWS_IN.contains(path)) {
            item.getPost().setRequestBody(new RequestBody().required(true).content(rowsIn()));
        }
        if (path.equals(TABLE + "/rows") || path.equals(TABLE + "/changes")) {
            Content content = rowsOut();
            if (path.endsWith("changes")) {
                content.addMediaType("text/event-stream", new MediaType().schema(new StringSchema()));
            }
            answer(item.getGet(), OK).setContent(content);
        }
    }

    private static Content rowsIn() {
        var content =
                new Content().addMediaType("application/json", new MediaType().schema(new ArraySchema().items(row())));
        STREAMS.forEach(type -> content.addMediaType(type, new MediaType().schema(new Schema<>())));
        return content;
    }

    private static Content rowsOut() {
        var content = new Content()
                .addMediaType(
                        "application/json",
                        new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + PAGE)));
        STREAMS.forEach(type -> content.addMediaType(type, new MediaType().schema(new Schema<>())));
        return content;
    }

    private static Schema<?> page() {
        Schema<?> column = new ObjectSchema();
        column.addProperty("name", new StringSchema());
        column.addProperty("type", new StringSchema().description("Delta's name of the type"));
        Schema<?> page = new ObjectSchema();
        page.addProperty("version", new IntegerSchema().format("int64"));
        page.addProperty("timestamp", new StringSchema().format("date-time"));
        page.addProperty("columns", new ArraySchema().items(column));
        page.addProperty("rows", new ArraySchema().items(row()));
        page.addProperty("nextPageToken", new StringSchema().description("absent at the end"));
        page.setRequired(List.of("version", "timestamp", "columns", "rows"));
        return page;
    }

    private static Schema<?> row() {
        Schema<?> row = new ObjectSchema();
        row.setAdditionalProperties(true);
        return row;
    }

    private static void headers(String path, PathItem item) {
        if (!path.startsWith(TABLE) && !path.equals("/v1/tables")) {
            return;
        }
        item.readOperationsMap()
                .forEach((method, operation) -> operation.getResponses().forEach((status, response) -> {
                    boolean aboutOne = path.startsWith(TABLE) || method == PathItem.HttpMethod.POST;
                    if (aboutOne && status.startsWith("2")) {
                        response.addHeaderObject(
                                "Delta-Table-Version",
                                header(new IntegerSchema().format("int64"), "of the table that was read or written"));
                        response.addHeaderObject(
                                "ETag",
                                header(new StringSchema(), "the version in quotes, for If-Match and If-None-Match"));
                    }
                }));
    }

    private static Header header(Schema<?> schema, String description) {
        return new Header().description(description).schema(schema);
    }

    /// springdoc would have it that any JSON value is an object.
    private static void anyType(Schema<?> schema) {
        if (ANY_VALUE.equals(schema.getDescription())) {
            schema.setType(null);
            schema.setTypes(null);
        }
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(OpenApiAnswers::anyType);
        }
        if (schema.getAdditionalProperties() instanceof Schema<?> values) {
            anyType(values);
        }
        if (schema.getItems() != null) {
            anyType(schema.getItems());
        }
    }

    private static void allowNull(OpenAPI document, String schema, String member) {
        Schema<?> whole = document.getComponents().getSchemas().get(schema);
        Schema<?> property = whole == null || whole.getProperties() == null
                ? null
                : (Schema<?>) whole.getProperties().get(member);
        if (property != null && property.getTypes() != null) {
            Set<String> types = new LinkedHashSet<>(property.getTypes());
            types.add("null");
            property.setTypes(types);
        }
    }
}
