package io.sluice.commit.change;

import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.CommitSettings;
import io.sluice.table.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Whose turn it is to change one table: in the order in which they came. Whose turn comes takes along those that wait
/// and may go with it.
public final class ChangeTurn {

    private final CommitSettings settings;
    private final Supplier<Duration> retryAfter;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final Queue<ChangeMember<?, ?>> waiting = new ConcurrentLinkedQueue<>();

    public ChangeTurn(CommitSettings settings, Supplier<Duration> retryAfter) {
        this.settings = settings;
        this.retryAfter = retryAfter;
    }

    /// Waits until the change had its turn, by itself or as part of a group.
    ///
    /// @param commit takes a group, which begins with the one whose turn it is, to its outcome
    public <Q, R> ChangeOutcome<R> take(ChangeMember<Q, R> member, Consumer<List<ChangeMember<Q, R>>> commit) {
        if (turn.getQueueLength() >= settings.queueRequests()) {
            return refused(new Failure.Overloaded("sluice.commit.queue-requests", retryAfter.get()));
        }
        waiting.add(member);
        Optional<Failure> refused = begin();
        if (refused.isPresent()) {
            return waiting.remove(member)
                    ? refused(refused.get())
                    : member.outcome().join();
        }
        try {
            if (waiting.remove(member)) {
                commit.accept(group(member));
            }
        } finally {
            turn.unlock();
        }
        return member.outcome().join();
    }

    private static <R> ChangeOutcome<R> refused(Failure failure) {
        return new ChangeOutcome.Refused<>(failure);
    }

    private Optional<Failure> begin() {
        try {
            return turn.tryLock(settings.queueTime().toNanos(), TimeUnit.NANOSECONDS)
                    ? Optional.empty()
                    : Optional.of(new Failure.Overloaded("sluice.commit.queue-time", retryAfter.get()));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return Optional.of(new Failure.ShuttingDown(retryAfter.get()));
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

    /// Waits until those who came before have had their turn.
    ///
    /// @return whether that was so in time
    public boolean awaitIdle(Duration limit) throws InterruptedException {
        if (!turn.tryLock(Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS)) {
            return false;
        }
        turn.unlock();
        return true;
    }
}
