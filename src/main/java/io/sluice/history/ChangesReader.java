package io.sluice.history;

import io.sluice.api.Limits;
import io.sluice.api.PageToken;
import io.sluice.api.Served;
import io.sluice.catalog.Catalog;
import io.sluice.compute.Answer;
import io.sluice.compute.ByteLimit;
import io.sluice.compute.Delivery;
import io.sluice.compute.FilterLimits;
import io.sluice.compute.Pace;
import io.sluice.compute.Question;
import io.sluice.compute.Question.Position;
import io.sluice.compute.RowFormat;
import io.sluice.compute.ScanReader;
import io.sluice.compute.WorkTime;
import io.sluice.datafile.FeedScans;
import io.sluice.delta.TableMissingException;
import io.sluice.delta.TableSnapshot;
import io.sluice.delta.feed.ChangeFeed;
import io.sluice.delta.feed.Feed;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/// Changes of a table's rows: which files tell them, one scan, one format.
@Component
class ChangesReader {

    private static final String KIND = "changes";
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");
    /// What one page may open; a page of a narrow filter may so be shorter than its limit, or empty.
    private static final int MOST_FILES_OF_A_PAGE = 512;
    private static final long BYTES_OF_A_PART = 256L << 20;

    private final Catalog catalog;
    private final ChangeFeed feed;
    private final FeedScans scans;
    private final ScanReader reader;
    private final Limits limits;
    private final FilterLimits filterLimits;

    ChangesReader(Catalog catalog, ChangeFeed feed, FeedScans scans, ScanReader reader, Limits limits) {
        this.catalog = catalog;
        this.feed = feed;
        this.scans = scans;
        this.reader = reader;
        this.limits = limits;
        this.filterLimits = new FilterLimits(limits.filterCharacters(), limits.filterNodes(), limits.filterDepth());
    }

    /// What the request asks, read against the range's last version; from the place of its page token on.
    ///
    /// @throws io.sluice.table.FailureException `version-not-found`, `change-feed-not-enabled`, `schema-mismatch`,
    ///     `bad-parameter`, `bad-filter`
    ChangesPlan plan(ChangesRequest request) {
        Optional<PageToken> token = token(request);
        if (token.isPresent()) {
            TableSnapshot last = catalog.snapshot(
                    request.table(), new AsOf.Version(token.get().version()));
            return continued(request, last, token.get().position());
        }
        TableSnapshot latest = catalog.snapshot(request.table(), AsOf.latest());
        ChangesRange range = ChangesRange.of(request, latest, catalog, feed);
        return ChangesPlan.of(feed(request, range), request, filterLimits);
    }

    /// What is asked of these versions.
    ChangesPlan plan(ChangesRequest request, ChangesRange range) {
        return ChangesPlan.of(feed(request, range), request, filterLimits);
    }

    /// The same of a range of changes.
    ChangesPlan plan(ChangesRequest request, long first, long last) {
        TableSnapshot end = catalog.snapshot(request.table(), new AsOf.Version(last));
        return plan(request, new ChangesRange(first, end, ChangesRange.Beginning.CHANGES));
    }

    TableSnapshot latest(ChangesRequest request) {
        return catalog.snapshot(request.table(), AsOf.latest());
    }

    /// Where a stream that goes on begins.
    ChangesRange followed(ChangesRequest request, TableSnapshot latest) {
        return ChangesRange.followed(request, latest, catalog, feed);
    }

    /// @throws io.sluice.table.FailureException `change-feed-not-enabled` when the table keeps no feed now;
    ///     `bad-parameter` and `bad-filter` when its columns are not those that the request names
    void requireFollowed(ChangesRequest request, TableSnapshot latest) {
        feed.requireEnabled(latest);
        plan(request, new ChangesRange(latest.version() + 1, latest, ChangesRange.Beginning.CHANGES));
    }

    private ChangesPlan continued(ChangesRequest request, TableSnapshot last, String position) {
        long version = ChangesPlan.version(position);
        var range = new ChangesRange(version, last, ChangesRange.Beginning.CHANGES);
        if (ChangesRange.beginning(request.initialSnapshot()) == ChangesRange.Beginning.SNAPSHOT) {
            ChangesRange whole = ChangesRange.of(request, last, catalog, feed);
            range = version <= whole.first() ? new ChangesRange(whole.first(), last, whole.snapshot()) : range;
        }
        return ChangesPlan.of(feed(request, range), request, filterLimits).from(position);
    }

    private Feed feed(ChangesRequest request, ChangesRange range) {
        try {
            return switch (range.snapshot()) {
                case CHANGES -> feed.since(range.first(), range.last());
                case SNAPSHOT ->
                    feed.beginningWith(
                            catalog.snapshot(request.table(), new AsOf.Version(range.first())), range.last());
            };
        } catch (TableMissingException dropped) {
            throw new Failure.TableNotFound(request.table()).asException(dropped);
        } catch (FailureException e) {
            throw request.within().told(e.failure()).asException(e);
        }
    }

    private static Optional<PageToken> token(ChangesRequest request) {
        return request.pageToken().isEmpty()
                ? Optional.empty()
                : Optional.of(PageToken.decode(request.pageToken(), KIND, request.fingerprint()));
    }

    /// Writes a page of changes as a JSON array.
    ///
    /// @return the token of the next page
    Optional<String> page(ChangesRequest request, ChangesPlan plan, OutputStream out) throws Exception {
        long limit =
                limit(request.limit(), limits.pageRows()).orElse(Math.min(limits.defaultPageRows(), limits.pageRows()));
        Optional<Position> start = token(request).flatMap(token -> plan.start(token.position()));
        long skipped = start.orElse(null) instanceof Position.Row row ? row.row() : 0;
        ChangesPlan page = plan.enough(limit + 1, skipped, MOST_FILES_OF_A_PAGE);
        var bytes = new ByteLimit("sluice.limits.page-bytes", limits.pageBytes().toBytes());
        Answer answer = write(page, RowFormat.JSON, OptionalLong.of(limit), start, out, bytes);
        Optional<String> next = answer.next()
                .map(position -> switch (position) {
                    case Position.Row(int file, long row) ->
                        ChangesPlan.text(page.files().get(file), row);
                    case Position.Offset _ -> throw new IllegalStateException("an answer without orderBy has places");
                })
                .or(() -> page.files().size() < plan.files().size()
                        ? Optional.of(
                                ChangesPlan.text(plan.files().get(page.files().size()), 0))
                        : Optional.empty());
        return next.map(
                position -> new PageToken(KIND, plan.table().version(), request.fingerprint(), position).encode());
    }

    /// Writes all changes, or as many as `limit` says.
    void stream(ChangesRequest request, ChangesPlan plan, RowFormat format, OutputStream out) throws Exception {
        if (!request.pageToken().isEmpty()) {
            throw new Failure.BadParameter("pageToken", "only JSON answers have pages").asException();
        }
        var bytes =
                new ByteLimit("sluice.limits.result-bytes", limits.resultBytes().toBytes());
        write(plan, format, limit(request.limit(), Long.MAX_VALUE), Optional.empty(), out, bytes);
    }

    /// Writes changes as lines, however many they are: the time of a query is that of a few files.
    void lines(ChangesPlan plan, OutputStream out) throws Exception {
        var unlimited = new ByteLimit("", Long.MAX_VALUE);
        for (ChangesPlan part : plan.parts(MOST_FILES_OF_A_PAGE, BYTES_OF_A_PART)) {
            write(part, RowFormat.NDJSON, OptionalLong.empty(), Optional.empty(), out, unlimited);
        }
    }

    private Answer write(
            ChangesPlan plan,
            RowFormat format,
            OptionalLong limit,
            Optional<Position> start,
            OutputStream out,
            ByteLimit bytes)
            throws Exception {
        var pace = new Pace(limits.answerRate().toBytes(), limits.answerGrace());
        var delivery = new Delivery(format, out, new WorkTime(limits.queryTime()), bytes, pace);
        Answer answer = scans.on(
                plan.table(),
                plan.files(),
                scan -> reader.write(
                        new Question(scan, plan.columns(), plan.filters(), List.of(), limit, start), delivery));
        Served.rows(answer.rows());
        return answer;
    }

    private static OptionalLong limit(String text, long most) {
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        long limit = DIGITS.matcher(text).matches() ? Long.parseLong(text) : 0;
        if (limit < 1 || limit > most) {
            throw new Failure.BadParameter("limit", "it is a number of rows from 1 to " + most).asException();
        }
        return OptionalLong.of(limit);
    }
}
