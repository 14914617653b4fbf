package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.contract.OpenApiDocument;
import io.sluice.contract.SchemaCheck;
import io.sluice.table.BadRow;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The error contract, one row for each [Failure].
class ProblemsTest {

    private static final OpenApiDocument DOCUMENT = OpenApiDocument.current();

    private static final TableName TABLE = TableName.parse("sales.orders");
    private static final Duration SOON = Duration.ofMillis(1500);

    /// @param members names that the problem type promises beside the common ones
    private record Row(Failure failure, int status, String slug, Set<String> members) {}

    private static Row row(Failure failure, int status, String slug, String... members) {
        return new Row(failure, status, slug, Set.of(members));
    }

    static Stream<Row> rows() {
        return Stream.of(
                row(new Failure.MalformedBody("no"), 400, "malformed-body"),
                row(new Failure.BadParameter("limit", "no"), 400, "bad-parameter", "parameter"),
                row(new Failure.BadFilter("no"), 400, "bad-filter"),
                row(new Failure.BadSql("no"), 400, "bad-sql"),
                row(new Failure.Unauthenticated(Failure.Unauthenticated.Reason.EXPIRED), 401, "unauthenticated"),
                row(new Failure.Forbidden("read", TABLE), 403, "forbidden", "action", "table"),
                row(new Failure.ForbiddenHere("observe"), 403, "forbidden", "action"),
                row(new Failure.Restricted(TABLE, "no"), 403, "forbidden", "table"),
                row(new Failure.SwitchedOff("drop"), 403, "forbidden", "operation"),
                row(new Failure.IssuerUnavailable(SOON), 503, "issuer-unavailable"),
                row(new Failure.NotFound(), 404, "not-found"),
                row(new Failure.TableNotFound(TABLE), 404, "table-not-found", "table"),
                row(
                        new Failure.VersionNotFound("version 9", 0, 3),
                        404,
                        "version-not-found",
                        "asked",
                        "earliest",
                        "latest"),
                row(new Failure.TransactionNotFound("t"), 404, "transaction-not-found", "transaction"),
                row(new Failure.PartitionNotFound("a=1"), 404, "partition-not-found", "partition"),
                row(new Failure.MethodNotAllowed("PUT", List.of("GET")), 405, "method-not-allowed", "allowed"),
                row(new Failure.NotAcceptable(List.of("text/csv")), 406, "not-acceptable", "available"),
                row(new Failure.RequestTooSlow(SOON), 408, "request-too-slow", "limit"),
                row(new Failure.BodyDribbles(1024), 408, "request-too-slow", "limit"),
                row(new Failure.ReaderTooSlow(1024, SOON), 408, "reader-too-slow", "limit"),
                row(
                        new Failure.UnsupportedMediaType("a/b", List.of("text/csv")),
                        415,
                        "unsupported-media-type",
                        "supported"),
                row(new Failure.TableExists(TABLE), 409, "table-exists", "table"),
                row(new Failure.PurgeRequired(TABLE), 409, "purge-required", "table"),
                row(new Failure.MetadataChanged(4), 409, "metadata-changed", "winningVersion"),
                row(new Failure.ProtocolChanged(4), 409, "protocol-changed", "winningVersion"),
                row(new Failure.ConcurrentAppend(4), 409, "concurrent-append", "winningVersion"),
                row(new Failure.ConcurrentDeleteRead(4), 409, "concurrent-delete-read", "winningVersion"),
                row(new Failure.ConcurrentDeleteDelete(4), 409, "concurrent-delete-delete", "winningVersion"),
                row(new Failure.ConcurrentTransaction("app", 4), 409, "concurrent-transaction", "winningVersion"),
                row(new Failure.RequestInProgress(), 409, "request-in-progress"),
                row(new Failure.RetentionTooShort(SOON, SOON), 409, "retention-too-short", "asked", "least"),
                row(new Failure.OperationNotFound("x"), 404, "operation-not-found", "operation"),
                row(new Failure.OperationInProgress("vacuum", "x"), 409, "operation-in-progress", "operation"),
                row(new Failure.OperationAbandoned(), 500, "operation-abandoned"),
                row(new Failure.ChangeFeedNotEnabled(2), 409, "change-feed-not-enabled", "version"),
                row(new Failure.FilesMissing(2), 409, "files-missing", "version"),
                row(new Failure.CommitContention(7, SOON), 409, "commit-contention", "attempts"),
                row(new Failure.AppendOnlyTable(TABLE), 409, "append-only-table", "table"),
                row(new Failure.StaleVersion(2, 3), 412, "stale-version", "expected", "actual"),
                row(
                        new Failure.TooLarge("sluice.limits.body-bytes", 9, "bytes"),
                        413,
                        "too-large",
                        "limit",
                        "value",
                        "unit"),
                row(
                        new Failure.BadRows(1, List.of(new BadRow(0, "a", "no"))),
                        422,
                        "bad-rows",
                        "badRowCount",
                        "badRows"),
                row(
                        new Failure.SchemaMismatch(List.of("a long"), List.of("b long"), "no"),
                        422,
                        "schema-mismatch",
                        "expected",
                        "actual"),
                row(new Failure.InvalidSchema("no"), 422, "invalid-schema"),
                row(
                        new Failure.ConstraintViolated("positive", "no", List.of(Map.of("x", 1L))),
                        422,
                        "constraint-violated",
                        "constraint",
                        "rows"),
                row(
                        new Failure.DuplicateKeys(List.of("id"), List.of(List.of(0L, 1L))),
                        422,
                        "duplicate-keys",
                        "key",
                        "rows"),
                row(new Failure.AmbiguousMerge(), 422, "ambiguous-merge"),
                row(new Failure.IdempotencyKeyReused(), 422, "idempotency-key-reused"),
                row(
                        new Failure.UnsupportedTableFeature(List.of("x"), "no"),
                        422,
                        "unsupported-table-feature",
                        "features"),
                row(new Failure.TooManyRequests(SOON), 429, "too-many-requests"),
                row(new Failure.TableCorrupt("no"), 500, "table-corrupt"),
                row(new Failure.OutcomeUnknown(), 500, "outcome-unknown"),
                row(new Failure.Internal(), 500, "internal"),
                row(new Failure.NotImplemented("PUT /x"), 501, "not-implemented"),
                row(new Failure.Overloaded("sluice.limits.bytes-in-flight", SOON), 503, "overloaded", "limit"),
                row(new Failure.StorageUnavailable(SOON), 503, "storage-unavailable"),
                row(new Failure.StorageUnsafe("No links.", SOON), 503, "storage-unavailable"),
                row(new Failure.ShuttingDown(SOON), 503, "shutting-down"),
                row(new Failure.QueryTimeout(SOON), 504, "query-timeout", "limit"),
                row(new Failure.OutOfSpace("spilling"), 507, "out-of-space"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void a_failure_has_its_status_type_and_members(Row row) {
        JsonNode problem = JsonMapper.shared()
                .readTree(JsonMapper.shared()
                        .writeValueAsString(Problems.of(row.failure()).about("/v1/tables", "id-1")));

        assertThat(problem.get("status").asInt()).isEqualTo(row.status());
        assertThat(problem.get("type").asString()).isEqualTo("/problems/" + row.slug());
        assertThat(problem.get("title").asString()).isNotEmpty();
        assertThat(problem.get("detail").asString()).isNotEmpty();
        assertThat(problem.get("instance").asString()).isEqualTo("/v1/tables");
        assertThat(problem.get("requestId").asString()).isEqualTo("id-1");
        assertThat(problem.propertyNames())
                .containsAll(row.members())
                .hasSize(6 + row.members().size());
        assertThat(new SchemaCheck(DOCUMENT).check(DOCUMENT.schemaOfProblem(row.slug()), problem))
                .as("what the OpenAPI document says of it")
                .isEmpty();
    }

    @Test
    void each_failure_has_a_row_and_each_problem_type_a_failure() {
        Set<Class<?>> tested = rows().map(row -> row.failure().getClass()).collect(Collectors.toSet());
        Set<String> slugs = rows().map(Row::slug).collect(Collectors.toSet());

        assertThat(tested).containsExactlyInAnyOrder(Failure.class.getPermittedSubclasses());
        assertThat(slugs)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ProblemType.values())
                        .map(ProblemType::slug)
                        .toList());
    }

    @Test
    void what_may_be_tried_again_says_when_in_whole_seconds() {
        Map<String, String> retryAfter = rows().filter(
                        row -> Problems.of(row.failure()).headers().containsHeader(HttpHeaders.RETRY_AFTER))
                .collect(Collectors.toMap(
                        Row::slug,
                        row -> String.valueOf(
                                Problems.of(row.failure()).headers().getFirst(HttpHeaders.RETRY_AFTER)),
                        (one, other) -> one.equals(other) ? one : one + " or " + other));

        assertThat(retryAfter)
                .containsOnlyKeys(
                        "commit-contention",
                        "issuer-unavailable",
                        "too-many-requests",
                        "overloaded",
                        "storage-unavailable",
                        "shutting-down")
                .allSatisfy((_, seconds) -> assertThat(seconds).isEqualTo("2"));
    }
}
