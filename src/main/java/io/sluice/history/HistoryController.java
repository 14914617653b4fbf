package io.sluice.history;

import io.sluice.access.Access;
import io.sluice.api.Activity;
import io.sluice.api.PageToken;
import io.sluice.api.Preconditions;
import io.sluice.api.Requires;
import io.sluice.api.TableHeaders;
import io.sluice.catalog.Catalog;
import io.sluice.delta.CommitHistory;
import io.sluice.delta.CommitRecord;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.TableName;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// A table's commits, newest first, as far as the log still has them.
@RestController
@RequestMapping("/v1/tables/{table}/history")
class HistoryController {

    private static final String TOKEN_KIND = "history";
    private static final int MAXIMUM_PAGE = 1000;

    private final Access access;
    private final Catalog catalog;
    private final CommitHistory history;

    HistoryController(Access access, Catalog catalog, CommitHistory history) {
        this.access = access;
        this.catalog = catalog;
        this.history = history;
    }

    @Requires(Activity.HISTORY)
    @GetMapping
    ResponseEntity<HistoryPage> list(
            @PathVariable TableName table,
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(required = false) @Nullable Long before,
            @RequestParam(required = false) @Nullable String pageToken,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String ifNoneMatch) {
        requireBounds(limit, before);
        TableSnapshot latest = catalog.snapshot(table, AsOf.latest());
        HttpHeaders headers = TableHeaders.of(latest.version());
        if (Preconditions.isNotModified(ifNoneMatch, latest.version())) {
            return ResponseEntity.status(HttpStatus.NOT_MODIFIED)
                    .headers(headers)
                    .build();
        }
        String question = table + "?before=" + before;
        long end = Math.min(latest.version() + 1, end(before, pageToken, question));
        List<CommitView> commits = history.read(latest.location(), end, limit + 1, CommitView::of);
        List<CommitView> shown = commits.stream()
                .limit(limit)
                .map(commit -> isWhole(table) ? commit : commit.outline())
                .toList();
        String next = commits.size() > limit
                ? new PageToken(
                                TOKEN_KIND,
                                latest.version(),
                                question,
                                Long.toString(shown.getLast().version()))
                        .encode()
                : null;
        return ResponseEntity.ok().headers(headers).body(new HistoryPage(shown, next));
    }

    @Requires(Activity.HISTORY)
    @GetMapping("/{version}")
    ResponseEntity<CommitDetailView> show(
            @PathVariable TableName table,
            @PathVariable long version,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String ifNoneMatch) {
        TableSnapshot latest = catalog.snapshot(table, AsOf.latest());
        CommitRecord commit = history.find(latest.location(), version)
                .filter(_ -> version <= latest.version())
                .orElseThrow(() -> notFound(table, version, latest.version()));
        HttpHeaders headers = TableHeaders.of(version);
        CommitDetailView detail = CommitDetailView.of(commit, latest.schema());
        return Preconditions.isNotModified(ifNoneMatch, version)
                ? ResponseEntity.status(HttpStatus.NOT_MODIFIED)
                        .headers(headers)
                        .build()
                : ResponseEntity.ok().headers(headers).body(isWhole(table) ? detail : detail.outline());
    }

    /// Whether the caller may read all of the table.
    private boolean isWhole(TableName table) {
        return access.within(Activity.HISTORY, table).isNone();
    }

    private static void requireBounds(int limit, @Nullable Long before) {
        if (limit < 1 || limit > MAXIMUM_PAGE) {
            throw new Failure.BadParameter("limit", "it must be between 1 and " + MAXIMUM_PAGE).asException();
        }
        if (before != null && before < 0) {
            throw new Failure.BadParameter("before", "it must be a version number, counted from 0").asException();
        }
    }

    private static long end(@Nullable Long before, @Nullable String pageToken, String question) {
        if (pageToken != null) {
            return position(PageToken.decode(pageToken, TOKEN_KIND, question));
        }
        return before == null ? Long.MAX_VALUE : before;
    }

    private static long position(PageToken token) {
        try {
            return Long.parseLong(token.position());
        } catch (NumberFormatException forged) {
            throw new Failure.BadParameter("pageToken", "it was not made for this request").asException(forged);
        }
    }

    /// The range that can be read, or, where the version can be but its entry was cleaned up, the one whose
    /// entries may be there.
    private FailureException notFound(TableName table, long version, long latest) {
        catalog.snapshot(table, new AsOf.Version(version));
        return new Failure.VersionNotFound("version " + version, version + 1, latest).asException();
    }
}
