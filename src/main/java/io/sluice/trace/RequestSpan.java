package io.sluice.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.concurrent.TimeUnit;

/// The span of one request, current on its thread until it is closed. What comes after the last stage is the stage
/// `answer`.
public final class RequestSpan implements AutoCloseable {

    private static final int FIRST_SERVER_ERROR = 500;

    private final String method;
    private final Span span;
    private final Trail trail;
    private final Context context;
    private final Scope scope;

    @SuppressWarnings("MustBeClosedChecker") // close() does
    RequestSpan(String method, Span span, Context caller, Trail trail) {
        this.method = method;
        this.span = span;
        this.trail = trail;
        Context own = caller.with(span);
        this.context = span.isRecording() ? own.with(Trail.KEY, trail) : own;
        this.scope = context.makeCurrent();
    }

    /// The trace that the request belongs to, 32 hexadecimal digits.
    public String traceId() {
        return span.getSpanContext().getTraceId();
    }

    /// This span as W3C Trace Context writes it: `00-<trace>-<span>-<flags>`.
    public String header() {
        SpanContext own = span.getSpanContext();
        return "00-" + own.getTraceId() + "-" + own.getSpanId() + "-"
                + own.getTraceFlags().asHex();
    }

    /// What became of the request.
    ///
    /// @param requestId that its answer and the log name
    /// @param route the pattern of its path
    public void answered(String requestId, String route, int status) {
        span.updateName(method + " " + route);
        span.setAttribute(AttributeKey.stringKey("http.route"), route);
        span.setAttribute(AttributeKey.longKey("http.response.status_code"), (long) status);
        span.setAttribute(AttributeKey.stringKey("sluice.request.id"), requestId);
        if (status >= FIRST_SERVER_ERROR) {
            span.setStatus(StatusCode.ERROR);
        }
    }

    @Override
    public void close() {
        long lastStage = trail.lastEnd().get();
        long now = trail.now();
        if (span.isRecording() && lastStage > 0) {
            trail.tracer()
                    .spanBuilder("answer")
                    .setParent(context)
                    .setStartTimestamp(lastStage, TimeUnit.NANOSECONDS)
                    .startSpan()
                    .end(now, TimeUnit.NANOSECONDS);
        }
        scope.close();
        span.end(now, TimeUnit.NANOSECONDS);
    }
}
