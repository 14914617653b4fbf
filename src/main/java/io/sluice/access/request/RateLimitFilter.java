package io.sluice.access.request;

import io.sluice.api.Problems;
import io.sluice.api.Requester;
import io.sluice.api.Served;
import io.sluice.api.problem.ProblemWriter;
import io.sluice.table.Failure;
import io.sluice.table.User;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/// Keeps each caller to his share: `429 too-many-requests` beyond it, and `RateLimit` headers on every answer. Whoever
/// is not known is answered before this.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 25)
class RateLimitFilter extends OncePerRequestFilter {

    private static final String ANYBODY = "";

    private final CallerLimitSettings settings;
    private final ProblemWriter writer;
    private final Map<String, CallerBudget> callers;

    RateLimitFilter(CallerLimitSettings settings, ProblemWriter writer) {
        this.settings = settings;
        this.writer = writer;
        this.callers = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, CallerBudget> eldest) {
                return size() > settings.remembered();
            }
        };
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return settings.isOff() || OpenPaths.isOfTheService(request.getRequestURI());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        CallerBudget budget = budget(Requester.of(request).map(User::id).orElse(ANYBODY));
        Optional<Duration> retryAfter = budget.enter();
        var told = new Told(response, budget.policy(), budget.left());
        if (retryAfter.isPresent()) {
            writer.write(Problems.of(new Failure.TooManyRequests(retryAfter.get())), request, told);
            return;
        }
        try {
            chain.doFilter(request, told);
        } finally {
            budget.spend(Served.broughtOf(request) + Served.bytesOf(request));
        }
    }

    private CallerBudget budget(String caller) {
        synchronized (callers) {
            return callers.computeIfAbsent(caller, _ -> new CallerBudget(settings));
        }
    }

    /// Says what is left, whatever resets the answer's headers.
    private static final class Told extends HttpServletResponseWrapper {

        private final String policy;
        private final String left;

        Told(HttpServletResponse response, String policy, String left) {
            super(response);
            this.policy = policy;
            this.left = left;
            tell();
        }

        private void tell() {
            setHeader("RateLimit-Policy", policy);
            setHeader("RateLimit", left);
        }

        @Override
        public void reset() {
            super.reset();
            tell();
        }
    }
}
