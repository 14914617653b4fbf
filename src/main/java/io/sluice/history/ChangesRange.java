package io.sluice.history;

import io.sluice.catalog.Catalog;
import io.sluice.delta.TableSnapshot;
import io.sluice.delta.feed.ChangeFeed;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which versions a request for changes means.
///
/// @param first version whose changes are told; one more than the last where there are none
/// @param last the newest one, as it stands
/// @param snapshot whether the rows of the first version come first, as inserted with it, and then the changes of the
///     versions after it
record ChangesRange(long first, TableSnapshot last, Beginning snapshot) {

    /// What the answer begins with.
    enum Beginning {
        CHANGES,
        SNAPSHOT
    }

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

    /// @throws FailureException `bad-parameter`, `version-not-found`
    static ChangesRange of(ChangesRequest request, TableSnapshot latest, Catalog catalog, ChangeFeed feed) {
        requireOne(request.fromVersion(), "fromTimestamp", request.fromTimestamp());
        requireOne(request.toVersion(), "toTimestamp", request.toTimestamp());
        Beginning beginning = beginning(request.initialSnapshot());
        Optional<AsOf> to = end(request);
        TableSnapshot last =
                to.map(asOf -> catalog.snapshot(request.table(), asOf)).orElse(latest);
        long first = first(request, beginning, last, latest, feed);
        boolean betweenCommits = !request.fromTimestamp().isEmpty() && first == last.version() + 1;
        if (first > last.version() && !betweenCommits) {
            if (first > latest.version()) {
                throw feed.notFound(first, latest);
            }
            throw new Failure.BadParameter("fromVersion", "the range ends before it begins").asException();
        }
        return new ChangesRange(first, last, betweenCommits ? Beginning.CHANGES : beginning);
    }

    /// Of a stream that goes on: from the first change after now where nothing is said.
    ///
    /// @throws FailureException `bad-parameter`, `version-not-found`
    static ChangesRange followed(ChangesRequest request, TableSnapshot latest, Catalog catalog, ChangeFeed feed) {
        requireOne(request.fromVersion(), "fromTimestamp", request.fromTimestamp());
        for (String bound : List.of(request.toVersion(), request.toTimestamp(), request.limit(), request.pageToken())) {
            if (!bound.isEmpty()) {
                throw new Failure.BadParameter("follow", "a stream that goes on has no end and no pages").asException();
            }
        }
        Beginning beginning = beginning(request.initialSnapshot());
        boolean said =
                !request.fromVersion().isEmpty() || !request.fromTimestamp().isEmpty();
        if (beginning == Beginning.SNAPSHOT) {
            long version = said ? first(request, beginning, latest, latest, feed) : latest.version();
            TableSnapshot start = catalog.snapshot(request.table(), new AsOf.Version(version));
            return new ChangesRange(version, start, beginning);
        }
        long first = said ? first(request, beginning, latest, latest, feed) : latest.version() + 1;
        if (first > latest.version() + 1) {
            throw feed.notFound(first, latest);
        }
        return new ChangesRange(first, latest, beginning);
    }

    private static Optional<AsOf> end(ChangesRequest request) {
        if (!request.toVersion().isEmpty()) {
            return Optional.of(new AsOf.Version(version("toVersion", request.toVersion())));
        }
        return request.toTimestamp().isEmpty()
                ? Optional.empty()
                : Optional.of(new AsOf.Moment(moment("toTimestamp", request.toTimestamp())));
    }

    private static long first(
            ChangesRequest request, Beginning beginning, TableSnapshot last, TableSnapshot latest, ChangeFeed feed) {
        if (!request.fromVersion().isEmpty()) {
            return version("fromVersion", request.fromVersion());
        }
        if (!request.fromTimestamp().isEmpty()) {
            return feed.firstSince(latest, moment("fromTimestamp", request.fromTimestamp()));
        }
        return switch (beginning) {
            case CHANGES -> 0;
            case SNAPSHOT -> last.version();
        };
    }

    private static void requireOne(String version, String parameter, String timestamp) {
        if (!version.isEmpty() && !timestamp.isEmpty()) {
            throw new Failure.BadParameter(parameter, "say either a version or a timestamp, not both").asException();
        }
    }

    static Beginning beginning(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> Beginning.SNAPSHOT;
            case "", "false" -> Beginning.CHANGES;
            default -> throw new Failure.BadParameter("initialSnapshot", "it is true or false").asException();
        };
    }

    private static long version(String parameter, String text) {
        if (!DIGITS.matcher(text).matches()) {
            throw new Failure.BadParameter(parameter, "it must be a version number, counted from 0").asException();
        }
        return Long.parseLong(text);
    }

    /// A `+` of an offset that was not percent-encoded arrives as a blank; it can mean nothing else.
    private static Instant moment(String parameter, String text) {
        try {
            return OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
        } catch (DateTimeException e) {
            throw new Failure.BadParameter(
                            parameter, "it must be ISO-8601 with an offset, such as 2026-11-20T08:15:30Z")
                    .asException();
        }
    }
}
