package io.sluice.trace;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/// Begins a span for each request, where traces are wanted.
@Component
public class Tracing implements DisposableBean {

    private final Optional<Collector> collector;

    Tracing(TracingSettings settings) {
        this.collector = settings.endpoint().isEmpty()
                ? Optional.empty()
                : Optional.of(new Collector(settings.endpoint(), settings.sample()));
    }

    /// The span of a request, from now until it is closed; empty where nothing is traced.
    ///
    /// @param method of HTTP
    /// @param header the request's header of a name; its `traceparent` names the span that asks
    public Optional<RequestSpan> begin(String method, Function<String, @Nullable String> header) {
        return collector.map(known -> known.begin(method, header));
    }

    @Override
    public void destroy() {
        collector.ifPresent(Collector::close);
    }
}
