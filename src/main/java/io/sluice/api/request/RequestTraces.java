package io.sluice.api.request;

import io.sluice.api.RequestId;
import io.sluice.trace.RequestSpan;
import io.sluice.trace.Tracing;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/// Gives each request its span, where traces are wanted, in the trace that its `traceparent` names. The answer's
/// `traceresponse` and every line of the log name the trace.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
class RequestTraces extends OncePerRequestFilter {

    private static final String HEADER = "traceresponse";
    private static final String LOG_KEY = "traceId";

    private final Tracing tracing;

    RequestTraces(Tracing tracing) {
        this.tracing = tracing;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getRequestURI().startsWith("/actuator/");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<RequestSpan> begun = tracing.begin(request.getMethod(), request::getHeader);
        if (begun.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        int status = HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
        try (RequestSpan span = begun.get();
                var _ = MDC.putCloseable(LOG_KEY, span.traceId())) {
            var named = new Named(response, span.header());
            try {
                chain.doFilter(request, named);
                status = response.getStatus();
            } finally {
                span.answered(RequestId.of(request), route(request), status);
            }
        }
    }

    /// Names the span, also in a problem that takes the place of what was begun.
    private static final class Named extends HttpServletResponseWrapper {

        private final String span;

        Named(HttpServletResponse response, String span) {
            super(response);
            this.span = span;
            setHeader(HEADER, span);
        }

        @Override
        public void reset() {
            super.reset();
            setHeader(HEADER, span);
        }
    }

    private static String route(HttpServletRequest request) {
        return request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) instanceof String pattern
                ? pattern
                : "unknown";
    }
}
