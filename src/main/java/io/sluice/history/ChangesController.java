package io.sluice.history;

import io.sluice.answer.Formats;
import io.sluice.answer.PageFrame;
import io.sluice.api.AnswerOutput;
import io.sluice.api.BrokenStream;
import io.sluice.api.Preconditions;
import io.sluice.api.TableHeaders;
import io.sluice.compute.RowFormat;
import io.sluice.table.TableName;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/// `GET /v1/tables/{table}/changes`.
@RestController
class ChangesController {

    private final ChangesReader reader;
    private final JsonMapper json;

    ChangesController(ChangesReader reader, JsonMapper json) {
        this.reader = reader;
        this.json = json;
    }

    /// Changes of rows in the order of their commits, in the format that `Accept` names.
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
            HttpServletRequest http,
            HttpServletResponse response)
            throws Exception {
        RowFormat format = Formats.accepted(http.getHeader(HttpHeaders.ACCEPT));
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
                pageToken);
        ChangesPlan plan = reader.plan(request);
        long version = plan.table().version();
        TableHeaders.of(version).forEach((name, values) -> response.setHeader(name, values.getFirst()));
        response.setHeader(HttpHeaders.VARY, "Accept, Accept-Encoding");
        if (Preconditions.isNotModified(http.getHeader(HttpHeaders.IF_NONE_MATCH), version)) {
            response.setStatus(HttpStatus.NOT_MODIFIED.value());
            return;
        }
        response.setContentType(Formats.contentType(format));
        var out = new AnswerOutput(response, Formats.coding(format, http.getHeader(HttpHeaders.ACCEPT_ENCODING)));
        switch (format) {
            case JSON -> page(request, plan, out);
            case NDJSON -> lines(request, plan, out, http);
            case CSV, ARROW_STREAM, PARQUET -> reader.stream(request, plan, format, out);
        }
        out.finish();
    }

    private void page(ChangesRequest request, ChangesPlan plan, AnswerOutput out) throws Exception {
        out.write(PageFrame.before(plan.table(), plan.columns()));
        Optional<String> next = reader.page(request, plan, out);
        out.write(PageFrame.after(next));
    }

    /// An error after the first byte is a last line of its own.
    private void lines(ChangesRequest request, ChangesPlan plan, AnswerOutput out, HttpServletRequest http)
            throws Exception {
        try {
            reader.stream(request, plan, RowFormat.NDJSON, out);
        } catch (Exception e) {
            if (!out.hasBegun()) {
                throw e;
            }
            out.write(BrokenStream.lastLine(e, http, json));
        }
    }
}
