package io.sluice.access.request;

import io.sluice.access.Authenticator;
import io.sluice.access.Caller;
import io.sluice.access.CurrentCaller;
import io.sluice.api.Permission;
import io.sluice.api.Problems;
import io.sluice.api.problem.ProblemWriter;
import io.sluice.table.Failure;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/// Finds out who sends a request before anything of it is looked at but its path, and answers `401 unauthenticated`
/// where nobody is known and [OpenPaths] does not say that strangers are answered, too.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 20)
class AuthenticationFilter extends OncePerRequestFilter {

    private final Authenticator authenticator;
    private final ProblemWriter writer;

    AuthenticationFilter(Authenticator authenticator, ProblemWriter writer) {
        this.authenticator = authenticator;
        this.writer = writer;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String path = request.getRequestURI();
        switch (authenticator.authenticate(request.getHeader("Authorization"))) {
            case Authenticator.Answer.Known(Caller caller) -> serve(caller, path, request, response, chain);
            case Authenticator.Answer.Stranger(var failure) -> {
                if (OpenPaths.isOpen(path)) {
                    serve(Caller.STRANGER, path, request, response, chain);
                } else {
                    writer.write(Problems.of(failure), request, response);
                }
            }
        }
    }

    private void serve(
            Caller caller, String path, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!OpenPaths.isOfTheService(path)) {
            CurrentCaller.set(request, caller);
            chain.doFilter(request, response);
        } else if (OpenPaths.isOpen(path) || caller.rights().observes()) {
            chain.doFilter(new OperatorRequest(request, caller), response);
        } else {
            var failure = new Failure.ForbiddenHere(Permission.OBSERVE.word());
            writer.write(Problems.of(failure), request, response);
        }
    }
}
