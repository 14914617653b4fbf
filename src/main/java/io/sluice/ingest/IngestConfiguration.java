package io.sluice.ingest;

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

    @Bean
    RowStager rowStager(DataFileStore files) {
        return new RowStager(files);
    }

    @Bean
    Overwriting overwriting(RowStager stager, RowRewriter rewriter, DataFileStore files, Limits limits) {
        return new Overwriting(stager, rewriter, files, limits, Clock.systemUTC());
    }
}
