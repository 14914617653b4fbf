package io.sluice.history;

import io.sluice.delta.TableSnapshot;
import io.sluice.history.ChangesRange.Beginning;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.stereotype.Component;

/// Tells the changes of a table as they are committed, until the client leaves or the service stops.
@Component
class ChangesFollower implements ApplicationListener<ContextClosedEvent> {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    /// After so many commits that were there already it is said how far the stream has come.
    private static final int COMMITS_AT_A_TIME = 100;

    private final ChangesReader reader;
    private final ChangesSettings settings;
    private final Semaphore places;
    private final CountDownLatch stopping = new CountDownLatch(1);

    ChangesFollower(ChangesReader reader, ChangesSettings settings) {
        this.reader = reader;
        this.settings = settings;
        this.places = new Semaphore(settings.followers());
    }

    /// What the client gets.
    interface Sink {

        /// Writes changes; a part may be on its way before it returns.
        void rows(ChangesPlan plan) throws Exception;

        /// All changes up to this version were written: sends what is waiting.
        void told(long version) throws IOException;

        /// Whether the client may still be told.
        ///
        /// @throws FailureException when it may not
        void requireStill();

        /// Nothing has happened for a while.
        void heartbeat() throws IOException;
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        stopping.countDown();
    }

    /// Ends only with an exception: the sink's when the client is gone, `shutting-down` when the service stops, or
    /// what makes the next change impossible to tell.
    ///
    /// @throws FailureException what [ChangesReader#plan] throws, `overloaded`
    void follow(ChangesRequest request, Sink sink) throws Exception {
        if (!places.tryAcquire()) {
            throw new Failure.Overloaded("sluice.changes.followers", RETRY_AFTER).asException();
        }
        try {
            tell(request, sink);
        } finally {
            places.release();
        }
    }

    private void tell(ChangesRequest request, Sink sink) throws Exception {
        TableSnapshot latest = reader.latest(request);
        ChangesRange begin = reader.followed(request, latest);
        reader.requireFollowed(request, latest);
        long next = begin.first();
        if (begin.snapshot() == Beginning.SNAPSHOT) {
            sink.rows(reader.plan(request, begin));
            next = begin.last().version() + 1;
        }
        sink.told(next - 1);
        long silent = 0;
        while (true) {
            if (next <= latest.version()) {
                next = catchUp(request, next, latest, sink);
                silent = 0;
            } else if (stopping.await(settings.pollInterval().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new Failure.ShuttingDown(RETRY_AFTER).asException();
            } else if ((silent += settings.pollInterval().toNanos())
                    >= settings.heartbeat().toNanos()) {
                sink.heartbeat();
                silent = 0;
            }
            sink.requireStill();
            latest = later(request, latest, next);
        }
    }

    /// The table as it is now, if it is still the same one.
    private TableSnapshot later(ChangesRequest request, TableSnapshot before, long next) {
        TableSnapshot latest = reader.latest(request);
        if (!latest.metadata().id().equals(before.metadata().id()) || latest.version() < next - 1) {
            throw new Failure.TableNotFound(request.table()).asException();
        }
        return latest;
    }

    /// @return the next version that is not told yet
    private long catchUp(ChangesRequest request, long first, TableSnapshot latest, Sink sink) throws Exception {
        long last = Math.min(latest.version(), first + COMMITS_AT_A_TIME - 1);
        ChangesPlan plan;
        try {
            plan = reader.plan(request, first, last);
        } catch (FailureException e) {
            if (!(e.failure() instanceof Failure.SchemaMismatch) || first == last) {
                throw e;
            }
            // One commit alone has but one schema.
            last = first;
            plan = reader.plan(request, first, last);
        }
        sink.rows(plan);
        sink.told(last);
        return last + 1;
    }
}
