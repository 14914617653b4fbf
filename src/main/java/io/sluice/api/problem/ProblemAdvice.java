package io.sluice.api.problem;

import io.sluice.api.Asked;
import io.sluice.api.Problem;
import io.sluice.api.Problems;
import io.sluice.api.Visibility;
import io.sluice.table.Failure;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;

/// Answers every exception of a handler with a problem.
@ControllerAdvice
public class ProblemAdvice {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

    private final ProblemWriter writer;
    private final Visibility visibility;

    public ProblemAdvice(ProblemWriter writer, Visibility visibility) {
        this.writer = writer;
        this.visibility = visibility;
    }

    /// An answer that has begun cannot become a problem any more: the exception goes on to Tomcat, which breaks
    /// the connection, so that nobody takes the half for the whole.
    @ExceptionHandler(Exception.class)
    public void answer(Exception exception, HttpServletRequest request, HttpServletResponse response) throws Exception {
        if (response.isCommitted() && DisconnectedClientHelper.isClientDisconnectedException(exception)) {
            LOG.info("{} {}: the client left", request.getMethod(), request.getRequestURI());
            throw exception;
        }
        Failure failure = told(FailureOf.exception(exception), request);
        Problem problem = Problems.of(failure);
        switch (failure) {
            // Counted as every answer is; a line for each would cost more than the refusal.
            case Failure.Overloaded _, Failure.ShuttingDown _ -> LOG.debug("{}", problem.detail());
            default -> log(exception, problem, request);
        }
        if (response.isCommitted()) {
            throw exception;
        }
        writer.write(problem, request, response);
    }

    /// A failure without rows that its reader may not read.
    private Failure told(Failure failure, HttpServletRequest request) {
        return failure instanceof Failure.ConstraintViolated(var constraint, var reason, var _)
                        && !Asked.of(request).stream().allMatch(asked -> visibility.reads(request, asked))
                ? new Failure.ConstraintViolated(constraint, reason, List.of())
                : failure;
    }

    private static void log(Exception exception, Problem problem, HttpServletRequest request) {
        if (problem.status() < 500) {
            return;
        }
        if (problem.status() == 500) {
            LOG.error("{} {} failed: {}", request.getMethod(), request.getRequestURI(), problem.type(), exception);
        } else {
            LOG.warn("{} {}: {} {}", request.getMethod(), request.getRequestURI(), problem.type(), problem.detail());
        }
    }
}
