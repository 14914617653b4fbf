package io.sluice.history;

import io.sluice.answer.ColumnLists;
import io.sluice.compute.Filter;
import io.sluice.compute.FilterLimits;
import io.sluice.compute.Question.AnswerColumn;
import io.sluice.compute.Question.Position;
import io.sluice.compute.TablePart;
import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.FilePruning;
import io.sluice.delta.TableSnapshot;
import io.sluice.delta.feed.Feed;
import io.sluice.delta.feed.FeedColumns;
import io.sluice.delta.feed.FeedFile;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Predicate;
import io.sluice.table.Restriction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A feed and what is asked of it.
///
/// @param table with the columns of the feed
/// @param files that may hold a wanted row, in the order of the commits
record ChangesPlan(TableSnapshot table, List<FeedFile> files, List<AnswerColumn> columns, List<Filter> filters) {

    static ChangesPlan of(Feed feed, ChangesRequest request, FilterLimits limits) {
        TableSnapshot table = feed.table();
        Restriction within = request.within().with(FeedColumns.names());
        TablePart part = TablePart.of(within, request.table(), table.schema(), limits);
        List<AnswerColumn> columns = ColumnLists.select(request.select(), part.visible());
        List<Filter> filters = new ArrayList<>();
        part.rows().ifPresent(filters::add);
        if (!request.where().isEmpty()) {
            filters.add(part.guarded(Filter.parse(request.where(), part.visible(), limits)));
        }
        if (filters.isEmpty()) {
            return new ChangesPlan(table, feed.files(), columns, List.of());
        }
        var predicate =
                new Predicate.And(filters.stream().map(Filter::predicate).toList());
        Set<DataFile> matching = new HashSet<>(FilePruning.mayMatch(table, predicate));
        return new ChangesPlan(
                table,
                feed.files().stream()
                        .filter(file -> matching.contains(file.file()))
                        .toList(),
                columns,
                List.copyOf(filters));
    }

    /// A place as a page token says it: `<version>:<number of the file in its commit>:<row>`.
    static String text(FeedFile file, long row) {
        return file.version() + ":" + file.ordinal() + ":" + row;
    }

    /// The version at which a page begins.
    ///
    /// @throws FailureException `bad-parameter` when the text is no place
    static long version(String position) {
        return parts(position)[0];
    }

    /// The same from a place on: files before it are left out.
    ///
    /// @param position as [#text] makes it
    /// @throws FailureException `bad-parameter`
    ChangesPlan from(String position) {
        long[] parts = parts(position);
        return new ChangesPlan(
                table,
                files.stream()
                        .filter(file ->
                                file.version() > parts[0] || file.version() == parts[0] && file.ordinal() >= parts[1])
                        .toList(),
                columns,
                filters);
    }

    /// Where in the first file a page begins that was asked for from this place.
    Optional<Position> start(String position) {
        long[] parts = parts(position);
        boolean inside = !files.isEmpty()
                && files.getFirst().version() == parts[0]
                && files.getFirst().ordinal() == parts[1];
        return inside ? Optional.of(new Position.Row(0, parts[2])) : Optional.empty();
    }

    private static long[] parts(String position) {
        String[] texts = position.split(":", -1);
        if (texts.length != 3) {
            throw foreign();
        }
        long[] parts = new long[3];
        try {
            for (int i = 0; i < parts.length; i++) {
                parts[i] = Long.parseLong(texts[i]);
                if (parts[i] < 0) {
                    throw foreign();
                }
            }
        } catch (NumberFormatException e) {
            throw foreign();
        }
        return parts;
    }

    private static FailureException foreign() {
        return new Failure.BadParameter("pageToken", "it was not made for this request").asException();
    }

    /// The first files: as many as certainly hold so many rows, and never more than this number of files.
    ///
    /// @param skipped rows of the first file that do not count
    ChangesPlan enough(long rows, long skipped, int most) {
        long known = -skipped;
        int count = 0;
        while (count < files.size() && count < most && (known < rows || !filters.isEmpty())) {
            known += rows(files.get(count));
            count++;
        }
        return new ChangesPlan(table, files.subList(0, count), columns, filters);
    }

    /// The same in parts that follow each other, each of so many files or bytes at most, or of one large file.
    List<ChangesPlan> parts(int mostFiles, long mostBytes) {
        var parts = new ArrayList<ChangesPlan>();
        int from = 0;
        long bytes = 0;
        for (int i = 0; i < files.size(); i++) {
            bytes += files.get(i).file().add().size();
            if (i > from && (i - from == mostFiles || bytes > mostBytes)) {
                parts.add(new ChangesPlan(table, files.subList(from, i), columns, filters));
                from = i;
                bytes = files.get(i).file().add().size();
            }
        }
        if (from < files.size()) {
            parts.add(new ChangesPlan(table, files.subList(from, files.size()), columns, filters));
        }
        return parts;
    }

    /// Changed rows of a file as far as the log tells; 0 where it does not.
    private static long rows(FeedFile file) {
        return switch (file.rows()) {
            case FeedFile.Rows.Live _ ->
                Math.max(
                        0,
                        file.file().statistics().numRecords().orElse(0)
                                - file.file()
                                        .add()
                                        .deletionVector()
                                        .map(Action.DeletionVector::cardinality)
                                        .orElse(0L));
            case FeedFile.Rows.Typed _, FeedFile.Rows.Difference _ -> 0;
        };
    }
}
