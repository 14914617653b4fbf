package io.sluice.query;

import io.sluice.access.Access;
import io.sluice.answer.Formats;
import io.sluice.answer.PageFrame;
import io.sluice.api.Activity;
import io.sluice.api.AnswerOutput;
import io.sluice.api.BrokenStream;
import io.sluice.api.Preconditions;
import io.sluice.api.Requires;
import io.sluice.api.TableHeaders;
import io.sluice.api.TableHeaders.Beginning;
import io.sluice.compute.RowFormat;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.AsOf;
import io.sluice.table.TableName;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/// `GET /v1/tables/{table}/rows` and `…/count`.
@RestController
class RowsOutController {

    private final Access access;
    private final RowsReader reader;
    private final JsonMapper json;

    RowsOutController(Access access, RowsReader reader, JsonMapper json) {
        this.access = access;
        this.reader = reader;
        this.json = json;
    }

    /// Rows of one version, in the format that `Accept` names.
    @Requires(Activity.READ)
    @GetMapping("/v1/tables/{table}/rows")
    void rows(
            @PathVariable TableName table,
            AsOf asOf,
            @RequestParam(defaultValue = "") String select,
            @RequestParam(defaultValue = "") String where,
            @RequestParam(defaultValue = "") String orderBy,
            @RequestParam(defaultValue = "") String limit,
            @RequestParam(defaultValue = "") String pageToken,
            @RequestParam(defaultValue = "") String partition,
            @RequestParam(defaultValue = "") String shard,
            @RequestParam(defaultValue = "") String includeDeleted,
            HttpServletRequest http,
            HttpServletResponse response)
            throws Exception {
        RowFormat format = Formats.accepted(http.getHeader(HttpHeaders.ACCEPT));
        var request = new RowsRequest(
                table,
                asOf,
                select,
                where,
                orderBy,
                limit,
                pageToken,
                partition,
                shard,
                includeDeleted,
                access.within(Activity.READ, table));
        TableSnapshot snapshot = reader.snapshot(request);
        RowsQuestion question = reader.question(request, snapshot);
        if (TableHeaders.begin(http, response, snapshot.version()) == Beginning.NOT_MODIFIED) {
            return;
        }
        response.setContentType(Formats.contentType(format));
        var out = new AnswerOutput(response, Formats.coding(format, http.getHeader(HttpHeaders.ACCEPT_ENCODING)));
        switch (format) {
            case JSON -> page(request, snapshot, question, out);
            case NDJSON ->
                BrokenStream.lines(
                        out, http, json, () -> reader.stream(request, snapshot, question, RowFormat.NDJSON, out));
            case CSV, ARROW_STREAM, PARQUET -> reader.stream(request, snapshot, question, format, out);
        }
        out.finish();
    }

    private void page(RowsRequest request, TableSnapshot snapshot, RowsQuestion question, AnswerOutput out)
            throws Exception {
        out.write(PageFrame.before(snapshot, question.columns()));
        Optional<String> next = reader.page(request, snapshot, question, out);
        out.write(PageFrame.after(next));
    }

    /// @param count rows that satisfy the filter
    record Count(long version, long count) {}

    /// How many rows of one version satisfy a filter.
    @Requires(Activity.COUNT)
    @GetMapping("/v1/tables/{table}/count")
    ResponseEntity<Count> count(
            @PathVariable TableName table,
            AsOf asOf,
            @RequestParam(defaultValue = "") String where,
            @RequestParam(defaultValue = "") String partition,
            @RequestParam(defaultValue = "") String includeDeleted,
            HttpServletRequest http)
            throws Exception {
        var request = new RowsRequest(
                table,
                asOf,
                "",
                where,
                "",
                "",
                "",
                partition,
                "",
                includeDeleted,
                access.within(Activity.COUNT, table));
        TableSnapshot snapshot = reader.snapshot(request);
        RowsQuestion question = reader.question(request, snapshot);
        HttpHeaders headers = TableHeaders.of(snapshot.version());
        if (Preconditions.isNotModified(http.getHeader(HttpHeaders.IF_NONE_MATCH), snapshot.version())) {
            return ResponseEntity.status(HttpStatus.NOT_MODIFIED)
                    .headers(headers)
                    .build();
        }
        return ResponseEntity.ok()
                .headers(headers)
                .body(new Count(snapshot.version(), reader.count(request, snapshot, question)));
    }
}
