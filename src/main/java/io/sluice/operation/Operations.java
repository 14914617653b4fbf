package io.sluice.operation;

import io.sluice.api.Problems;
import io.sluice.api.RequestId;
import io.sluice.api.Requester;
import io.sluice.api.TableMetrics;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.TableName;
import io.sluice.table.User;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs operations, a bounded number at a time, and knows those of other replicas by what they left below the root.
@Component
public class Operations implements ApplicationListener<ContextClosedEvent>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final OperationStore store;
    private final Claims claims;
    private final OperationSettings settings;
    private final JsonMapper json;
    private final Clock clock;
    private final TableMetrics metrics;
    private final List<OperationListener> listeners;
    private final Semaphore places;
    private final KnownOperations known;
    private final ScheduledExecutorService heartbeat = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("operations-heartbeat").factory());
    private volatile boolean stopping;

    public Operations(
            Storages storages,
            OperationSettings settings,
            JsonMapper json,
            Clock clock,
            TableMetrics metrics,
            List<OperationListener> listeners) {
        this.metrics = metrics;
        this.listeners = listeners;
        this.store = new OperationStore(storages, json);
        this.claims = new Claims(store);
        this.known = new KnownOperations(store, settings, json, clock);
        this.settings = settings;
        this.json = json;
        this.clock = clock;
        this.places = new Semaphore(settings.concurrent(), true);
        long nanos = settings.heartbeat().toNanos();
        var unusedSigns = heartbeat.scheduleWithFixedDelay(this::signOfLife, nanos, nanos, TimeUnit.NANOSECONDS);
        // On a thread of its own: no sign of life waits for it.
        var unusedSweeps = heartbeat.scheduleWithFixedDelay(
                () -> Thread.ofVirtual().name("operations-sweep").start(known::sweep), 1, 1, TimeUnit.HOURS);
    }

    /// Begins an operation for a client.
    ///
    /// @throws FailureException as below
    public Operation submit(String kind, TableName table, Sharing sharing, OperationWork work) {
        return submit(Trigger.REQUEST, kind, table, sharing, work);
    }

    /// Begins an operation, at once or when one of those before it has ended.
    ///
    /// @throws FailureException `overloaded`, `shutting-down`, `storage-unavailable`; `operation-in-progress` when
    ///     another one excludes it
    public Operation submit(Trigger trigger, String kind, TableName table, Sharing sharing, OperationWork work) {
        if (stopping) {
            throw new Failure.ShuttingDown(RETRY_AFTER).asException();
        }
        long unfinished = known.own().stream()
                .filter(operation -> !operation.current().state().isFinished())
                .count();
        if (unfinished >= settings.concurrent() + settings.waiting()) {
            throw new Failure.Overloaded("sluice.operations.waiting", RETRY_AFTER).asException();
        }
        Instant now = clock.instant();
        var operation = new OwnOperation(
                Operation.queued(newId(now), kind, table.toString(), trigger, now), settings.silence(), clock);
        String id = operation.current().id();
        store.put(operation.current());
        try {
            sharing.claim(kind).ifPresent(name -> claims.take(name, id, known::living));
        } catch (FailureException refused) {
            store.delete(id);
            throw refused;
        }
        known.add(operation);
        Optional<User> user = Requester.current();
        Optional<String> request = RequestId.current();
        Thread.ofVirtual().name("operation-" + id).start(() -> {
            try {
                run(operation, control -> Requester.working(user, () -> work.run(control)));
            } finally {
                listeners.forEach(listener -> listener.ended(operation.current(), user, request));
                operation.end();
            }
        });
        return operation.current();
    }

    private static String newId(Instant now) {
        return String.format(
                "%012x-%012x", now.toEpochMilli(), UUID.randomUUID().getLeastSignificantBits() & 0xFFFF_FFFF_FFFFL);
    }

    private void run(OwnOperation operation, OperationWork work) {
        try {
            places.acquire();
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
        try {
            operation.begin();
            save(operation);
            Object result = work.run(operation);
            operation.become(operation.current().succeeded(json.valueToTree(result), clock.instant()));
        } catch (OperationStoppedException stopped) {
            operation.become(
                    switch (operation.stop()) {
                        case CANCELLED -> operation.current().cancelled(clock.instant());
                        case UNHEARD -> failed(operation.current(), new Failure.OperationAbandoned());
                        case NOT, SHUTTING_DOWN -> failed(operation.current(), new Failure.ShuttingDown(RETRY_AFTER));
                    });
        } catch (FailureException e) {
            LOG.info(
                    "The {} of {} failed",
                    operation.current().kind(),
                    operation.current().table(),
                    e);
            operation.become(failed(operation.current(), e.failure()));
        } catch (Exception | Error e) {
            LOG.error(
                    "The {} of {} failed",
                    operation.current().kind(),
                    operation.current().table(),
                    e);
            operation.become(failed(operation.current(), new Failure.Internal()));
        } finally {
            places.release();
            save(operation);
            measure(operation.current());
        }
    }

    private void measure(Operation ended) {
        Instant started = ended.startedAt();
        if (started != null) {
            long nanos = Duration.between(started, clock.instant()).toNanos();
            int failures = ended.state() == OperationState.FAILED ? 1 : 0;
            metrics.record(TableName.parse(ended.table()), ended.kind(), failures, nanos, 0, 0);
        }
    }

    private Operation failed(Operation operation, Failure failure) {
        JsonNode problem =
                json.valueToTree(Problems.of(failure).about("/v1/operations/" + operation.id(), operation.id()));
        return operation.failed(problem, clock.instant());
    }

    private void save(OwnOperation operation) {
        Instant sign = clock.instant();
        try {
            store.put(operation.current());
            operation.saved(sign);
        } catch (RuntimeException silent) {
            LOG.warn(
                    "The state of operation {} is saved later",
                    operation.current().id(),
                    silent);
        }
    }

    /// For every unfinished operation of this process, and those whose end could not be saved.
    private void signOfLife() {
        for (OwnOperation operation : known.own()) {
            boolean finished = operation.current().state().isFinished();
            if (!finished && store.isWantedCancelled(operation.current().id())) {
                operation.stop(OwnOperation.Stop.CANCELLED);
            }
            if (!finished || !operation.isSaved()) {
                save(operation);
            }
        }
        known.forgetOld();
    }

    /// Waits for the end of an operation of this process, however long that takes.
    public void awaitEnd(Operation operation) {
        known.own(operation.id()).ifPresent(OwnOperation::awaitEnd);
    }

    /// How long is waited where somebody wishes this.
    Duration granted(Duration wish) {
        return wish.compareTo(settings.longestWait()) > 0 ? settings.longestWait() : wish;
    }

    /// Waits for the end of an operation of this process, for no longer than is allowed.
    ///
    /// @return how it stands then
    public Operation await(Operation operation, Duration wish) {
        OwnOperation mine = known.own(operation.id()).orElse(null);
        if (mine == null) {
            return operation;
        }
        try {
            var unused = mine.await(granted(wish));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return mine.current();
    }

    /// @throws FailureException `operation-not-found`
    Operation find(String id) {
        return known.find(id);
    }

    /// Operations that satisfy the condition, the newest first.
    ///
    /// @param before an id; empty for the beginning
    /// @param most how many
    List<Operation> list(Predicate<Operation> wanted, String before, int most) {
        return known.list(wanted, before, most);
    }

    /// Asks an operation to stop where nothing is half done. One that is finished stays as it is.
    ///
    /// @return how it stands now
    /// @throws FailureException `operation-not-found`
    Operation cancel(String id) {
        Operation operation = find(id);
        if (operation.state().isFinished()) {
            return operation;
        }
        OwnOperation mine = known.own(id).orElse(null);
        if (mine == null) {
            store.wantCancelled(id);
            return operation;
        }
        mine.cancel();
        if (mine.current().state().isFinished()) {
            save(mine);
        }
        return mine.current();
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        stopping = true;
        known.own().forEach(operation -> operation.stop(OwnOperation.Stop.SHUTTING_DOWN));
    }

    @Override
    public void close() throws InterruptedException {
        stopping = true;
        heartbeat.shutdownNow();
        Instant limit = clock.instant().plus(settings.drainTime());
        for (OwnOperation operation : known.own()) {
            operation.stop(OwnOperation.Stop.SHUTTING_DOWN);
            Duration left = Duration.between(clock.instant(), limit);
            if (!operation.await(left.isNegative() ? Duration.ZERO : left)) {
                operation.become(failed(operation.current(), new Failure.ShuttingDown(RETRY_AFTER)));
                save(operation);
            }
        }
    }
}
