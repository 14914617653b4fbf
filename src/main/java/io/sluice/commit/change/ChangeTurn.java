package io.sluice.commit.change;

import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.CommitSettings;
import io.sluice.table.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Whose turn it is to change one table: in the order in which they came. Whose turn comes takes along those that wait
/// and may go with it.
public final class ChangeTurn {

    /// The part of the longest wait in the queue of appends after which a change is made beside the one before it.
    private static final int PATIENCE = 6;

    private final CommitSettings settings;
    private final Supplier<Duration> retryAfter;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final ReentrantLock counting = new ReentrantLock();
    private final Condition idle = counting.newCondition();
    private int underWay;
    private final Queue<ChangeMember<?, ?>> waiting = new ConcurrentLinkedQueue<>();

    public ChangeTurn(CommitSettings settings, Supplier<Duration> retryAfter) {
        this.settings = settings;
        this.retryAfter = retryAfter;
    }

    /// Waits until the change had its turn, by itself or as part of a group.
    ///
    /// @param commit takes a group, which begins with the one whose turn it is, to its outcome
    public <Q, R> ChangeOutcome<R> take(ChangeMember<Q, R> member, Consumer<List<ChangeMember<Q, R>>> commit) {
        if (!begin()) {
            return new ChangeOutcome.Refused<>(
                    new Failure.Overloaded("sluice.commit.queue-requests", retryAfter.get()));
        }
        try {
            waiting.add(member);
            boolean mine = comes();
            try {
                if (waiting.remove(member)) {
                    commit.accept(mine ? group(member) : List.of(member));
                }
            } finally {
                if (mine) {
                    turn.unlock();
                }
            }
            return member.outcome().join();
        } finally {
            end();
        }
    }

    /// Whether the turn comes while one can wait for it. A change that takes long must not keep the others from
    /// theirs: they are made beside it then, and the log decides.
    private boolean comes() {
        try {
            return turn.tryLock(settings.queueTime().dividedBy(PATIENCE).toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean begin() {
        counting.lock();
        try {
            if (underWay >= settings.queueRequests()) {
                return false;
            }
            underWay++;
            return true;
        } finally {
            counting.unlock();
        }
    }

    private void end() {
        counting.lock();
        try {
            underWay--;
            idle.signalAll();
        } finally {
            counting.unlock();
        }
    }

    /// The request whose turn it is, and those that wait and may go with it. A commit has one `txn` per
    /// application id.
    private <Q, R> List<ChangeMember<Q, R>> group(ChangeMember<Q, R> first) {
        List<ChangeMember<Q, R>> group = new ArrayList<>();
        List<Q> wants = new ArrayList<>();
        Set<String> applicationIds = new HashSet<>();
        group.add(first);
        wants.add(first.what());
        first.applicationId().ifPresent(applicationIds::add);
        Iterator<ChangeMember<?, ?>> others = waiting.iterator();
        while (others.hasNext() && group.size() < settings.groupRequests()) {
            ChangeMember<?, ?> candidate = others.next();
            if (!candidate.mayShareCommitWith(first)) {
                continue;
            }
            ChangeMember<Q, R> other = sameWork(candidate);
            if (other.applicationId().filter(applicationIds::contains).isEmpty()
                    && first.work().mayJoin(wants, other.what())
                    && waiting.remove(other)) {
                other.applicationId().ifPresent(applicationIds::add);
                group.add(other);
                wants.add(other.what());
            }
        }
        return group;
    }

    /// Members that may share a commit have the same work, so the same kind of wants.
    @SuppressWarnings("unchecked")
    private static <Q, R> ChangeMember<Q, R> sameWork(ChangeMember<?, ?> member) {
        return (ChangeMember<Q, R>) member;
    }

    /// Waits until no change is under way.
    ///
    /// @return whether that was so in time
    public boolean awaitIdle(Duration limit) throws InterruptedException {
        long nanos = limit.toNanos();
        counting.lock();
        try {
            while (underWay > 0 && nanos > 0) {
                nanos = idle.awaitNanos(nanos);
            }
            return underWay == 0;
        } finally {
            counting.unlock();
        }
    }
}
