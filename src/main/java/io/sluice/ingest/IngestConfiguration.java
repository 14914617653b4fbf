package io.sluice.ingest;

import io.sluice.api.Limits;
import io.sluice.batch.Admission;
import io.sluice.compute.ParquetWriter;
import io.sluice.datafile.DataFileStore;
import io.sluice.ingest.stage.RowStager;
import io.sluice.storage.Storages;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What the way in is made of.
@Configuration(proxyBeanMethods = false)
class IngestConfiguration {

    @Bean
    Admission ingestAdmission(Limits limits) {
        return new Admission(limits.concurrentIngests(), limits.bytesInFlight().toBytes(), new SecureRandom());
    }

    @Bean
    DataFileStore dataFileStore(ParquetWriter writer, Storages storages) {
        return new DataFileStore(writer, storages, Clock.systemUTC(), UUID::randomUUID);
    }

    @Bean
    RowStager rowStager(DataFileStore files) {
        return new RowStager(files);
    }
}
