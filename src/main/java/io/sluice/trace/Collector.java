package io.sluice.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Sends spans to a collector in the background, in batches. What waits for it is bounded: what it does not take in
/// time is dropped.
final class Collector implements AutoCloseable {

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final int MOST_WAITING = 4_096;
    private static final Duration BETWEEN_BATCHES = Duration.ofSeconds(1);
    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(5);
    private static final Duration LONGEST_END = Duration.ofSeconds(3);

    private static final TextMapGetter<Function<String, @Nullable String>> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Function<String, @Nullable String> headers) {
            return List.of();
        }

        @Override
        public @Nullable String get(@Nullable Function<String, @Nullable String> headers, String name) {
            return headers == null ? null : headers.apply(name);
        }
    };

    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final Clock clock = Clock.getDefault();

    Collector(String endpoint, double sample) {
        var exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(endpoint)
                .setTimeout(LONGEST_REQUEST)
                .setConnectTimeout(LONGEST_REQUEST)
                .build();
        this.provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault()
                        .merge(Resource.builder().put("service.name", "sluice").build()))
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(sample)))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setMaxQueueSize(MOST_WAITING)
                        .setScheduleDelay(BETWEEN_BATCHES)
                        .setExporterTimeout(LONGEST_REQUEST)
                        .build())
                .build();
        this.tracer = provider.get("io.sluice");
    }

    /// @param given method of HTTP; one that is not known is called `_OTHER`, as OpenTelemetry's conventions do
    RequestSpan begin(String given, Function<String, @Nullable String> header) {
        String method = METHODS.contains(given) ? given : "_OTHER";
        Context caller = W3CTraceContextPropagator.getInstance().extract(Context.root(), header, HEADERS);
        long begun = clock.now();
        Span span = tracer.spanBuilder(method)
                .setParent(caller)
                .setSpanKind(SpanKind.SERVER)
                .setStartTimestamp(begun, TimeUnit.NANOSECONDS)
                .setAttribute(AttributeKey.stringKey("http.request.method"), method)
                .startSpan();
        return new RequestSpan(method, span, caller, new Trail(tracer, clock::now));
    }

    @Override
    public void close() {
        var unused = provider.shutdown().join(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS);
    }
}
