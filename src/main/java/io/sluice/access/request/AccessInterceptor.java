package io.sluice.access.request;

import io.sluice.access.Access;
import io.sluice.api.ForAnybody;
import io.sluice.api.ForCallers;
import io.sluice.api.Requires;
import io.sluice.table.FailureException;
import io.sluice.table.TableName;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/// The one check before a handler: what it declares to do with the table of its path ([Requires]) is what the caller
/// must have a grant for.
final class AccessInterceptor implements HandlerInterceptor {

    private static final String OURS = "io.sluice.";

    private final Access access;

    AccessInterceptor(Access access) {
        this.access = access;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method
                && method.getBeanType().getName().startsWith(OURS)) {
            Requires requires = method.getMethodAnnotation(Requires.class);
            if (requires != null) {
                table(request).ifPresent(table -> access.require(requires.value(), table));
            } else if (!method.hasMethodAnnotation(ForCallers.class) && !method.hasMethodAnnotation(ForAnybody.class)) {
                throw new IllegalStateException(
                        method + " does not declare what it does: annotate it with @Requires, or with @ForCallers");
            }
        }
        return true;
    }

    /// Empty for a name that no table can have: the handler is not called with one.
    private static Optional<TableName> table(HttpServletRequest request) {
        if (request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables
                && variables.get("table") instanceof String name) {
            try {
                return Optional.of(TableName.parse(name));
            } catch (FailureException noName) {
                return Optional.empty();
            }
        }
        throw new IllegalStateException("@Requires is for handlers with {table} in their path");
    }
}
