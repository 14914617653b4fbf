package io.sluice.api.problem;

import io.sluice.api.Problem;
import io.sluice.api.RequestId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/// Puts a problem on the wire, in place of whatever the handler had begun.
@Component
public class ProblemWriter {

    private final JsonMapper json;

    public ProblemWriter(JsonMapper json) {
        this.json = json;
    }

    /// Replaces the answer by the problem. The response must not be committed.
    public void write(Problem problem, HttpServletRequest request, HttpServletResponse response) throws IOException {
        String id = RequestId.of(request);
        byte[] body = json.writeValueAsBytes(problem.about(path(request), id));
        response.reset();
        response.setStatus(problem.status());
        response.setHeader(RequestId.HEADER, id);
        problem.headers().forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }

    /// Tomcat knows no path when it could not read the request line.
    private static String path(HttpServletRequest request) {
        @Nullable String path = request.getRequestURI();
        return path == null ? "" : path;
    }
}
