package io.sluice.client;

import java.util.Map;
import java.util.Optional;

/** What went wrong, as the service says it (RFC 9457). */
public final class SluiceProblem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, Object> members;
    private final long retryAfterSeconds;

    SluiceProblem(int status, Map<String, Object> members, long retryAfterSeconds, Throwable cause) {
        super(
                status + " " + slug(members) + ": " + members.getOrDefault("detail", "") + " (request "
                        + members.get("requestId") + ")",
                cause);
        this.status = status;
        this.members = Map.copyOf(members);
        this.retryAfterSeconds = retryAfterSeconds;
    }

    private static String slug(Map<String, Object> members) {
        String type = String.valueOf(members.getOrDefault("type", ""));
        return type.substring(type.lastIndexOf('/') + 1);
    }

    public int status() {
        return status;
    }

    /** The end of the type, such as {@code bad-rows}; empty where a proxy answered without a problem. */
    public String slug() {
        return slug(members);
    }

    /** All members, those of the type included. */
    public Map<String, Object> members() {
        return members;
    }

    public Optional<Object> member(String name) {
        return Optional.ofNullable(members.get(name));
    }

    long retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
