package io.sluice.ingest.transaction;

import io.sluice.catalog.Catalog;
import io.sluice.table.FailureException;
import io.sluice.table.TableName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

/// Sweeps from time to time: at first every table, for what was begun before this process, then those that have
/// transactions.
class TransactionSweeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TransactionSweeper.class);
    private static final int PAGE = 1_000;

    private final Catalog catalog;
    private final TransactionSweep sweep;
    private final Duration interval;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("transactions").factory());

    TransactionSweeper(Catalog catalog, TransactionSweep sweep, Duration interval) {
        this.catalog = catalog;
        this.sweep = sweep;
        this.interval = interval;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        timer.execute(this::watchAll);
        var unused = timer.scheduleWithFixedDelay(
                sweep::sweepAll, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void watchAll() {
        try {
            List<TableName> page = catalog.tables(Optional.empty(), PAGE);
            while (!page.isEmpty() && !timer.isShutdown()) {
                page.forEach(table -> sweep.watch(catalog.locate(table)));
                sweep.sweepAll();
                page = catalog.tables(Optional.of(page.getLast()), PAGE);
            }
        } catch (FailureException silent) {
            LOG.info("Transactions that were begun before are looked at when their table is next used", silent);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
