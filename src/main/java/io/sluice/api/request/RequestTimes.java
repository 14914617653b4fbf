package io.sluice.api.request;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sluice.api.TableMetrics;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerMapping;

/// The timer `http.server.requests` by method, path pattern and status, under the names that Spring's own observation
/// has; that one costs several times as much.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 5)
class RequestTimes implements Filter {

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final MeterRegistry meters;
    private final TableRequests tables;
    private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

    /// All of them bounded: what a client makes up has one name.
    private record Kind(String method, String uri, int status) {}

    RequestTimes(MeterRegistry meters, TableMetrics tables) {
        this.meters = meters;
        this.tables = new TableRequests(tables);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long started = System.nanoTime();
        int status = HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
        try {
            chain.doFilter(request, response);
            status = ((HttpServletResponse) response).getStatus();
        } finally {
            var timer = timers.computeIfAbsent(kind((HttpServletRequest) request, status), this::timer);
            long nanos = System.nanoTime() - started;
            timer.record(nanos, TimeUnit.NANOSECONDS);
            tables.served((HttpServletRequest) request, status, nanos);
        }
    }

    private static Kind kind(HttpServletRequest request, int status) {
        String method = METHODS.contains(request.getMethod()) ? request.getMethod() : "OTHER";
        return new Kind(
                method,
                request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) instanceof String pattern
                        ? pattern
                        : "UNKNOWN",
                status);
    }

    private Timer timer(Kind kind) {
        return Timer.builder("http.server.requests")
                .tag("method", kind.method())
                .tag("uri", kind.uri())
                .tag("status", Integer.toString(kind.status()))
                .tag("outcome", outcome(kind.status()))
                .register(meters);
    }

    private static String outcome(int status) {
        return switch (status / 100) {
            case 1 -> "INFORMATIONAL";
            case 2 -> "SUCCESS";
            case 3 -> "REDIRECTION";
            case 4 -> "CLIENT_ERROR";
            case 5 -> "SERVER_ERROR";
            default -> "UNKNOWN";
        };
    }
}
