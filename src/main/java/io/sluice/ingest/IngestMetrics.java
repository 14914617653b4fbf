package io.sluice.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.compute.RowFormat;
import java.time.Duration;
import org.springframework.stereotype.Component;

/// What came in, by format.
@Component
class IngestMetrics {

    private static final String FORMAT = "format";

    private final MeterRegistry meters;

    IngestMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    /// A batch was read and checked.
    ///
    /// @param bytes on the wire
    void rows(RowFormat format, long rows, long badRows, long bytes) {
        String name = format.name();
        meters.counter("sluice.ingest.requests", FORMAT, name).increment();
        meters.counter("sluice.ingest.rows", FORMAT, name).increment((double) rows);
        meters.counter("sluice.ingest.rows.bad", FORMAT, name).increment((double) badRows);
        meters.counter("sluice.ingest.bytes", FORMAT, name).increment((double) bytes);
    }

    /// A body was decoded, in the time that this and the client took.
    void decoded(RowFormat format, Duration time) {
        meters.timer("sluice.ingest.decode", FORMAT, format.name()).record(time);
    }
}
