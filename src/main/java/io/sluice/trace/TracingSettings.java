package io.sluice.trace;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where traces go.
///
/// @param endpoint of a collector that takes OTLP over HTTP, `http://collector:4318/v1/traces`; empty: nothing is
///     traced
/// @param sample the share of requests that are traced where the caller has not decided, from 0 to 1
@ConfigurationProperties("sluice.tracing")
record TracingSettings(
        @DefaultValue("") String endpoint,
        @DefaultValue("1.0") double sample) {

    TracingSettings {
        String scheme = endpoint.isEmpty()
                ? "http"
                : String.valueOf(URI.create(endpoint).getScheme());
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("sluice.tracing.endpoint is no address of HTTP: " + endpoint);
        }
        if (!(sample >= 0 && sample <= 1)) {
            throw new IllegalArgumentException("sluice.tracing.sample is a share from 0 to 1, not " + sample);
        }
    }
}
