package io.sluice.history;

import io.sluice.access.Access;
import io.sluice.answer.Formats;
import io.sluice.answer.PageFrame;
import io.sluice.api.Activity;
import io.sluice.api.AnswerOutput;
import io.sluice.api.BrokenStream;
import io.sluice.api.Requires;
import io.sluice.api.TableHeaders;
import io.sluice.api.TableHeaders.Beginning;
import io.sluice.compute.RowFormat;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.TableName;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/// `GET /v1/tables/{table}/changes`.
@RestController
class ChangesController {

    private static final Logger LOG = LoggerFactory.getLogger(ChangesController.class);
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

    private final Access access;
    private final ChangesReader reader;
    private final ChangesFollower follower;
    private final JsonMapper json;

    ChangesController(Access access, ChangesReader reader, ChangesFollower follower, JsonMapper json) {
        this.access = access;
        this.reader = reader;
        this.follower = follower;
        this.json = json;
    }

    /// Changes of rows in the order of their commits, in the format that `Accept` names.
    @Requires(Activity.CHANGES)
    @GetMapping("/v1/tables/{table}/changes")
    void changes(
            @PathVariable TableName table,
            @RequestParam(defaultValue = "") String fromVersion,
            @RequestParam(defaultValue = "") String toVersion,
            @RequestParam(defaultValue = "") String fromTimestamp,
            @RequestParam(defaultValue = "") String toTimestamp,
            @RequestParam(defaultValue = "") String initialSnapshot,
            @RequestParam(defaultValue = "") String select,
            @RequestParam(defaultValue = "") String where,
            @RequestParam(defaultValue = "") String limit,
            @RequestParam(defaultValue = "") String pageToken,
            @RequestParam(defaultValue = "") String follow,
            HttpServletRequest http,
            HttpServletResponse response)
            throws Exception {
        var request = new ChangesRequest(
                table,
                fromVersion,
                toVersion,
                fromTimestamp,
                toTimestamp,
                initialSnapshot,
                select,
                where,
                limit,
                pageToken,
                access.within(Activity.CHANGES, table));
        if (follows(follow)) {
            follow(resumed(request, http.getHeader("Last-Event-ID")), http, response);
            return;
        }
        RowFormat format = Formats.accepted(http.getHeader(HttpHeaders.ACCEPT));
        ChangesPlan plan = reader.plan(request);
        if (TableHeaders.begin(http, response, plan.table().version()) == Beginning.NOT_MODIFIED) {
            return;
        }
        response.setContentType(Formats.contentType(format));
        var out = new AnswerOutput(response, Formats.coding(format, http.getHeader(HttpHeaders.ACCEPT_ENCODING)));
        switch (format) {
            case JSON -> page(request, plan, out);
            case NDJSON ->
                BrokenStream.lines(out, http, json, () -> reader.stream(request, plan, RowFormat.NDJSON, out));
            case CSV, ARROW_STREAM, PARQUET -> reader.stream(request, plan, format, out);
        }
        out.finish();
    }

    private static boolean follows(String follow) {
        return switch (follow.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "", "false" -> false;
            default -> throw new Failure.BadParameter("follow", "it is true or false").asException();
        };
    }

    /// A client of server-sent events that comes back names the last event that it saw: the version whose changes
    /// it has.
    private static ChangesRequest resumed(ChangesRequest request, @Nullable String lastEventId) {
        return lastEventId != null && DIGITS.matcher(lastEventId).matches()
                ? request.after(Long.parseLong(lastEventId))
                : request;
    }

    private void follow(ChangesRequest request, HttpServletRequest http, HttpServletResponse response)
            throws Exception {
        ChangeStream stream = stream(http.getHeader(HttpHeaders.ACCEPT));
        response.setContentType(stream.mediaType());
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setHeader("X-Accel-Buffering", "no");
        var out = new AnswerOutput(response, AnswerOutput.Coding.IDENTITY);
        var sink = new ChangesFollower.Sink() {
            @Override
            public void rows(ChangesPlan plan) throws Exception {
                begin(plan.table().version());
                reader.lines(plan, stream.rows(out));
            }

            @Override
            public void told(long version) throws IOException {
                begin(version);
                say(stream.told(version));
            }

            // The headers are of the version with which the stream begins.
            private void begin(long version) {
                if (!out.hasBegun() && version >= 0) {
                    TableHeaders.of(version).forEach((name, values) -> response.setHeader(name, values.getFirst()));
                }
            }

            @Override
            public void requireStill() {
                access.requireStill(Activity.CHANGES, request.table(), request.within());
            }

            @Override
            public void heartbeat() throws IOException {
                say(stream.heartbeat());
            }

            private void say(String text) throws IOException {
                out.write(text.getBytes(StandardCharsets.UTF_8));
                out.send();
            }
        };
        try {
            try {
                follower.follow(request, sink);
            } catch (FailureException e) {
                if (!out.hasBegun()) {
                    throw e;
                }
                out.write(stream.problem(BrokenStream.problem(e, http, json)).getBytes(StandardCharsets.UTF_8));
                out.finish();
            }
        } catch (IOException e) {
            if (!out.hasBegun()) {
                throw e;
            }
            LOG.debug("{} is not followed any more", http.getRequestURI(), e);
        }
    }

    private static ChangeStream stream(@Nullable String accept) {
        if (accept != null && accept.contains(ChangeStream.EVENTS.mediaType())) {
            return ChangeStream.EVENTS;
        }
        boolean any = accept == null || accept.isBlank() || accept.contains("*/*");
        if (accept != null && accept.contains("text/*") && !accept.contains(ChangeStream.LINES.mediaType())) {
            return ChangeStream.EVENTS;
        }
        if (any || Formats.accepted(accept) == RowFormat.NDJSON) {
            return ChangeStream.LINES;
        }
        throw new Failure.NotAcceptable(List.of(ChangeStream.LINES.mediaType(), ChangeStream.EVENTS.mediaType()))
                .asException();
    }

    private void page(ChangesRequest request, ChangesPlan plan, AnswerOutput out) throws Exception {
        out.write(PageFrame.before(plan.table(), plan.columns()));
        Optional<String> next = reader.page(request, plan, out);
        out.write(PageFrame.after(next));
    }
}
