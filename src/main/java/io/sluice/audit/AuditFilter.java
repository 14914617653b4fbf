package io.sluice.audit;

import io.sluice.api.Asked;
import io.sluice.api.RequestId;
import io.sluice.api.Requester;
import io.sluice.api.Served;
import io.sluice.api.TableHeaders;
import io.sluice.table.User;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;

/// Has an entry made of each request below `/v1`, when it is answered; of those that were refused, too.
final class AuditFilter extends OncePerRequestFilter implements Ordered {

    private static final String BELOW = "/v1/";
    private static final int LONGEST_PATH = 1_000;

    private final AuditSettings settings;
    private final ObjectProvider<AuditTrail> trail;
    private final Clock clock;

    AuditFilter(AuditSettings settings, ObjectProvider<AuditTrail> trail, Clock clock) {
        this.settings = settings;
        this.trail = trail;
        this.clock = clock;
    }

    /// Around authentication.
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE + 15;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return settings.to().isBlank() || !request.getRequestURI().startsWith(BELOW);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long begunNanos = System.nanoTime();
        String outcome = "broken";
        try {
            chain.doFilter(request, response);
            outcome = Served.problemOf(request).orElse("ok");
        } finally {
            AuditEntry entry = entry(request, response, outcome, (System.nanoTime() - begunNanos) / 1_000_000);
            trail.getObject().log().ifPresent(to -> to.add(entry));
        }
    }

    private AuditEntry entry(HttpServletRequest request, HttpServletResponse response, String outcome, long millis) {
        Optional<User> user = Requester.of(request);
        List<Asked> asked = Asked.of(request);
        Optional<Asked> first = asked.stream().findFirst();
        String path = request.getRequestURI();
        return new AuditEntry(
                clock.instant(),
                RequestId.of(request),
                user.map(User::id).orElse(null),
                user.map(User::name).orElse(null),
                request.getRemoteAddr(),
                request.getMethod(),
                path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) + "…" : path,
                first.map(what -> what.activity().word()).orElse(null),
                first.map(what -> what.table().toString()).orElse(null),
                asked.stream()
                        .skip(1)
                        .map(what -> what.activity().word() + " " + what.table())
                        .toList(),
                number(response.getHeader(TableHeaders.TABLE_VERSION)),
                Served.rowsOf(request),
                response.getStatus(),
                outcome,
                millis);
    }

    private static @Nullable Long number(@Nullable String header) {
        return header == null ? null : Long.valueOf(header);
    }
}
