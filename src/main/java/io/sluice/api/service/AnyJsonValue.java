package io.sluice.api.service;

import io.swagger.v3.oas.models.media.Schema;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/// Members that may be any JSON value: springdoc would have it that they are objects.
@Lazy
@Configuration(proxyBeanMethods = false)
class AnyJsonValue {

    /// Marks the schema of such a member.
    static final String MARK = "any JSON value";

    @Bean
    OpenApiCustomizer anyTypeWhereAnyValueIs() {
        return document -> document.getComponents().getSchemas().values().forEach(AnyJsonValue::anyType);
    }

    private static void anyType(Schema<?> schema) {
        if (MARK.equals(schema.getDescription())) {
            schema.setType(null);
            schema.setTypes(null);
        }
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(AnyJsonValue::anyType);
        }
        if (schema.getAdditionalProperties() instanceof Schema<?> values) {
            anyType(values);
        }
        if (schema.getItems() != null) {
            anyType(schema.getItems());
        }
    }
}
