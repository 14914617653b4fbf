package io.sluice.api;

import io.sluice.table.Failure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpHeaders;

/// The whole error contract: one problem for each [Failure].
public final class Problems {

    private static final String TABLE = "table";

    private Problems() {}

    /// The problem that tells a client of this failure; [Problem#about] adds the request.
    public static Problem of(Failure failure) {
        return switch (failure) {
            case Failure.MalformedBody(var reason) -> as(ProblemType.MALFORMED_BODY, reason);
            case Failure.BadParameter(var name, var reason) ->
                as(ProblemType.BAD_PARAMETER, name + ": " + reason, "parameter", name);
            case Failure.BadFilter(var reason) -> as(ProblemType.BAD_FILTER, reason);
            case Failure.BadSql(var reason) -> as(ProblemType.BAD_SQL, "The SQL cannot be used: " + reason + ".");
            case Failure.Unauthenticated(var reason) -> unauthenticated(reason);
            case Failure.Forbidden(var action, var table) ->
                as(
                        ProblemType.FORBIDDEN,
                        "No grant of the caller has the action " + action + " on " + table
                                + ". The operator gives grants.",
                        "action",
                        action,
                        TABLE,
                        table.toString());
            case Failure.ForbiddenHere(var action) ->
                as(
                        ProblemType.FORBIDDEN,
                        "No grant of the caller has the action " + action + ". The operator gives grants.",
                        "action",
                        action);
            case Failure.Restricted(var table, var reason) ->
                as(ProblemType.FORBIDDEN, reason, TABLE, table.toString());
            case Failure.SwitchedOff(var operation) ->
                as(
                        ProblemType.FORBIDDEN,
                        "The operator has switched off " + operation + " (sluice.operations.disabled).",
                        "operation",
                        operation);
            case Failure.NotFound() ->
                as(ProblemType.NOT_FOUND, "No endpoint has this path. /openapi.json lists those that exist.");
            case Failure.TableNotFound(var table) ->
                as(
                        ProblemType.TABLE_NOT_FOUND,
                        "There is no table " + table + ". GET /v1/tables lists those that exist.",
                        TABLE,
                        table.toString());
            case Failure.VersionNotFound(var asked, var earliest, var latest) ->
                as(
                        ProblemType.VERSION_NOT_FOUND,
                        "The table has nothing at " + asked + ": versions " + earliest + " to " + latest
                                + " can be read.",
                        "asked",
                        asked,
                        "earliest",
                        earliest,
                        "latest",
                        latest);
            case Failure.TransactionNotFound(var transaction) ->
                as(
                        ProblemType.TRANSACTION_NOT_FOUND,
                        "No transaction " + transaction
                                + " of this table is open; it may have expired, or been given up. Begin another one.",
                        "transaction",
                        transaction);
            case Failure.OperationNotFound(var id) ->
                as(
                        ProblemType.OPERATION_NOT_FOUND,
                        "There is no operation " + (id.length() > 100 ? id.substring(0, 100) + "…" : id)
                                + ", or it ended too long ago.",
                        "operation",
                        id.length() > 100 ? id.substring(0, 100) : id);
            case Failure.PartitionNotFound(var partition) ->
                as(
                        ProblemType.PARTITION_NOT_FOUND,
                        "No file of this version belongs to the partition " + partition + ".",
                        "partition",
                        partition);
            case Failure.MethodNotAllowed(var method, var allowed) ->
                as(
                                ProblemType.METHOD_NOT_ALLOWED,
                                method + " is not possible here. " + named("Possible", allowed),
                                "allowed",
                                allowed)
                        .with(HttpHeaders.ALLOW, String.join(", ", allowed));
            case Failure.NotAcceptable(var available) ->
                as(
                        ProblemType.NOT_ACCEPTABLE,
                        "Nothing that Accept allows can be produced. " + named("Available", available),
                        "available",
                        available);
            case Failure.RequestTooSlow(var limit) ->
                as(
                        ProblemType.REQUEST_TOO_SLOW,
                        "The body was not complete within " + limit + ". Nothing was written. Send smaller batches.",
                        "limit",
                        limit.toString());
            case Failure.BodyDribbles(var bytesPerSecond) ->
                as(
                        ProblemType.REQUEST_TOO_SLOW,
                        "For ten seconds the body came with less than " + bytesPerSecond
                                + " bytes a second (sluice.limits.body-rate). Nothing was written. Send the body without pauses.",
                        "limit",
                        "sluice.limits.body-rate");
            case Failure.ReaderTooSlow(var bytesPerSecond, var grace) ->
                as(
                        ProblemType.READER_TOO_SLOW,
                        "For " + grace + " the answer was taken with less than " + bytesPerSecond
                                + " bytes a second (sluice.limits.answer-rate). It is not complete. Take it faster, or ask for less: fewer columns, a filter, pages of JSON.",
                        "limit",
                        "sluice.limits.answer-rate");
            case Failure.UnsupportedMediaType(var given, var supported) ->
                as(
                        ProblemType.UNSUPPORTED_MEDIA_TYPE,
                        (given.isEmpty() ? "The body has no Content-Type. " : given + " cannot be read here. ")
                                + named("Supported", supported),
                        "supported",
                        supported);
            case Failure.TableExists(var table) ->
                as(
                        ProblemType.TABLE_EXISTS,
                        "The table " + table + " exists already; nothing was changed.",
                        TABLE,
                        table.toString());
            case Failure.PurgeRequired(var table) ->
                as(
                        ProblemType.PURGE_REQUIRED,
                        "The table " + table
                                + " is managed, so deleting it deletes its files. Say purge=true if that is meant.",
                        TABLE,
                        table.toString());
            case Failure.MetadataChanged(var winner) ->
                lost(ProblemType.METADATA_CHANGED, "changed the table's metadata", winner);
            case Failure.ProtocolChanged(var winner) ->
                lost(ProblemType.PROTOCOL_CHANGED, "changed the table's protocol", winner);
            case Failure.ConcurrentAppend(var winner) ->
                lost(ProblemType.CONCURRENT_APPEND, "added rows that this request should have read", winner);
            case Failure.ConcurrentDeleteRead(var winner) ->
                lost(ProblemType.CONCURRENT_DELETE_READ, "removed or rewrote files that this request read", winner);
            case Failure.ConcurrentDeleteDelete(var winner) ->
                lost(
                        ProblemType.CONCURRENT_DELETE_DELETE,
                        "removed or rewrote files that this request rewrites",
                        winner);
            case Failure.ConcurrentTransaction(var application, var winner) ->
                lost(ProblemType.CONCURRENT_TRANSACTION, "used the transaction id " + application, winner);
            case Failure.RequestInProgress() ->
                as(
                        ProblemType.REQUEST_IN_PROGRESS,
                        "A request with this Idempotency-Key is under way. Wait for its end and send it again for the same answer.");
            case Failure.RetentionTooShort(var asked, var least) ->
                as(
                        ProblemType.RETENTION_TOO_SHORT,
                        "A retention of " + asked + " is shorter than " + least
                                + ": files that readers and writers still need could go. Nothing was deleted. Ask for a longer one.",
                        "asked",
                        asked.toString(),
                        "least",
                        least.toString());
            case Failure.OperationInProgress(var kind, var operation) ->
                as(
                        ProblemType.OPERATION_IN_PROGRESS,
                        "A " + kind + " of this table is under way: " + operation + ". Wait for its end or cancel it.",
                        "operation",
                        operation);
            case Failure.ChangeFeedNotEnabled(var version) ->
                as(
                        ProblemType.CHANGE_FEED_NOT_ENABLED,
                        "Version " + version
                                + " was committed without delta.enableChangeDataFeed, so its changes were not kept. Ask for a range that was committed with it.",
                        "version",
                        version);
            case Failure.FilesMissing(var version) ->
                as(
                        ProblemType.FILES_MISSING,
                        "Files that version " + version + " needs are gone, usually by a vacuum. Read a newer version.",
                        "version",
                        version);
            case Failure.CommitContention(var attempts, var retryAfter) ->
                as(
                                ProblemType.COMMIT_CONTENTION,
                                "Other writers were faster " + attempts
                                        + " times; nothing was written. Send it again later.",
                                "attempts",
                                attempts)
                        .retry(retryAfter);
            case Failure.AppendOnlyTable(var table) ->
                as(
                        ProblemType.APPEND_ONLY_TABLE,
                        "The table " + table + " has the property delta.appendOnly: rows can be added, nothing else.",
                        TABLE,
                        table.toString());
            case Failure.StaleVersion(var expected, var actual) ->
                as(
                        ProblemType.STALE_VERSION,
                        "If-Match names version " + expected + ", but the latest is " + actual
                                + "; nothing was written. Read the table and decide again.",
                        "expected",
                        expected,
                        "actual",
                        actual);
            case Failure.TooLarge(var limit, var value, var unit) ->
                as(
                        ProblemType.TOO_LARGE,
                        "The request is over " + limit + ", which is " + value + " " + unit + ". Send less at once.",
                        "limit",
                        limit,
                        "value",
                        value,
                        "unit",
                        unit);
            case Failure.BadRows(var count, var rows) ->
                as(
                        ProblemType.BAD_ROWS,
                        count + (count == 1 ? " row" : " rows")
                                + " of the batch cannot be written, so nothing was. Mend what badRows names; where rows are appended, onBadRow=skip leaves them out.",
                        "badRowCount",
                        count,
                        "badRows",
                        rows);
            case Failure.SchemaMismatch(var expected, var actual, var reason) ->
                as(ProblemType.SCHEMA_MISMATCH, reason, "expected", expected, "actual", actual);
            case Failure.InvalidSchema(var reason) -> as(ProblemType.INVALID_SCHEMA, reason);
            case Failure.ConstraintViolated(var constraint, var reason, var rows) ->
                as(
                        ProblemType.CONSTRAINT_VIOLATED,
                        "The change would violate " + constraint + ": " + reason + ". Nothing was written.",
                        "constraint",
                        constraint,
                        "rows",
                        rows);
            case Failure.DuplicateKeys(var key, var rows) ->
                as(
                        ProblemType.DUPLICATE_KEYS,
                        "Rows of the batch share a key. Nothing was written; say dedupe=last or dedupe=first to keep one of them.",
                        "key",
                        key,
                        "rows",
                        rows);
            case Failure.AmbiguousMerge() ->
                as(
                        ProblemType.AMBIGUOUS_MERGE,
                        "Several rows of the source would change one row of the table; nothing was written.");
            case Failure.IdempotencyKeyReused() ->
                as(
                        ProblemType.IDEMPOTENCY_KEY_REUSED,
                        "This Idempotency-Key was used for another request. Use a new key for new content.");
            case Failure.UnsupportedTableFeature(var features, var reason) ->
                as(ProblemType.UNSUPPORTED_TABLE_FEATURE, reason, "features", features);
            case Failure.TooManyRequests(var retryAfter) ->
                as(ProblemType.TOO_MANY_REQUESTS, "More requests are under way than are allowed. Send it again later.")
                        .retry(retryAfter);
            case Failure.TableCorrupt(var reason) -> as(ProblemType.TABLE_CORRUPT, reason);
            case Failure.OutcomeUnknown() ->
                as(
                        ProblemType.OUTCOME_UNKNOWN,
                        "The storage did not say whether the commit happened. The rows are there once or not at all;"
                                + " send the request again with the same Idempotency-Key to settle it.");
            case Failure.OperationAbandoned() ->
                as(
                        ProblemType.OPERATION_ABANDONED,
                        "The replica that ran this operation has not been heard of. What it had committed is in the table. Start it again.");
            case Failure.Internal() ->
                as(
                        ProblemType.INTERNAL,
                        "The service failed in a way that it should not. Give the operator the request id.");
            case Failure.NotImplemented(var what) ->
                as(ProblemType.NOT_IMPLEMENTED, what + " is not part of this release yet.");
            case Failure.Overloaded(var limit, var retryAfter) ->
                as(
                                ProblemType.OVERLOADED,
                                "The service is at its limit " + limit + "; nothing was done. Send it again later.",
                                "limit",
                                limit)
                        .retry(retryAfter);
            case Failure.IssuerUnavailable(var retryAfter) ->
                as(
                                ProblemType.ISSUER_UNAVAILABLE,
                                "The token cannot be verified, because its issuer does not answer. Send the request again later.")
                        .retry(retryAfter);
            case Failure.StorageUnavailable(var retryAfter) ->
                as(ProblemType.STORAGE_UNAVAILABLE, "The storage does not answer. Send the request again later.")
                        .retry(retryAfter);
            case Failure.StorageUnsafe(var reason, var retryAfter) ->
                as(
                                ProblemType.STORAGE_UNAVAILABLE,
                                "The storage is not safe for commits, so nothing is written to it. " + reason
                                        + " The operator must choose another storage.")
                        .retry(retryAfter);
            case Failure.ShuttingDown(var retryAfter) ->
                as(ProblemType.SHUTTING_DOWN, "This replica is shutting down; nothing was done. Send it again.")
                        .retry(retryAfter);
            case Failure.QueryTimeout(var limit) ->
                as(
                        ProblemType.QUERY_TIMEOUT,
                        "The query did not end within " + limit + " and was stopped. Ask for less at once.",
                        "limit",
                        limit.toString());
            case Failure.OutOfSpace(var what) ->
                as(ProblemType.OUT_OF_SPACE, "There is no space left for " + what + ". The operator must make room.");
        };
    }

    /// With a challenge (RFC 6750, 3).
    private static Problem unauthenticated(Failure.Unauthenticated.Reason reason) {
        String challenge = "Bearer realm=\"sluice\"";
        Problem problem = as(
                ProblemType.UNAUTHENTICATED,
                switch (reason) {
                    case MISSING ->
                        "The request names no caller. Send Authorization: Bearer with an API key or a token.";
                    case UNKNOWN -> "The API key or token is not one that is accepted here.";
                    case EXPIRED -> "The API key or token has expired. Ask for a new one.";
                });
        return problem.with(
                HttpHeaders.WWW_AUTHENTICATE,
                switch (reason) {
                    case MISSING -> challenge;
                    case UNKNOWN, EXPIRED -> challenge + ", error=\"invalid_token\"";
                });
    }

    private static Problem lost(ProblemType type, String what, long winner) {
        return as(
                type,
                "Version " + winner + ", committed meanwhile by another writer, " + what
                        + "; nothing was written. Send the request again.",
                "winningVersion",
                winner);
    }

    private static String named(String label, List<String> values) {
        return values.isEmpty() ? "" : label + ": " + String.join(", ", values) + ".";
    }

    /// @param members names and values in turn
    private static Problem as(ProblemType type, String detail, Object... members) {
        Map<String, Object> typed = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            typed.put((String) members[i], members[i + 1]);
        }
        return new Problem(
                type.path(),
                type.title(),
                type.status(),
                detail,
                Optional.empty(),
                Optional.empty(),
                typed,
                new HttpHeaders());
    }
}
