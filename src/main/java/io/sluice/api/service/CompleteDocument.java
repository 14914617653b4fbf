package io.sluice.api.service;

import io.swagger.v3.oas.models.OpenAPI;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.springdoc.core.customizers.SpringDocCustomizers;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.core.providers.SpringDocProviders;
import org.springdoc.core.service.AbstractRequestService;
import org.springdoc.core.service.GenericResponseService;
import org.springdoc.core.service.OpenAPIService;
import org.springdoc.core.service.OperationService;
import org.springdoc.webmvc.api.OpenApiWebMvcResource;
import org.springframework.beans.factory.ObjectFactory;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Serves springdoc's document with [OpenApiWords].
final class CompleteDocument extends OpenApiWebMvcResource {

    private final JsonMapper json;
    private final OpenApiWords words;

    CompleteDocument(
            ObjectFactory<OpenAPIService> openApi,
            AbstractRequestService requests,
            GenericResponseService responses,
            OperationService operations,
            SpringDocConfigProperties properties,
            SpringDocProviders providers,
            SpringDocCustomizers customizers,
            JsonMapper json) {
        super(openApi, requests, responses, operations, properties, providers, customizers);
        this.json = json;
        this.words = new OpenApiWords(json);
    }

    @Override
    protected byte[] writeJsonValue(OpenAPI document) {
        return json.writeValueAsBytes(complete(document));
    }

    @Override
    protected byte[] writeYamlValue(OpenAPI document) {
        var style = new DumperOptions();
        style.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        style.setWidth(120);
        style.setSplitLines(false);
        Object tree = json.treeToValue(complete(document), Object.class);
        return new Yaml(new Lines(style), style).dump(tree).getBytes(StandardCharsets.UTF_8);
    }

    private ObjectNode complete(OpenAPI document) {
        try {
            var tree = (ObjectNode) json.readTree(super.writeJsonValue(document));
            words.complete(tree);
            return tree;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Texts of more than one line are written as such.
    private static final class Lines extends Representer {

        Lines(DumperOptions style) {
            super(style);
        }

        @Override
        protected Node representScalar(Tag tag, String value, DumperOptions.ScalarStyle style) {
            boolean lines = value.contains("\n") && tag.equals(Tag.STR);
            return super.representScalar(tag, value, lines ? DumperOptions.ScalarStyle.LITERAL : style);
        }
    }
}
