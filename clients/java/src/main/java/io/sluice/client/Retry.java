package io.sluice.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.client.http.ApiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongUnaryOperator;

/**
 * When a request is sent again, and after how long: at most {@code attempts} times, over at most {@code time}. A wait is uniform between
 * nothing and {@code first · 2ⁿ}, at most {@code most} (full jitter), on top of what Retry-After asks for.
 */
public final class Retry {

    /** The commit may or may not have happened, or has not yet: the same key settles it. */
    private static final Set<String> UNSETTLED = Set.of("outcome-unknown", "request-in-progress", "commit-contention");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final int attempts;
    private final Duration time;
    private final Duration first;
    private final Duration most;
    private final LongUnaryOperator random;
    private final Sleep sleep;

    /** Lets time pass. */
    interface Sleep {
        void millis(long millis) throws InterruptedException;
    }

    /** A request that takes an idempotency key. */
    public interface Request<T> {
        T send(String idempotencyKey) throws ApiException;
    }

    public Retry(int attempts, Duration time, Duration first, Duration most) {
        this(attempts, time, first, most, bound -> ThreadLocalRandom.current().nextLong(bound + 1), Thread::sleep);
    }

    Retry(int attempts, Duration time, Duration first, Duration most, LongUnaryOperator random, Sleep sleep) {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be at least 1");
        }
        this.attempts = attempts;
        this.time = time;
        this.first = first;
        this.most = most;
        this.random = random;
        this.sleep = sleep;
    }

    /** Eight times over two minutes. */
    public static Retry usual() {
        return new Retry(8, Duration.ofMinutes(2), Duration.ofMillis(100), Duration.ofSeconds(10));
    }

    /** The answer to a request that is sent with a new key, the same one each time. */
    public <T> T call(Request<T> request) {
        return call(UUID.randomUUID().toString(), request);
    }

    /**
     * The answer to a request that is sent with this key each time.
     *
     * @throws SluiceProblem when the service refuses it for good, or does so until the end
     * @throws UncheckedIOException when the connection is lost until the end
     */
    public <T> T call(String idempotencyKey, Request<T> request) {
        long end = System.nanoTime() + time.toNanos();
        for (int attempt = 0; ; attempt++) {
            RuntimeException failure;
            try {
                return request.send(idempotencyKey);
            } catch (ApiException refused) {
                failure = failure(refused);
            }
            long bound = Math.min(most.toMillis(), first.toMillis() << Math.min(attempt, 20));
            long wait = random.applyAsLong(bound) + retryAfterMillis(failure);
            if (!mayBeRepeated(failure) || attempt + 1 == attempts || System.nanoTime() + wait * 1_000_000 > end) {
                throw failure;
            }
            pause(wait, failure);
        }
    }

    private void pause(long millis, RuntimeException failure) {
        try {
            sleep.millis(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }

    private static boolean mayBeRepeated(RuntimeException failure) {
        return !(failure instanceof SluiceProblem problem)
                || problem.status() == 429
                || problem.status() == 503
                || UNSETTLED.contains(problem.slug());
    }

    private static long retryAfterMillis(RuntimeException failure) {
        return failure instanceof SluiceProblem problem ? problem.retryAfterSeconds() * 1_000 : 0;
    }

    /** The problem that the service answered with, or the lost connection. */
    static RuntimeException failure(ApiException exception) {
        if (exception.getCause() instanceof IOException lost && exception.getCode() == 0) {
            return new UncheckedIOException(lost);
        }
        Map<String, Object> members = new HashMap<>();
        try {
            String body = exception.getResponseBody();
            members.putAll(JSON.readValue(body == null ? "{}" : body, new TypeReference<Map<String, Object>>() {}));
        } catch (JsonProcessingException notOurs) {
            members.clear();
        }
        members.values().removeIf(value -> value == null);
        long retryAfter = exception.getResponseHeaders() == null
                ? 0
                : exception
                        .getResponseHeaders()
                        .firstValue("Retry-After")
                        .filter(text -> text.matches("[0-9]{1,6}"))
                        .map(Long::parseLong)
                        .orElse(0L);
        return new SluiceProblem(exception.getCode(), members, retryAfter, exception);
    }
}
