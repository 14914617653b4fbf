package io.sluice.api;

import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.util.DisconnectedClientHelper;
import tools.jackson.databind.json.JsonMapper;

/// What ends a stream of lines that broke off after its first byte, so that a short answer is never taken for a whole
/// one.
public final class BrokenStream {

    private static final Logger LOG = LoggerFactory.getLogger(BrokenStream.class);

    private BrokenStream() {}

    /// Writes rows.
    @FunctionalInterface
    public interface Rows {
        void write() throws Exception;
    }

    /// Writes lines; an error after the first byte is a last line of its own.
    public static void lines(AnswerOutput out, HttpServletRequest http, JsonMapper json, Rows rows) throws Exception {
        try {
            rows.write();
        } catch (Exception e) {
            if (!out.hasBegun()) {
                throw e;
            }
            out.write(lastLine(e, http, json));
        }
    }

    /// `{"$problem": {…}}`, with a line feed.
    private static byte[] lastLine(Exception cause, HttpServletRequest http, JsonMapper json) {
        return ("{\"$problem\":" + problem(cause, http, json) + "}\n").getBytes(StandardCharsets.UTF_8);
    }

    /// The problem's JSON.
    public static String problem(Exception cause, HttpServletRequest http, JsonMapper json) {
        Failure failure = cause instanceof FailureException ours ? ours.failure() : new Failure.Internal();
        if (DisconnectedClientHelper.isClientDisconnectedException(cause)) {
            LOG.info("{} {}: the client left", http.getMethod(), http.getRequestURI());
        } else if (Problems.of(failure).status() < 500) {
            LOG.warn("{} {} broke off: {}", http.getMethod(), http.getRequestURI(), failure);
        } else {
            LOG.warn("{} {} broke off", http.getMethod(), http.getRequestURI(), cause);
        }
        Problem problem = Problems.of(failure).about(http.getRequestURI(), RequestId.of(http));
        Served.problem(http, problem.slug());
        return json.writeValueAsString(problem);
    }
}
