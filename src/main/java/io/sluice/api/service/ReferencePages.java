package io.sluice.api.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// The OpenAPI document at `/openapi.json`, too (springdoc serves one path and that path with `.yaml`), and Swagger UI
/// at `/docs`.
///
/// Swagger UI is files of its webjar, with one of ours that names the document. springdoc's own module for it makes
/// everything that writes the document when the service starts.
@Configuration(proxyBeanMethods = false)
class ReferencePages implements WebMvcConfigurer {

    private static final String WEBJAR = "META-INF/maven/org.webjars/swagger-ui/pom.properties";

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        registry.addViewController("/openapi.json").setViewName("forward:/openapi");
        registry.addRedirectViewController("/docs", "/swagger-ui/index.html").setStatusCode(HttpStatus.FOUND);
    }

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/swagger-ui/**")
                .addResourceLocations(
                        "classpath:/swagger-ui/",
                        "classpath:/META-INF/resources/webjars/swagger-ui/" + webjarVersion() + "/");
    }

    private static String webjarVersion() {
        try {
            return PropertiesLoaderUtils.loadProperties(new ClassPathResource(WEBJAR))
                    .getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException("swagger-ui is not on the class path", e);
        }
    }
}
