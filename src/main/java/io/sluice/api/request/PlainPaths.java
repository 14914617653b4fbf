package io.sluice.api.request;

import io.sluice.api.Problems;
import io.sluice.api.problem.ProblemWriter;
import io.sluice.table.Failure;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/// Refuses paths that would mean another path after normalization: `..`, empty segments and path parameters. Otherwise
/// the table name `..` or an empty one would address something that the client did not name.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
class PlainPaths extends OncePerRequestFilter {

    private static final Pattern NOT_PLAIN = Pattern.compile("//|;|/(?:\\.|%2e){1,2}(?:/|$)", Pattern.CASE_INSENSITIVE);

    private final ProblemWriter writer;

    PlainPaths(ProblemWriter writer) {
        this.writer = writer;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (NOT_PLAIN.matcher(request.getRequestURI()).find()) {
            var failure = new Failure.BadParameter(
                    "path", "it has an empty segment, a segment of dots, or a semicolon; name each segment as it is");
            writer.write(Problems.of(failure), request, response);
        } else {
            chain.doFilter(request, response);
        }
    }
}
