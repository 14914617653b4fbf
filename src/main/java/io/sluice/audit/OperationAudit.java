package io.sluice.audit;

import io.sluice.operation.Operation;
import io.sluice.operation.OperationListener;
import io.sluice.table.User;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Has an entry made of each operation, when it has ended.
record OperationAudit(AuditTrail trail) implements OperationListener {

    private static final String PROBLEMS = "/problems/";

    @Override
    public void ended(Operation operation, Optional<User> by, Optional<String> requestId) {
        trail.log().ifPresent(log -> log.add(entry(operation, by, requestId)));
    }

    private static AuditEntry entry(Operation operation, Optional<User> by, Optional<String> requestId) {
        Instant ended = Objects.requireNonNullElse(operation.finishedAt(), operation.createdAt());
        return new AuditEntry(
                ended,
                requestId.orElse(operation.id()),
                by.map(User::id).orElse(null),
                by.map(User::name).orElse(null),
                null,
                "",
                "/v1/operations/" + operation.id(),
                operation.kind(),
                operation.table(),
                List.of(),
                version(operation.result()),
                null,
                status(operation.problem()),
                outcome(operation),
                Duration.between(operation.createdAt(), ended).toMillis());
    }

    private static @Nullable Long version(@Nullable JsonNode result) {
        JsonNode version = result == null ? null : result.get("version");
        return version != null && version.isIntegralNumber() ? version.longValue() : null;
    }

    private static int status(@Nullable JsonNode problem) {
        return problem == null ? 200 : problem.path("status").intValue();
    }

    private static String outcome(Operation operation) {
        return switch (operation.state()) {
            case SUCCEEDED -> "ok";
            case CANCELLED -> "cancelled";
            case QUEUED, RUNNING -> "broken";
            case FAILED ->
                Objects.requireNonNull(operation.problem())
                        .path("type")
                        .stringValue()
                        .substring(PROBLEMS.length());
        };
    }
}
