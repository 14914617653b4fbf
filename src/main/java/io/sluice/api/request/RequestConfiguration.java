package io.sluice.api.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.api.Limits;
import io.sluice.api.NewestVersions;
import io.sluice.api.Visibility;
import io.sluice.table.JsonLimits;
import io.sluice.table.TableName;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jackson.autoconfigure.JsonFactoryBuilderCustomizer;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.format.FormatterRegistry;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.http.converter.StringHttpMessageConverter;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.Validator;
import org.springframework.web.filter.RequestContextFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/// Arguments of our own types, and JSON that is read strictly and within limits.
@Configuration(proxyBeanMethods = false)
class RequestConfiguration implements WebMvcConfigurer {

    private final ObjectProvider<NewestVersions> versions;
    private final Visibility visibility;

    RequestConfiguration(ObjectProvider<NewestVersions> versions, Visibility visibility) {
        this.visibility = visibility;
        this.versions = versions;
    }

    @Override
    public void addFormatters(FormatterRegistry registry) {
        registry.addConverter(String.class, TableName.class, TableName::parse);
    }

    /// The library that writes the OpenAPI document would have every body and answer in YAML, too. It is not even
    /// loaded when there is another for YAML, whatever that can do.
    @Override
    public void configureMessageConverters(HttpMessageConverters.ServerBuilder builder) {
        var unused = new StringHttpMessageConverter();
        unused.setSupportedMediaTypes(List.of(MediaType.APPLICATION_YAML));
        builder.withYamlConverter(unused)
                .configureMessageConvertersList(converters -> converters.removeIf(RequestConfiguration::isForYaml));
    }

    private static boolean isForYaml(HttpMessageConverter<?> converter) {
        return converter.getSupportedMediaTypes().stream()
                .anyMatch(type -> type.getSubtype().contains("yaml"));
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new AsOfArgument());
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new KnownParameters());
        registry.addInterceptor(new JsonAccepted());
        registry.addInterceptor(new TableOptions(versions, visibility));
    }

    /// No annotation validates anything; Spring would make ready a library that could.
    @Override
    public Validator getValidator() {
        return Validator.forInstanceOf(Object.class, (target, errors) -> {});
    }

    /// What is not known is refused, nothing is coerced, no element of a list is null, and what is absent is left
    /// out.
    @Bean
    JsonMapperBuilderCustomizer strictJson() {
        return builder -> builder.enable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        // A decimal in a document is what it says.
                        DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withConfigOverride(
                        List.class, list -> list.setNullHandling(JsonSetter.Value.forContentNulls(Nulls.FAIL)))
                .addModule(new SimpleModule("sizes").addSerializer(DataSize.class, new SizeInBytes()))
                .changeDefaultPropertyInclusion(
                        inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_ABSENT));
    }

    @Bean
    SizedJson sizedJson(JsonMapper mapper) {
        return new SizedJson(mapper);
    }

    /// Spring's servlet does the same for its own requests, and nothing else asks.
    @Bean
    FilterRegistrationBean<RequestContextFilter> noRequestContextFilter() {
        var registration = new FilterRegistrationBean<>(new RequestContextFilter());
        registration.setEnabled(false);
        return registration;
    }

    @Bean
    JsonFactoryBuilderCustomizer boundedJson(Limits limits) {
        return builder -> builder.streamReadConstraints(new JsonLimits(
                limits.jsonDepth(), (int) limits.stringBytes().toBytes(), StreamReadConstraints.DEFAULT_MAX_NUM_LEN));
    }

    /// A size is an integer in bytes; its member's name says so.
    private static final class SizeInBytes extends ValueSerializer<DataSize> {

        @Override
        public void serialize(DataSize size, JsonGenerator generator, SerializationContext context) {
            generator.writeNumber(size.toBytes());
        }
    }
}
