package io.sluice.api.problem;

import io.sluice.api.Problems;
import io.sluice.table.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/// Makes problems of what Tomcat refuses before Spring sees it: a bad request line, `%00` in a path, headers beyond
/// the limit.
///
/// An answer that has begun and then fails is left to the inherited behaviour, which breaks the connection.
public final class ProblemValve extends ErrorReportValve {

    private final ProblemWriter writer;

    public ProblemValve(ProblemWriter writer) {
        this.writer = writer;
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        Failure failure = throwable != null && response.getStatus() == 500
                ? FailureOf.exception(unwrapped(throwable))
                : failure(request, response);
        try {
            writer.write(Problems.of(failure), request, response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Throwable unwrapped(Throwable throwable) {
        return throwable instanceof jakarta.servlet.ServletException && throwable.getCause() != null
                ? throwable.getCause()
                : throwable;
    }

    private static Failure failure(Request request, Response response) {
        int status = response.getStatus();
        return switch (status) {
            case 404 -> new Failure.NotFound();
            case 405 -> new Failure.MethodNotAllowed(request.getMethod(), allowed(response));
            case 503 -> new Failure.ShuttingDown(Duration.ofSeconds(1));
            case 501, 505 -> notHttp();
            default -> status < 500 ? notHttp() : new Failure.Internal();
        };
    }

    private static Failure notHttp() {
        return new Failure.BadParameter(
                "request",
                "the request line, the path or a header is not valid HTTP/1.1, or is larger than the service allows;"
                        + " percent-encode what the path and the query hold");
    }

    private static List<String> allowed(Response response) {
        String header = response.getHeader("Allow");
        return header == null ? List.of() : List.of(header.split(", *", -1));
    }
}
