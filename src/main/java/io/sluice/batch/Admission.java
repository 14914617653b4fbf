package io.sluice.batch;

import io.sluice.table.Failure;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// Who may bring a body: so many at a time, with so many bytes together. Asked before the first byte is read.
public final class Admission {

    private static final long WAIT_SECONDS = 5;

    private final Semaphore requests;
    private final AtomicLong bytes = new AtomicLong();
    private final long maxBytes;
    private final RandomGenerator random;

    public Admission(int concurrentRequests, long bytesInFlight, RandomGenerator random) {
        this.requests = new Semaphore(concurrentRequests, true);
        this.maxBytes = bytesInFlight;
        this.random = random;
    }

    /// A place, until the ticket is closed.
    ///
    /// @param announcedBytes of the body; 0 where they are not known
    /// @throws io.sluice.table.FailureException `overloaded` when there is no place, `too-large` when there never
    ///     is
    public Ticket enter(long announcedBytes) throws InterruptedException {
        if (announcedBytes > maxBytes) {
            throw new Failure.TooLarge("sluice.limits.bytes-in-flight", maxBytes, "bytes").asException();
        }
        if (!requests.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
            throw overloaded("sluice.limits.concurrent-ingests");
        }
        var ticket = new Ticket();
        try {
            ticket.grow(announcedBytes);
            return ticket;
        } catch (RuntimeException e) {
            ticket.close();
            throw e;
        }
    }

    private RuntimeException overloaded(String limit) {
        return new Failure.Overloaded(limit, Duration.ofMillis(1000 + random.nextLong(4000))).asException();
    }

    /// A request's place.
    public final class Ticket implements AutoCloseable {

        private long held;

        /// Takes more bytes when the body turns out to have them.
        void grow(long total) {
            if (total > held) {
                long more = total - held;
                if (bytes.addAndGet(more) > maxBytes) {
                    bytes.addAndGet(-more);
                    throw overloaded("sluice.limits.bytes-in-flight");
                }
                held = total;
            }
        }

        @Override
        public void close() {
            bytes.addAndGet(-held);
            held = 0;
            requests.release();
        }
    }
}
