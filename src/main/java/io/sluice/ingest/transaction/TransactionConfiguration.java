package io.sluice.ingest.transaction;

import io.sluice.api.Limits;
import io.sluice.catalog.Catalog;
import io.sluice.commit.TableCommits;
import io.sluice.datafile.DataFileStore;
import io.sluice.delta.Snapshots;
import io.sluice.ingest.RowsIngest;
import io.sluice.storage.Storages;
import java.time.Clock;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What transactions are made of.
@Configuration(proxyBeanMethods = false)
class TransactionConfiguration {

    @Bean
    TransactionSweep transactionSweep(
            Storages storages, Snapshots snapshots, TableCommits commits, DataFileStore files) {
        return new TransactionSweep(storages, snapshots, commits, files, Clock.systemUTC());
    }

    @Bean
    TransactionSweeper transactionSweeper(Catalog catalog, TransactionSweep sweep, TransactionSettings settings) {
        return new TransactionSweeper(catalog, sweep, settings.sweepInterval());
    }

    @Bean
    Transactions transactions(
            RowsIngest ingest,
            Catalog catalog,
            TableCommits commits,
            DataFileStore files,
            Storages storages,
            TransactionSettings settings,
            Limits limits,
            TransactionSweep sweep) {
        if (settings.expiry().plus(TransactionSweep.LOG_REMEMBERS).compareTo(limits.idempotencyWindow()) > 0) {
            throw new IllegalArgumentException(
                    "sluice.transactions.expiry must be two hours shorter than sluice.limits.idempotency-window");
        }
        return new Transactions(
                ingest,
                new Transactions.Surroundings(catalog, commits, files, storages, Clock.systemUTC(), UUID::randomUUID),
                settings,
                sweep);
    }
}
