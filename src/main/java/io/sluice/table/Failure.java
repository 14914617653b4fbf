package io.sluice.table;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Everything that can go wrong for a client, as data. `api` turns each into a problem (RFC 9457) in one exhaustive
/// switch.
///
/// Texts in these records are written for clients: never a stack, a path or another library's message.
public sealed interface Failure {

    default FailureException asException() {
        return new FailureException(this);
    }

    default FailureException asException(Throwable cause) {
        return new FailureException(this, cause);
    }

    // 400
    record MalformedBody(String reason) implements Failure {}

    record BadParameter(String parameter, String reason) implements Failure {}

    record BadFilter(String reason) implements Failure {}

    /// An expression or a statement that is no condition.
    record BadSql(String reason) implements Failure {}

    // 401
    record Unauthenticated(Reason reason) implements Failure {

        /// Why a caller is not known.
        public enum Reason {
            MISSING,
            UNKNOWN,
            EXPIRED
        }
    }

    // 403
    /// @param action that a grant would have to name
    record Forbidden(String action, TableName table) implements Failure {}

    /// A grant of an action on the service itself is missing.
    record ForbiddenHere(String action) implements Failure {}

    /// A grant is there, but for some columns or rows only, and the request cannot be kept to them.
    ///
    /// @param reason a sentence
    record Restricted(TableName table, String reason) implements Failure {}

    /// The operator has switched off what the request wants.
    record SwitchedOff(String operation) implements Failure {}

    // 404
    record NotFound() implements Failure {}

    record TableNotFound(TableName table) implements Failure {}

    /// @param asked what the client asked for, as it wrote it
    /// @param earliest first version that can still be read
    /// @param latest newest version
    record VersionNotFound(String asked, long earliest, long latest) implements Failure {}

    record OperationNotFound(String id) implements Failure {}

    record PartitionNotFound(String partition) implements Failure {}

    /// The transaction was never begun, or has ended.
    record TransactionNotFound(String transaction) implements Failure {}

    // 405, 406, 408, 415
    record MethodNotAllowed(String method, List<String> allowed) implements Failure {}

    record NotAcceptable(List<String> available) implements Failure {}

    record RequestTooSlow(Duration limit) implements Failure {}

    /// The body comes, but slower than a sender may be.
    record BodyDribbles(long bytesPerSecond) implements Failure {}

    /// The client takes its answer slower than it may.
    record ReaderTooSlow(long bytesPerSecond, Duration grace) implements Failure {}

    record UnsupportedMediaType(String given, List<String> supported) implements Failure {}

    // 409
    record TableExists(TableName table) implements Failure {}

    record PurgeRequired(TableName table) implements Failure {}

    /// Somebody changed the table's metadata after this request had read it.
    record MetadataChanged(long winningVersion) implements Failure {}

    record ProtocolChanged(long winningVersion) implements Failure {}

    /// Somebody added rows that this request should have read.
    record ConcurrentAppend(long winningVersion) implements Failure {}

    /// Somebody removed or rewrote a file that this request had read.
    record ConcurrentDeleteRead(long winningVersion) implements Failure {}

    /// Somebody removed or rewrote a file that this request rewrites.
    record ConcurrentDeleteDelete(long winningVersion) implements Failure {}

    record ConcurrentTransaction(String application, long winningVersion) implements Failure {}

    /// Another request with the same idempotency key is under way.
    record RequestInProgress() implements Failure {}

    /// A vacuum with this retention could delete what readers and writers still need.
    record RetentionTooShort(Duration asked, Duration least) implements Failure {}

    /// Another operation of the table excludes this one.
    ///
    /// @param operation its id
    record OperationInProgress(String kind, String operation) implements Failure {}

    /// The table kept no change data feed at a version of the range.
    ///
    /// @param version the first such one
    record ChangeFeedNotEnabled(long version) implements Failure {}

    /// Data files or deletion vectors that the version needs are gone.
    record FilesMissing(long version) implements Failure {}

    record CommitContention(int attempts, Duration retryAfter) implements Failure {}

    /// Only rows may be added (`delta.appendOnly`).
    record AppendOnlyTable(TableName table) implements Failure {}

    // 412, 413
    record StaleVersion(long expected, long actual) implements Failure {}

    /// @param limit the property that sets the limit, `sluice.limits.…`
    /// @param unit `bytes`, `rows`, `columns`, `characters`, …
    record TooLarge(String limit, long value, String unit) implements Failure {}

    // 422
    /// @param badRowCount all bad rows of the batch
    /// @param badRows the first 100 of them
    record BadRows(long badRowCount, List<BadRow> badRows) implements Failure {}

    /// @param expected the table's columns as `name type`
    /// @param actual the batch's columns as `name type`
    record SchemaMismatch(List<String> expected, List<String> actual, String reason) implements Failure {}

    record InvalidSchema(String reason) implements Failure {}

    /// @param reason what is wrong with the rows
    /// @param rows the first of them, as JSON values
    record ConstraintViolated(String constraint, String reason, List<Map<String, Object>> rows) implements Failure {}

    /// @param key columns that make the key
    /// @param rows of the batch that share one, in pairs
    record DuplicateKeys(List<String> key, List<List<Long>> rows) implements Failure {}

    /// A row of the table would be changed by several rows of the source.
    record AmbiguousMerge() implements Failure {}

    record IdempotencyKeyReused() implements Failure {}

    /// @param features the protocol's names of the features that are missing here
    /// @param reason what about them cannot be done
    record UnsupportedTableFeature(List<String> features, String reason) implements Failure {}

    // 429
    record TooManyRequests(Duration retryAfter) implements Failure {}

    // 500
    record TableCorrupt(String reason) implements Failure {}

    /// The store did not say whether the commit is in the log; the client may retry with the same key.
    record OutcomeUnknown() implements Failure {}

    record Internal() implements Failure {}

    /// The process that ran an operation is gone; what it had committed is in the table.
    record OperationAbandoned() implements Failure {}

    // 501
    record NotImplemented(String what) implements Failure {}

    // 503, 504, 507
    record Overloaded(String limit, Duration retryAfter) implements Failure {}

    /// The issuer of tokens does not answer, so nobody's can be verified.
    record IssuerUnavailable(Duration retryAfter) implements Failure {}

    record StorageUnavailable(Duration retryAfter) implements Failure {}

    /// The storage cannot create a file for one writer only.
    ///
    /// @param reason a sentence
    record StorageUnsafe(String reason, Duration retryAfter) implements Failure {}

    record ShuttingDown(Duration retryAfter) implements Failure {}

    record QueryTimeout(Duration limit) implements Failure {}

    record OutOfSpace(String what) implements Failure {}
}
