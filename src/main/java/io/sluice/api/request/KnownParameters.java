package io.sluice.api.request;

import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/// Refuses query parameters that the handler does not declare, and those given twice: a misspelt `whre=` must not read
/// a whole table. Where something is changed it also refuses those without a value: `replaceWhere=` must not replace
/// one.
///
/// Known are the names of `@RequestParam` arguments, and `version` and `timestamp` where the handler takes an [AsOf].
final class KnownParameters implements HandlerInterceptor {

    private static final String OURS = "io.sluice.";

    /// Stands for every name, where a handler takes all parameters as a map.
    private static final String ANY = "";

    /// Parameter names of a handler, each with whether it may be repeated.
    private final Map<HandlerMethod, Map<String, Repetition>> known = new ConcurrentHashMap<>();

    private final DefaultParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();

    private enum Repetition {
        ONCE,
        MANY
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method
                && method.getBeanType().getName().startsWith(OURS)) {
            check(QueryString.names(request.getQueryString()), known.computeIfAbsent(method, this::declared));
            if (!request.getMethod().equals("GET")) {
                requireValues(QueryString.empty(request.getQueryString()));
            }
        }
        return true;
    }

    private static void check(Collection<String> given, Map<String, Repetition> declared) {
        Set<String> seen = new HashSet<>();
        for (String name : given) {
            Repetition repetition = declared.get(name);
            if (repetition == null && !declared.containsKey(ANY)) {
                throw new Failure.BadParameter(name, unknown(declared.keySet())).asException();
            }
            if (!seen.add(name) && repetition == Repetition.ONCE) {
                throw new Failure.BadParameter(name, "it is given more than once").asException();
            }
        }
    }

    private static void requireValues(List<String> empty) {
        if (!empty.isEmpty()) {
            throw new Failure.BadParameter(empty.getFirst(), "it has no value; leave it out").asException();
        }
    }

    private static String unknown(Set<String> declared) {
        String reason = "this endpoint does not know it";
        return declared.isEmpty()
                ? reason + "; it takes no query parameters"
                : reason + "; it knows "
                        + String.join(", ", declared.stream().sorted().toList());
    }

    private Map<String, Repetition> declared(HandlerMethod method) {
        Map<String, Repetition> declared = new HashMap<>();
        for (MethodParameter parameter : method.getMethodParameters()) {
            parameter.initParameterNameDiscovery(names);
            var annotation = parameter.getParameterAnnotation(RequestParam.class);
            if (annotation != null && Map.class.isAssignableFrom(parameter.getParameterType())) {
                declared.put(ANY, Repetition.MANY);
            } else if (annotation != null) {
                declared.put(
                        nameOf(annotation, parameter.getParameterName()), repetition(parameter.getParameterType()));
            } else if (parameter.getParameterType() == AsOf.class) {
                declared.put(AsOfArgument.VERSION, Repetition.ONCE);
                declared.put(AsOfArgument.TIMESTAMP, Repetition.ONCE);
            }
        }
        return Map.copyOf(declared);
    }

    private static String nameOf(RequestParam annotation, @Nullable String javaName) {
        if (!annotation.name().isEmpty()) {
            return annotation.name();
        }
        return javaName == null ? ANY : javaName;
    }

    private static Repetition repetition(Class<?> type) {
        return type.isArray() || Collection.class.isAssignableFrom(type) ? Repetition.MANY : Repetition.ONCE;
    }
}
