package io.sluice.access.request;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What one caller has left of this second.
///
/// Requests are paid before they are served. What bytes they cost is known at their end: whoever has spent more than
/// his share waits until it is made up for.
final class CallerBudget {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int UNIT_BYTES = 1024;
    private static final int LONGEST_DEBT_SECONDS = 3600;

    private final Optional<RateLimiter> requests;
    private final Optional<RateLimiter> kilobytes;

    CallerBudget(CallerLimitSettings settings) {
        int perSecond =
                (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(settings.bytes().toBytes(), UNIT_BYTES));
        this.requests = limiter("requests", settings.requests(), Duration.ZERO);
        this.kilobytes = limiter("bytes", perSecond, Duration.ofSeconds(LONGEST_DEBT_SECONDS));
    }

    private static Optional<RateLimiter> limiter(String name, int perSecond, Duration debt) {
        return perSecond <= 0
                ? Optional.empty()
                : Optional.of(RateLimiter.of(
                        name,
                        RateLimiterConfig.custom()
                                .limitForPeriod(perSecond)
                                .limitRefreshPeriod(SECOND)
                                .timeoutDuration(debt)
                                .build()));
    }

    /// Pays for a request.
    ///
    /// @return after which time it may come again, where it may not come now
    Optional<Duration> enter() {
        Optional<Duration> debt = kilobytes
                .filter(limiter -> limiter.getMetrics().getAvailablePermissions() < 0)
                .map(limiter -> SECOND.multipliedBy(Math.ceilDiv(
                        -limiter.getMetrics().getAvailablePermissions(),
                        limiter.getRateLimiterConfig().getLimitForPeriod())));
        if (debt.isPresent()) {
            return debt;
        }
        return requests.filter(limiter -> !limiter.acquirePermission()).map(_ -> SECOND);
    }

    /// Pays for bytes.
    void spend(long bytes) {
        if (bytes > 0 && kilobytes.isPresent()) {
            RateLimiter limiter = kilobytes.get();
            long most = (long) limiter.getRateLimiterConfig().getLimitForPeriod() * (LONGEST_DEBT_SECONDS - 1);
            long units = Math.min(Math.min(Math.ceilDiv(bytes, UNIT_BYTES), most), Integer.MAX_VALUE);
            long unused = limiter.reservePermission((int) units);
        }
    }

    /// The value of `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).
    String policy() {
        List<String> items = new ArrayList<>();
        requests.ifPresent(limiter ->
                items.add("\"requests\";q=" + limiter.getRateLimiterConfig().getLimitForPeriod() + ";w=1"));
        kilobytes.ifPresent(limiter ->
                items.add("\"bytes\";q=" + (long) limiter.getRateLimiterConfig().getLimitForPeriod() * UNIT_BYTES
                        + ";w=1;qu=\"content-bytes\""));
        return String.join(", ", items);
    }

    /// The value of `RateLimit`.
    String left() {
        List<String> items = new ArrayList<>();
        requests.ifPresent(limiter -> items.add("\"requests\";r=" + left(limiter) + ";t=1"));
        kilobytes.ifPresent(limiter -> items.add("\"bytes\";r=" + left(limiter) * UNIT_BYTES + ";t=1"));
        return String.join(", ", items);
    }

    private static long left(RateLimiter limiter) {
        return Math.max(0, limiter.getMetrics().getAvailablePermissions());
    }
}
