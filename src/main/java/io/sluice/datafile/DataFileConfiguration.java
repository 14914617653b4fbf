package io.sluice.datafile;

import io.sluice.compute.ParquetWriter;
import io.sluice.storage.Storages;
import java.time.Clock;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What makes data files.
@Configuration(proxyBeanMethods = false)
class DataFileConfiguration {

    @Bean
    DataFileStore dataFileStore(ParquetWriter writer, Storages storages) {
        return new DataFileStore(writer, storages, Clock.systemUTC(), UUID::randomUUID);
    }
}
