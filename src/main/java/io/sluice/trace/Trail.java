package io.sluice.trace;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.ContextKey;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// What goes along with a request that is traced.
///
/// @param clock nanoseconds since 1970
/// @param lastEnd of a stage of this request; 0 before the first
record Trail(Tracer tracer, LongSupplier clock, AtomicLong lastEnd) {

    static final ContextKey<Trail> KEY = ContextKey.named("sluice-trail");
    static final Trail NONE = new Trail(OpenTelemetry.noop().getTracer(""), () -> 0);

    Trail(Tracer tracer, LongSupplier clock) {
        this(tracer, clock, new AtomicLong());
    }

    long now() {
        return clock.getAsLong();
    }

    /// Remembers that a stage ends now.
    long mark() {
        long now = now();
        lastEnd.accumulateAndGet(now, Math::max);
        return now;
    }
}
