package io.sluice.commit.group;

import io.sluice.commit.CommitSettings;
import io.sluice.table.Failure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The requests that wait for one table. One thread at a time commits for them, group by group, and ends when none
/// waits.
///
/// While requests crowd (more than one in the last group, or some arrived during its commit) a commit begins no sooner
/// than the linger after the one before, so that small files do not pile up. A client alone sends its next request
/// after the answer and is never held back.
public final class TableQueue {

    private static final Logger LOG = LoggerFactory.getLogger(TableQueue.class);

    private final CommitSettings settings;
    private final Surroundings surroundings;
    private final GroupCommit commits;
    private final Executor threads;

    /// Held by whoever changes the table, in the order in which they came: the committing thread, a change, or one
    /// that drops it.
    private final ReentrantLock turn = new ReentrantLock(true);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Deque<Member<?>> waiting = new ArrayDeque<>();
    private boolean working;
    private boolean closed;
    private boolean crowded;
    private Instant lastBegun = Instant.MIN;

    /// @param threads gives each task one of its own
    public TableQueue(CommitSettings settings, Surroundings surroundings, GroupCommit commits, Executor threads) {
        this.settings = settings;
        this.surroundings = surroundings;
        this.commits = commits;
        this.threads = threads;
    }

    /// Takes a request in, or says why not.
    public Optional<Failure> offer(Member<?> member) {
        lock.lock();
        try {
            if (closed) {
                return Optional.of(new Failure.ShuttingDown(surroundings.retryAfter()));
            }
            if (waiting.size() >= settings.queueRequests()) {
                return Optional.of(new Failure.Overloaded("sluice.commit.queue-requests", surroundings.retryAfter()));
            }
            waiting.add(member);
            if (!working && !begins()) {
                waiting.removeLast();
                return Optional.of(new Failure.Internal());
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /// Whether there was a thread to be had for those who wait.
    private boolean begins() {
        working = true;
        try {
            threads.execute(this::work);
            return true;
        } catch (RuntimeException | Error noThread) {
            working = false;
            LOG.error("There is no thread for commits", noThread);
            return false;
        }
    }

    /// Takes a request back whose group has not started.
    ///
    /// @return whether it was still waiting
    public boolean withdraw(Member<?> member) {
        lock.lock();
        try {
            return waiting.removeIf(candidate -> candidate.equals(member));
        } finally {
            lock.unlock();
        }
    }

    /// Runs between two commits of this table.
    public void inTurn(Runnable change) {
        turn.lock();
        try {
            change.run();
        } finally {
            turn.unlock();
        }
    }

    /// Something that reads the storage and has a result.
    @FunctionalInterface
    public interface Change<T> {
        T run() throws IOException;
    }

    /// The same for what has a result.
    public <T> T callInTurn(Change<T> change) throws IOException {
        turn.lock();
        try {
            return change.run();
        } finally {
            turn.unlock();
        }
    }

    /// Takes no more requests.
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until no request waits and none is being committed.
    ///
    /// @return whether that was so in time
    public boolean awaitIdle(Duration limit) throws InterruptedException {
        long nanos = limit.toNanos();
        lock.lock();
        try {
            while (working && nanos > 0) {
                nanos = idle.awaitNanos(nanos);
            }
            return !working;
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        try {
            for (Optional<Duration> pause = pause(); pause.isPresent(); pause = pause()) {
                linger(pause.get());
                List<Member<?>> group = take();
                try {
                    if (!group.isEmpty()) {
                        inTurn(() -> commit(group));
                    }
                } finally {
                    group.forEach(Member::tell);
                }
            }
        } catch (RuntimeException | Error broken) {
            end();
            LOG.error("Commits to a table broke off: who waited for one is refused", broken);
        }
    }

    /// The next request begins anew. Those that wait are refused rather than tried: what broke may go on.
    private void end() {
        lock.lock();
        try {
            working = false;
            idle.signalAll();
            refuse(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
    }

    private static void refuse(Collection<Member<?>> members) {
        for (Member<?> member : members) {
            member.refuse(new Failure.Internal());
            member.tell();
        }
    }

    /// How long to wait before the next group; none when no request waits, and then this thread is done.
    private Optional<Duration> pause() {
        lock.lock();
        try {
            if (waiting.isEmpty()) {
                working = false;
                idle.signalAll();
                return Optional.empty();
            }
            if (!crowded || closed) {
                return Optional.of(Duration.ZERO);
            }
            return Optional.of(Duration.between(surroundings.clock().instant(), lastBegun.plus(settings.linger())));
        } finally {
            lock.unlock();
        }
    }

    private void linger(Duration pause) {
        if (!pause.isPositive()) {
            return;
        }
        try {
            // A clock that was set back must not hold requests up.
            surroundings.sleeper().sleep(pause.compareTo(settings.linger()) < 0 ? pause : settings.linger());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /// The first request that waits and, in order, all that may go with it.
    private List<Member<?>> take() {
        Instant now = surroundings.clock().instant();
        List<Member<?>> group = new ArrayList<>();
        Set<String> applicationIds = new HashSet<>();
        long rows = 0;
        lock.lock();
        try {
            Iterator<Member<?>> candidates = waiting.iterator();
            while (candidates.hasNext() && group.size() < settings.groupRequests()) {
                Member<?> candidate = candidates.next();
                if (candidate.expires().isBefore(now)) {
                    candidate.refuse(new Failure.Overloaded("sluice.commit.queue-time", surroundings.retryAfter()));
                    candidate.tell();
                    candidates.remove();
                } else if (group.isEmpty() || joins(group.getFirst(), candidate, applicationIds, rows)) {
                    candidate.applicationId().ifPresent(applicationIds::add);
                    rows += candidate.request().rowCount();
                    group.add(candidate);
                    candidates.remove();
                }
            }
        } catch (RuntimeException | Error broken) {
            refuse(group);
            throw broken;
        } finally {
            lock.unlock();
        }
        return group;
    }

    /// A commit has one `txn` per application id, so two requests of one producer go into two commits, in their
    /// order.
    private boolean joins(Member<?> first, Member<?> candidate, Set<String> applicationIds, long rows) {
        return candidate.mayShareCommitWith(first)
                && rows + candidate.request().rowCount() <= settings.groupRows()
                && candidate.applicationId().filter(applicationIds::contains).isEmpty();
    }

    private void commit(List<Member<?>> group) {
        Instant begun = surroundings.clock().instant();
        commits.commit(sameRows(group));
        lock.lock();
        try {
            lastBegun = begun;
            crowded = group.size() > 1 || !waiting.isEmpty();
            if (group.stream().allMatch(Member::isLeftOpenByStore)) {
                turnAwayWhoWaitsTooLong();
            }
        } finally {
            lock.unlock();
        }
    }

    /// While the store is silent each group takes as long as it may, and who waits would wait for two of them.
    private void turnAwayWhoWaitsTooLong() {
        Instant recent =
                surroundings.clock().instant().minus(settings.silenceTime().dividedBy(4));
        waiting.removeIf(member -> {
            boolean waitedLong = member.expires().minus(settings.queueTime()).isBefore(recent);
            if (waitedLong) {
                member.refuse(new Failure.StorageUnavailable(surroundings.retryAfter()));
                member.tell();
            }
            return waitedLong;
        });
    }

    /// Members of a group have the same stager, so the same kind of rows.
    @SuppressWarnings("unchecked")
    private static List<Member<Object>> sameRows(List<Member<?>> group) {
        return (List<Member<Object>>) (List<?>) group;
    }
}
