package io.sluice.api;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpHeaders;

/// A problem as it goes to a client (RFC 9457, `application/problem+json`).
///
/// @param type `/problems/<slug>`, a path that this service answers with an explanation
/// @param detail problem, cause, cure
/// @param instance the path of the request
/// @param members what else the type promises, typed per problem type
/// @param headers that go with it (`Retry-After`, `Allow`)
@JsonPropertyOrder({"type", "title", "status", "detail", "instance", "requestId"})
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        Optional<String> instance,
        Optional<String> requestId,
        @JsonAnyGetter Map<String, Object> members,
        @JsonIgnore HttpHeaders headers) {

    /// The last part of its type.
    public String slug() {
        return type.substring(type.lastIndexOf('/') + 1);
    }

    /// The same problem, told of one request.
    public Problem about(String requestPath, String id) {
        return new Problem(type, title, status, detail, Optional.of(requestPath), Optional.of(id), members, headers);
    }

    /// The same problem with a header.
    Problem with(String name, String value) {
        var extended = new HttpHeaders(headers);
        extended.set(name, value);
        return new Problem(type, title, status, detail, instance, requestId, members, extended);
    }

    /// The same problem with `Retry-After` (RFC 9110, 10.2.3), in whole seconds, at least one.
    Problem retry(Duration after) {
        return with(
                HttpHeaders.RETRY_AFTER,
                Long.toString(Math.max(1, after.plusMillis(999).toSeconds())));
    }
}
