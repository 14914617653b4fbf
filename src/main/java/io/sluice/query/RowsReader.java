package io.sluice.query;

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
import io.sluice.datafile.TableScans;
import io.sluice.delta.DataFile;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.trace.Stages;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/// Rows of one version: which files, one scan, one format.
@Component
class RowsReader {

    private static final String KIND = "rows";
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

    private final Catalog catalog;
    private final TableScans scans;
    private final ScanReader reader;
    private final Limits limits;
    private final FilterLimits filterLimits;

    RowsReader(Catalog catalog, TableScans scans, ScanReader reader, Limits limits) {
        this.catalog = catalog;
        this.scans = scans;
        this.reader = reader;
        this.limits = limits;
        this.filterLimits = new FilterLimits(limits.filterCharacters(), limits.filterNodes(), limits.filterDepth());
    }

    /// The version that the request asks; that of its page token where it has one.
    TableSnapshot snapshot(RowsRequest request) {
        AsOf asOf = token(request).map(RowsReader::version).orElse(request.asOf());
        return Stages.run("resolve", () -> catalog.snapshot(request.table(), asOf));
    }

    private static AsOf version(PageToken token) {
        return new AsOf.Version(token.version());
    }

    private static Optional<PageToken> token(RowsRequest request) {
        if (request.pageToken().isEmpty()) {
            return Optional.empty();
        }
        PageToken token = PageToken.decode(request.pageToken(), KIND, request.fingerprint());
        if (request.asOf() instanceof AsOf.Version(long asked) && asked != token.version()) {
            throw new Failure.BadParameter("pageToken", "it was made for version " + token.version()).asException();
        }
        return Optional.of(token);
    }

    /// Writes a page of rows as a JSON array.
    ///
    /// @return the token of the next page
    Optional<String> page(RowsRequest request, TableSnapshot snapshot, RowsQuestion question, OutputStream out)
            throws Exception {
        long limit =
                limit(request.limit(), limits.pageRows()).orElse(Math.min(limits.defaultPageRows(), limits.pageRows()));
        List<DataFile> all = files(request, snapshot, question);
        Optional<Position> start = token(request).map(token -> PagePosition.read(token.position(), all));
        checkKind(start, question);
        List<DataFile> files = all;
        if (question.filters().isEmpty() && question.orderBy().isEmpty()) {
            Position.Row from = start.orElse(null) instanceof Position.Row row ? row : new Position.Row(0, 0);
            files = PlannedFiles.enough(all, from.file(), limit + from.row() + 1);
        }
        var delivery = delivery(
                RowFormat.JSON,
                out,
                new ByteLimit("sluice.limits.page-bytes", limits.pageBytes().toBytes()));
        Answer answer = scans.on(
                snapshot,
                files,
                scan -> reader.write(
                        new Question(
                                scan,
                                question.columns(),
                                question.filters(),
                                question.orderBy(),
                                OptionalLong.of(limit),
                                start),
                        delivery));
        Served.rows(answer.rows());
        return answer.next()
                .map(next -> new PageToken(
                                KIND, snapshot.version(), request.fingerprint(), PagePosition.text(next, all))
                        .encode());
    }

    private static void checkKind(Optional<Position> start, RowsQuestion question) {
        boolean offset = start.orElse(null) instanceof Position.Offset;
        if (start.isPresent() && offset == question.orderBy().isEmpty()) {
            throw new Failure.BadParameter("pageToken", "it was not made for this request").asException();
        }
    }

    /// Writes all rows, or as many as `limit` says.
    void stream(RowsRequest request, TableSnapshot snapshot, RowsQuestion question, RowFormat format, OutputStream out)
            throws Exception {
        if (!request.pageToken().isEmpty()) {
            throw new Failure.BadParameter("pageToken", "only JSON answers have pages").asException();
        }
        OptionalLong limit = limit(request.limit(), Long.MAX_VALUE);
        var delivery = delivery(
                format,
                out,
                new ByteLimit("sluice.limits.result-bytes", limits.resultBytes().toBytes()));
        Answer answer = scans.on(
                snapshot,
                files(request, snapshot, question),
                scan -> reader.write(
                        new Question(
                                scan,
                                question.columns(),
                                question.filters(),
                                question.orderBy(),
                                limit,
                                Optional.empty()),
                        delivery));
        Served.rows(answer.rows());
    }

    private Delivery delivery(RowFormat format, OutputStream out, ByteLimit limit) {
        return new Delivery(
                format,
                out,
                new WorkTime(limits.queryTime()),
                limit,
                new Pace(limits.answerRate().toBytes(), limits.answerGrace()));
    }

    /// How many rows satisfy the question's filters; only files of which the log does not tell are read.
    long count(RowsRequest request, TableSnapshot snapshot, RowsQuestion question) throws Exception {
        List<DataFile> files = files(request, snapshot, question);
        CountedFiles counted = CountedFiles.of(snapshot, files, question.filters());
        if (counted.doubtful().isEmpty()) {
            return counted.rows();
        }
        return counted.rows()
                + scans.on(
                        snapshot,
                        counted.doubtful(),
                        scan -> reader.count(
                                new Question(
                                        scan,
                                        List.of(),
                                        question.filters(),
                                        List.of(),
                                        OptionalLong.empty(),
                                        Optional.empty()),
                                new WorkTime(limits.queryTime())));
    }

    RowsQuestion question(RowsRequest request, TableSnapshot snapshot) {
        return RowsQuestion.of(request, snapshot, filterLimits);
    }

    private List<DataFile> files(RowsRequest request, TableSnapshot snapshot, RowsQuestion question) {
        return Stages.run("plan", () -> planned(request, snapshot, question));
    }

    private static List<DataFile> planned(RowsRequest request, TableSnapshot snapshot, RowsQuestion question) {
        if (question.partition().isPresent()
                && PlannedFiles.of(snapshot, List.of(question.partition().get()), Optional.empty())
                        .isEmpty()) {
            throw new Failure.PartitionNotFound(request.partition()).asException();
        }
        return PlannedFiles.of(snapshot, question.filters(), question.shard());
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
