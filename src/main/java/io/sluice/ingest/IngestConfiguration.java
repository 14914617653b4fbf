package io.sluice.ingest;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.sluice.api.Limits;
import io.sluice.batch.Admission;
import io.sluice.datafile.DataFileStore;
import io.sluice.datafile.RowRewriter;
import io.sluice.ingest.overwrite.Overwriting;
import io.sluice.ingest.stage.RowStager;
import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What the way in is made of.
@Configuration(proxyBeanMethods = false)
class IngestConfiguration {

    @Bean
    Admission ingestAdmission(Limits limits) {
        return new Admission(
                limits.concurrentIngests(),
                limits.waitingIngests(),
                limits.bytesInFlight().toBytes(),
                new SecureRandom());
    }

    /// What an operator sees of those who bring bodies.
    @Bean
    MeterBinder admissionMetrics(Admission ingestAdmission) {
        return registry -> {
            Gauge.builder("sluice.ingest.inflight", ingestAdmission, Admission::bytesInFlight)
                    .baseUnit(BaseUnits.BYTES)
                    .description("Of bodies that are being read or wait for a commit")
                    .register(registry);
            Gauge.builder("sluice.ingest.inflight.limit", ingestAdmission, Admission::mostBytesInFlight)
                    .baseUnit(BaseUnits.BYTES)
                    .description("What they may be (sluice.limits.bytes-in-flight)")
                    .register(registry);
            Gauge.builder("sluice.ingest.waiting", ingestAdmission, Admission::waiting)
                    .description("Requests that wait for a place")
                    .register(registry);
        };
    }

    @Bean
    RowStager rowStager(DataFileStore files) {
        return new RowStager(files);
    }

    @Bean
    Overwriting overwriting(RowStager stager, RowRewriter rewriter, DataFileStore files, Limits limits) {
        return new Overwriting(stager, rewriter, files, limits, Clock.systemUTC());
    }
}
