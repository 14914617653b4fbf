package io.sluice.compute;

import io.sluice.compute.change.FileRewriting;
import io.sluice.compute.change.KeyReader;
import io.sluice.compute.change.RowChanges;
import io.sluice.compute.decode.Parsers;
import io.sluice.compute.decode.RowDecoder;
import io.sluice.storage.StorageProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What turns bodies into rows and rows into files.
@Configuration(proxyBeanMethods = false)
class WritingConfiguration {

    @Bean
    Parsers parsers(ComputeProperties compute) {
        return new Parsers(compute.usableThreads());
    }

    @Bean
    RowDecoder rowDecoder(Parsers parsers, DuckDb duckDb, StorageProperties storage) {
        return new RowDecoder(
                parsers, duckDb, storage.scratchDirectory().toAbsolutePath().resolve("bodies"));
    }

    @Bean
    ParquetWriter parquetWriter(DuckDb duckDb) {
        return new ParquetWriter(duckDb);
    }

    @Bean
    RuleProbe ruleProbe(DuckDb duckDb) {
        return new RuleProbe(duckDb);
    }

    @Bean
    FileRewriting fileRewriting(DuckDb duckDb) {
        return new FileRewriting(duckDb);
    }

    @Bean
    RowChanges rowChanges(DuckDb duckDb, ParquetWriter parquetWriter) {
        return new RowChanges(duckDb, parquetWriter);
    }

    @Bean
    KeyReader keyReader(DuckDb duckDb) {
        return new KeyReader(duckDb);
    }
}
