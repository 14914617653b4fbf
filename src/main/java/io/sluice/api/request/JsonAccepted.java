package io.sluice.api.request;

import io.sluice.table.Failure;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/// Refuses a request that changes something and does not take JSON for an answer, before anything is done: all of them
/// are answered in JSON, and a `406` says that nothing has happened (RFC 9110, section 15.5.7).
final class JsonAccepted implements HandlerInterceptor {

    private static final String OURS = "io.sluice.";
    private static final String SUFFIX = "json";
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method
                && method.getBeanType().getName().startsWith(OURS)
                && !READING.contains(request.getMethod())
                && !isAccepted(Collections.list(request.getHeaders("Accept")))) {
            throw new Failure.NotAcceptable(List.of(MediaType.APPLICATION_JSON_VALUE)).asException();
        }
        return true;
    }

    private static boolean isAccepted(List<String> accept) {
        try {
            List<MediaType> types = MediaType.parseMediaTypes(accept);
            return types.isEmpty() || types.stream().anyMatch(JsonAccepted::isJson);
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private static boolean isJson(MediaType type) {
        return type.getQualityValue() > 0
                && (type.includes(MediaType.APPLICATION_JSON) || SUFFIX.equals(type.getSubtypeSuffix()));
    }
}
