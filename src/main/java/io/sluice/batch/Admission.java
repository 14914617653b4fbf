package io.sluice.batch;

import io.sluice.table.Failure;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// Who may bring a body: so many at a time, with so many bytes together. Asked before the first byte is read.
///
/// Those who find no place wait in the order in which they came. Who waits long, or finds too many waiting, is
/// refused: a refusal costs next to nothing, so that what the process can do goes to those whom it has let in.
public final class Admission {

    private static final long WAIT_SECONDS = 5;

    private final Semaphore requests;
    private final int maxWaiting;
    private final AtomicLong bytes = new AtomicLong();
    private final long maxBytes;
    private final RandomGenerator random;

    /// @param concurrentRequests that have a place
    /// @param waitingRequests that wait for one
    /// @param bytesInFlight of all that have a place
    public Admission(int concurrentRequests, int waitingRequests, long bytesInFlight, RandomGenerator random) {
        this.requests = new Semaphore(concurrentRequests, true);
        this.maxWaiting = waitingRequests;
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
        awaitPlace();
        var ticket = new Ticket();
        try {
            ticket.grow(announcedBytes);
            return ticket;
        } catch (RuntimeException e) {
            ticket.close();
            throw e;
        }
    }

    /// Bytes of all that have a place.
    public long bytesInFlight() {
        return bytes.get();
    }

    /// What they may be.
    public long mostBytesInFlight() {
        return maxBytes;
    }

    /// Requests that have no place yet.
    public int waiting() {
        return requests.getQueueLength();
    }

    private void awaitPlace() throws InterruptedException {
        // A fair semaphore lets an attempt without a wait barge in; one with a wait of nothing stands in the line.
        if (requests.tryAcquire(0, TimeUnit.SECONDS)) {
            return;
        }
        // Close to the bound two may pass at once: it is one on memory, not on work.
        if (waiting() >= maxWaiting) {
            throw overloaded("sluice.limits.waiting-ingests");
        }
        if (!requests.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
            throw overloaded("sluice.limits.concurrent-ingests");
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
