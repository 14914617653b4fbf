package io.sluice.api.service;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.type.MethodMetadata;
import org.springframework.stereotype.Component;

/// Leaves what makes the OpenAPI document until somebody asks for it: it brings a JSON library of its own, which a
/// start would load for nothing.
@Component
final class LazyDocumentation implements BeanFactoryPostProcessor {

    private static final String LIBRARY = "org.springdoc.";

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        for (String name : beans.getBeanDefinitionNames()) {
            BeanDefinition definition = beans.getBeanDefinition(name);
            if (isOfLibrary(definition)) {
                definition.setLazyInit(true);
            }
        }
    }

    private static boolean isOfLibrary(BeanDefinition definition) {
        String type = definition.getBeanClassName();
        if (type != null) {
            return type.startsWith(LIBRARY);
        }
        MethodMetadata method =
                definition instanceof AnnotatedBeanDefinition annotated ? annotated.getFactoryMethodMetadata() : null;
        return method != null && method.getDeclaringClassName().startsWith(LIBRARY);
    }
}
