package io.sluice.operation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An operation as clients see it.
///
/// @param kind `optimize`, `vacuum`, …
/// @param table its name
/// @param trigger what began it
/// @param result of one that succeeded, by Delta's metric names
/// @param problem of one that failed (RFC 9457)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Operation(
        String id,
        String kind,
        String table,
        @Nullable Trigger trigger,
        OperationState state,
        Progress progress,
        @Nullable JsonNode result,
        @Nullable JsonNode problem,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {

    static Operation queued(String id, String kind, String table, Trigger trigger, Instant now) {
        return new Operation(
                id, kind, table, trigger, OperationState.QUEUED, Progress.NONE, null, null, now, null, null);
    }

    /// Without figures of the table, for those who may neither read all of it nor maintain it.
    Operation outline() {
        return new Operation(
                id, kind, table, trigger, state, Progress.NONE, null, null, createdAt, startedAt, finishedAt);
    }

    Operation running(Instant now) {
        return new Operation(
                id, kind, table, trigger, OperationState.RUNNING, progress, null, null, createdAt, now, null);
    }

    Operation at(Progress now) {
        return new Operation(id, kind, table, trigger, state, now, result, problem, createdAt, startedAt, finishedAt);
    }

    Operation succeeded(JsonNode answer, Instant now) {
        return new Operation(
                id,
                kind,
                table,
                trigger,
                OperationState.SUCCEEDED,
                progress.ended(),
                answer,
                null,
                createdAt,
                startedAt,
                now);
    }

    Operation failed(JsonNode why, Instant now) {
        return new Operation(
                id, kind, table, trigger, OperationState.FAILED, progress, null, why, createdAt, startedAt, now);
    }

    Operation cancelled(Instant now) {
        return new Operation(
                id, kind, table, trigger, OperationState.CANCELLED, progress, null, null, createdAt, startedAt, now);
    }
}
