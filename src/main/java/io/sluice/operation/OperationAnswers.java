package io.sluice.operation;

import io.sluice.api.TableHeaders;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// What a request that began an operation is answered with.
@Component
public class OperationAnswers {

    private final Operations operations;

    OperationAnswers(Operations operations) {
        this.operations = operations;
    }

    /// `202` with the operation's place; or `200` with its end, when the client would wait for it and it came in
    /// time.
    ///
    /// @param prefer the header of the request
    /// @param version of the table that the operation was checked against; the one of its result counts more
    public ResponseEntity<Operation> begun(Operation begun, @Nullable String prefer, long version) {
        Optional<Duration> wait = Preference.waits(prefer).map(operations::granted);
        Operation now = wait.map(time -> operations.await(begun, time)).orElse(begun);
        JsonNode result = now.result();
        HttpHeaders headers = TableHeaders.of(
                result == null ? version : result.path("version").asLong(version));
        var answer = (now.state().isFinished() ? ResponseEntity.ok() : ResponseEntity.accepted()).headers(headers);
        wait.ifPresent(time -> answer.header("Preference-Applied", "wait=" + time.toSeconds()));
        return answer.location(URI.create("/v1/operations/" + now.id())).body(now);
    }
}
