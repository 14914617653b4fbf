package io.sluice.api.service;

import io.sluice.api.ForAnybody;
import io.sluice.table.AsOf;
import io.sluice.table.TableName;
import io.swagger.v3.core.util.PrimitiveType;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import org.springdoc.core.converters.ModelConverterRegistrar;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.customizers.SpringDocCustomizers;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.core.providers.SpringDocProviders;
import org.springdoc.core.service.AbstractRequestService;
import org.springdoc.core.service.GenericResponseService;
import org.springdoc.core.service.OpenAPIService;
import org.springdoc.core.service.OperationService;
import org.springdoc.core.utils.SpringDocUtils;
import org.springdoc.webmvc.api.OpenApiWebMvcResource;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.MethodParameter;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The OpenAPI document: what all operations have in common, said once. Made when somebody asks for it, see
/// [LazyDocumentation].
@Lazy
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    private static final String PROBLEM_SCHEMA = "Problem";
    private static final String PROBLEM_RESPONSE = "Problem";
    private static final String BEARER = "bearer";
    private static final String PROBLEM_MEDIA_TYPE = "application/problem+json";

    static {
        SpringDocUtils.getConfig()
                .replaceWithSchema(
                        TableName.class,
                        new StringSchema()
                                .description("`schema.table`; one segment means `default.table`")
                                .example("sales.orders"))
                .replaceWithSchema(
                        DataSize.class, new IntegerSchema().format("int64").description("bytes"))
                .replaceWithSchema(JsonNode.class, new Schema<>().description(AnyJsonValue.MARK))
                .addRequestWrapperToIgnore(AsOf.class);
        PrimitiveType.customClasses().put("java.time.Duration", PrimitiveType.STRING);
    }

    /// @param converters which springdoc registers when they are made; they must be before the first type is
    ///     described
    @Bean
    OpenAPI description(ModelConverterRegistrar converters) {
        return new OpenAPI()
                .info(new Info()
                        .title("Sluice")
                        .version("1")
                        .description(
                                "Delta Lake tables over HTTP: rows in and out in five formats, at any version, with"
                                        + " the guarantees of the Delta log. Every answer carries `X-Request-Id`, every"
                                        + " answer about a table `Delta-Table-Version` and `ETag`; whatever goes wrong is"
                                        + " a problem (RFC 9457) whose `type` this service explains.")
                        .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
                .servers(List.of(new Server().url("/")))
                .components(new Components()
                        .addSchemas(PROBLEM_SCHEMA, problemSchema())
                        .addResponses(PROBLEM_RESPONSE, problemResponse())
                        .addSecuritySchemes(BEARER, bearer()))
                .security(List.of(new SecurityRequirement().addList(BEARER)));
    }

    private static SecurityScheme bearer() {
        return new SecurityScheme()
                .type(SecurityScheme.Type.HTTP)
                .scheme("bearer")
                .description("An API key (`slk_…`) or a token of the OIDC issuer. A service with"
                        + " `sluice.auth.mode=none`, which listens on loopback only, needs none.");
    }

    /// Some answers are for strangers, too.
    @Bean
    OperationCustomizer openOperations() {
        return (operation, handler) ->
                handler.hasMethodAnnotation(ForAnybody.class) ? operation.security(List.of()) : operation;
    }

    /// A handler that takes an [AsOf] reads it from two query parameters.
    @Bean
    OperationCustomizer asOfParameters() {
        return (operation, handler) -> {
            for (MethodParameter parameter : handler.getMethodParameters()) {
                if (parameter.getParameterType() == AsOf.class) {
                    operation.addParametersItem(query("version", new IntegerSchema().format("int64"))
                            .description("the version to read; the latest without it"));
                    operation.addParametersItem(query("timestamp", new StringSchema().format("date-time"))
                            .description(
                                    "read the newest version committed at or before this moment, not with `version`"));
                }
            }
            return operation;
        };
    }

    /// Any operation may answer with a problem.
    @Bean
    OpenApiCustomizer problemsEverywhere() {
        return document -> document.getPaths().values().stream()
                .flatMap(path -> path.readOperations().stream())
                .forEach(OpenApiConfiguration::addProblem);
    }

    private static void addProblem(Operation operation) {
        operation
                .getResponses()
                .addApiResponse("default", new ApiResponse().$ref("#/components/responses/" + PROBLEM_RESPONSE));
    }

    @Lazy
    @Bean
    OpenApiWebMvcResource completeDocument(
            ObjectFactory<OpenAPIService> openApi,
            AbstractRequestService requests,
            GenericResponseService responses,
            OperationService operations,
            SpringDocConfigProperties properties,
            SpringDocProviders providers,
            SpringDocCustomizers customizers,
            JsonMapper json) {
        return new CompleteDocument(openApi, requests, responses, operations, properties, providers, customizers, json);
    }

    private static Parameter query(String name, Schema<?> schema) {
        return new Parameter().in("query").name(name).required(false).schema(schema);
    }

    private static ApiResponse problemResponse() {
        var schema = new Schema<>().$ref("#/components/schemas/" + PROBLEM_SCHEMA);
        return new ApiResponse()
                .description("A problem (RFC 9457); GET its `type` for the explanation.")
                .content(new Content().addMediaType(PROBLEM_MEDIA_TYPE, new MediaType().schema(schema)));
    }

    private static Schema<?> problemSchema() {
        Schema<?> problem = new ObjectSchema();
        problem.required(List.of("type", "title", "status", "detail"))
                .additionalProperties(true)
                .addProperty("type", new StringSchema().description("`/problems/<slug>`"))
                .addProperty("title", new StringSchema().description("the same in every problem of the type"))
                .addProperty("status", new IntegerSchema().description("the HTTP status"))
                .addProperty("detail", new StringSchema().description("problem, cause, cure"))
                .addProperty("instance", new StringSchema().description("path of the request"))
                .addProperty("requestId", new StringSchema().description("finds the request in the service's log"));
        return problem;
    }
}
