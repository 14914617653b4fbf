package io.sluice.api;

import java.util.Locale;
import java.util.Optional;

/// Every kind of problem that this service answers with, and what its page says.
public enum ProblemType {
    MALFORMED_BODY(
            400,
            "The request body cannot be read",
            "The body is not what its Content-Type says, is cut short, or has a member that the endpoint does not know. Mend the body; the detail names the place."),
    BAD_PARAMETER(
            400,
            "A parameter is not allowed or not valid",
            "A path segment, query parameter or header is unknown, missing, given twice or out of its range. The member parameter names it."),
    BAD_FILTER(
            400,
            "The filter cannot be used",
            "The filter is not in the documented grammar, names a column that the table does not have, compares values of different types, or is larger than the limits allow."),
    BAD_SQL(
            400,
            "The SQL cannot be used",
            "An expression is not in the documented grammar, names a column that is not there, gives a value of another type than its column, or cannot be computed on some row: a division by zero, a value that does not convert. Nothing was written."),
    UNAUTHENTICATED(
            401,
            "The caller is not known",
            "Send Authorization: Bearer with an API key or a token. A key may be unknown, mistyped or expired; a token may be expired, made for another audience, or not signed by an issuer that is trusted here."),
    FORBIDDEN(
            403,
            "The caller may not do this",
            "No grant lets the caller do this with the table, a grant for some columns or rows does not reach so far, or the operator has switched it off. The member action names the grant that is missing. Nothing was done."),
    NOT_FOUND(404, "Nothing is here", "No endpoint has this path. Paths begin with /v1; /openapi.json lists them."),
    TABLE_NOT_FOUND(
            404,
            "The table does not exist",
            "There is no Delta table of this name, or the caller may not see it. Names are schema.table; one segment means default.table."),
    VERSION_NOT_FOUND(
            404,
            "The version does not exist",
            "The table has no such version, or none at that moment. The members earliest and latest say what can be read."),
    TRANSACTION_NOT_FOUND(
            404,
            "The transaction is not open",
            "No transaction of this id is open at this table: it was never begun, has expired, was given up, or was committed. Begin another one."),
    PARTITION_NOT_FOUND(404, "The partition does not exist", "No live file of this version belongs to the partition."),
    OPERATION_NOT_FOUND(
            404,
            "The operation does not exist",
            "No operation has this id, or it ended longer ago than operations are kept."),
    METHOD_NOT_ALLOWED(
            405,
            "The method is not allowed here",
            "The path exists, the method does not. The Allow header names those that do."),
    NOT_ACCEPTABLE(
            406,
            "None of the accepted media types can be produced",
            "The member available names what can be asked for with Accept."),
    REQUEST_TOO_SLOW(
            408,
            "The request body came too slowly",
            "The body was not complete within the limit. Nothing was written. Send smaller batches or use a faster connection."),
    READER_TOO_SLOW(
            408,
            "The answer was taken too slowly",
            "The client took its answer with fewer bytes a second than the limit, so that it kept others from theirs. What it has is not complete. Take it faster, or ask for less: fewer columns, a filter, pages of JSON."),
    UNSUPPORTED_MEDIA_TYPE(
            415,
            "The body's media type is not supported",
            "The member supported names the media types and content codings that can be sent."),
    TABLE_EXISTS(
            409,
            "The table already exists",
            "A Delta table lies at the place of this name already. Nothing was changed."),
    PURGE_REQUIRED(
            409,
            "Deleting this table deletes its files",
            "A directory with a Delta log is a table, so a managed table can only be dropped together with its files: say purge=true."),
    METADATA_CHANGED(
            409,
            "The table's metadata changed meanwhile",
            "Another writer changed the schema or the properties after this request had read them. Nothing was written; send the request again."),
    PROTOCOL_CHANGED(
            409,
            "The table's protocol changed meanwhile",
            "Another writer changed the protocol version or the features of the table after this request had read them. Nothing was written; send the request again."),
    CONCURRENT_APPEND(
            409,
            "Rows were added meanwhile",
            "Another writer added rows that this request should have read. Nothing was written; send the request again."),
    CONCURRENT_DELETE_READ(
            409,
            "Files that were read are gone meanwhile",
            "Another writer removed or rewrote files that this request had read. Nothing was written; send the request again."),
    CONCURRENT_DELETE_DELETE(
            409,
            "Files that are rewritten are gone meanwhile",
            "Another writer removed or rewrote files that this request rewrites. Nothing was written; send the request again."),
    CONCURRENT_TRANSACTION(
            409,
            "The same transaction was committed meanwhile",
            "Another writer committed with the same application id. Nothing was written by this request; read the table before sending it again."),
    REQUEST_IN_PROGRESS(
            409,
            "The same request is under way",
            "A request with this Idempotency-Key has not ended yet. Wait and send it again: the answer will be the first one's."),
    RETENTION_TOO_SHORT(
            409,
            "The retention is too short",
            "A vacuum must keep files for as long as the table says and as the longest write or query may take. The member least names the shortest retention that is allowed."),
    OPERATION_IN_PROGRESS(
            409,
            "Another operation excludes this one",
            "A table has one vacuum or restore at a time, on all replicas together. The member operation names the one under way. Wait for its end or cancel it."),
    CHANGE_FEED_NOT_ENABLED(
            409,
            "The table kept no change feed",
            "A version of the range was committed while the table property delta.enableChangeDataFeed was not true. The member version names the first one. Ask for versions that were committed with it."),
    FILES_MISSING(
            409,
            "Files of this version are gone",
            "Data files or deletion vectors that the version needs were removed, usually by a vacuum. Read a newer version."),
    COMMIT_CONTENTION(
            409,
            "Other writers were faster every time",
            "The commit lost the race for the next version as often as is allowed. Nothing was written; wait as Retry-After says and send it again."),
    APPEND_ONLY_TABLE(
            409,
            "Rows can only be added to this table",
            "The table's property delta.appendOnly forbids changing and deleting rows. Nothing was written."),
    STALE_VERSION(
            412,
            "The table has a newer version",
            "If-Match named a version that is no longer the latest. Nothing was written; read the table and decide again."),
    TOO_LARGE(
            413,
            "The request is over a limit",
            "The member limit names the property that sets the limit. Send less at once, or ask the operator to raise it."),
    BAD_ROWS(
            422,
            "Rows cannot be written as they are",
            "Nothing was written. badRowCount counts the rows, badRows shows the first 100 with their place in the batch, counted from 0. Mend them, or say onBadRow=skip."),
    SCHEMA_MISMATCH(
            422,
            "The batch does not have the table's columns",
            "Nothing was written. The members expected and actual show both. Mend the batch, or say mergeSchema=true to add what is new."),
    INVALID_SCHEMA(
            422,
            "The schema is not one that a table can have",
            "A column name, type, partition column or property is not possible in Delta, or not together with the others."),
    CONSTRAINT_VIOLATED(
            422,
            "A constraint would be violated",
            "The change would leave rows that the table does not allow. Nothing was written. The member constraint names what forbids them, rows shows the first."),
    DUPLICATE_KEYS(
            422,
            "Rows of the batch share a key",
            "An upsert can write one row for a key. Nothing was written. The member rows names pairs of rows, counted from 0; say dedupe=last or dedupe=first to keep one of them."),
    AMBIGUOUS_MERGE(
            422,
            "A row would be changed twice",
            "Several rows of the source match one row of the table, and clauses would change it for more than one of them. Nothing was written. Make the source unique, or the conditions."),
    IDEMPOTENCY_KEY_REUSED(
            422,
            "The idempotency key belongs to another request",
            "A request with the same Idempotency-Key and other content was answered before. Use a new key for new content."),
    UNSUPPORTED_TABLE_FEATURE(
            422,
            "The table uses a feature that is not supported",
            "The member features names what this service cannot do correctly, so it does not do it at all."),
    TOO_MANY_REQUESTS(
            429,
            "Too many requests",
            "More requests of this kind are under way than the limit allows. Wait as Retry-After says."),
    TABLE_CORRUPT(
            500,
            "The table is damaged",
            "Its log, or a data file, cannot be read as the Delta protocol demands. Nothing is guessed: restore the file that the detail names."),
    OUTCOME_UNKNOWN(
            500,
            "It is not known whether the commit happened",
            "The storage did not answer in time. The rows are in the table once, or not at all: send the request again with the same Idempotency-Key and it will be settled."),
    OPERATION_ABANDONED(
            500,
            "The operation's process is gone",
            "The replica that ran the operation has not been heard of. What it had committed is in the table, nothing is half done. Start the operation again."),
    INTERNAL(
            500,
            "Something went wrong inside the service",
            "This is a defect. The request id finds it in the service's log."),
    NOT_IMPLEMENTED(501, "Not implemented yet", "The endpoint is part of the contract but not of this release."),
    OVERLOADED(
            503,
            "The service is at its limit",
            "The member limit names which. Nothing was done; wait as Retry-After says."),
    ISSUER_UNAVAILABLE(
            503,
            "The issuer of tokens does not answer",
            "The token could not be verified, because its issuer does not tell its keys. Nothing was done; wait as Retry-After says. API keys need no issuer."),
    STORAGE_UNAVAILABLE(
            503,
            "The storage does not answer",
            "The object store or file system refused or did not answer. Wait as Retry-After says."),
    SHUTTING_DOWN(
            503,
            "This replica is shutting down",
            "Nothing was done; send the request again, another replica will answer."),
    QUERY_TIMEOUT(
            504,
            "The query took too long",
            "The query did not end within the limit and was stopped. Ask for less: a narrower filter, fewer columns, a limit."),
    OUT_OF_SPACE(
            507,
            "There is no space left",
            "The disk for tables, spilling or temporary files is full. The operator must make room.");

    private final int status;
    private final String title;
    private final String explanation;

    ProblemType(int status, String title, String explanation) {
        this.status = status;
        this.title = title;
        this.explanation = explanation;
    }

    /// The type of this slug.
    public static Optional<ProblemType> ofSlug(String slug) {
        for (ProblemType type : values()) {
            if (type.slug().equals(slug)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /// What it means and what to do about it.
    public String explanation() {
        return explanation;
    }

    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The `type` member: a path of this service.
    public String path() {
        return "/problems/" + slug();
    }
}
