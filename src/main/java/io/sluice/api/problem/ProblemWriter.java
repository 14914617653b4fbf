package io.sluice.api.problem;

import io.sluice.api.NewestVersions;
import io.sluice.api.Problem;
import io.sluice.api.RequestId;
import io.sluice.api.Served;
import io.sluice.api.TableHeaders;
import io.sluice.api.TablePaths;
import io.sluice.api.Visibility;
import io.sluice.table.TableName;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/// Puts a problem on the wire, in place of whatever the handler had begun. One about a table that is there,
/// and that the client may see, has the headers of its newest version.
@Component
public class ProblemWriter {

    private static final String TABLE = "table";

    private final JsonMapper json;
    private final ObjectProvider<NewestVersions> versions;
    private final Visibility visibility;

    public ProblemWriter(JsonMapper json, ObjectProvider<NewestVersions> versions, Visibility visibility) {
        this.json = json;
        this.visibility = visibility;
        this.versions = versions;
    }

    /// Replaces the answer by the problem. The response must not be committed.
    public void write(Problem problem, HttpServletRequest request, HttpServletResponse response) throws IOException {
        String id = RequestId.of(request);
        byte[] body = json.writeValueAsBytes(problem.about(path(request), id));
        OptionalLong version = newest(problem, request);
        response.reset();
        Served.problem(request, problem.slug());
        response.setStatus(problem.status());
        response.setHeader(RequestId.HEADER, id);
        version.ifPresent(newest ->
                TableHeaders.of(newest).forEach((name, values) -> response.setHeader(name, values.getFirst())));
        problem.headers().forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }

    /// When the service or its store is in trouble, nothing is asked for a header.
    private OptionalLong newest(Problem problem, HttpServletRequest request) {
        boolean hidden = problem.status() == HttpStatus.UNAUTHORIZED.value()
                || problem.status() == HttpStatus.FORBIDDEN.value()
                || problem.status() == HttpStatus.NOT_FOUND.value()
                        && problem.members().containsKey(TABLE);
        @Nullable NewestVersions known = hidden ? null : versions.getIfAvailable();
        Optional<TableName> table = known == null ? Optional.empty() : table(problem, request);
        if (known == null || table.isEmpty() || !visibility.sees(request, table.get())) {
            return OptionalLong.empty();
        }
        return problem.status() >= HttpStatus.INTERNAL_SERVER_ERROR.value()
                ? known.remembered(table.get())
                : known.find(table.get());
    }

    private static Optional<TableName> table(Problem problem, HttpServletRequest request) {
        return TablePaths.table(path(request))
                .or(() -> Optional.ofNullable(problem.members().get(TABLE))
                        .map(name -> TableName.parse(name.toString())));
    }

    /// Tomcat knows no path when it could not read the request line.
    private static String path(HttpServletRequest request) {
        @Nullable String path = request.getRequestURI();
        return path == null ? "" : path;
    }
}
