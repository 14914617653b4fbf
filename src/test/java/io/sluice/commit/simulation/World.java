package io.sluice.commit.simulation;

import io.sluice.commit.log.Sleeper;
import java.lang.reflect.Method;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/// Virtual time, and virtual threads that run one at a time, in an order that only the seed decides.
///
/// The threads are the platform's own, on a scheduler of ours: locks, conditions and futures of the code under test
/// work as they are, and threads that it starts come here too. Needs `--add-opens java.base/java.lang=ALL-UNNAMED`.
/// Time moves when no thread can run; limits that the code gives the platform itself (a future's time-out) never pass.
final class World extends Clock implements Sleeper {

    private static final Instant BEGIN = Instant.parse("2026-11-20T08:00:00Z");
    private static final Method NEW_THREAD = newThread();

    private final Executor scheduler = this::enqueue;
    private final Random random;
    private final List<Runnable> ready = new ArrayList<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNanos;
    private long eventsMade;
    private int living;

    private record Event(long atNanos, long number, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    World(long seed) {
        this.random = new Random(seed);
    }

    Random random() {
        return random;
    }

    /// Whether something happens with this probability.
    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /// Uniform between 1 ms and `millis`.
    Duration upTo(long millis) {
        return Duration.ofNanos(1_000_000 + random.nextLong(Math.max(1, millis * 1_000_000)));
    }

    /// Starts a thread of which [#run()] expects that it ends.
    void spawn(String name, Runnable task) {
        living++;
        try {
            Runnable counted = () -> {
                try {
                    task.run();
                } finally {
                    living--;
                }
            };
            ((Thread) NEW_THREAD.invoke(null, scheduler, name, 0, counted)).start();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Has something happen later, on no thread of the world.
    void after(Duration delay, Runnable what) {
        events.add(new Event(nowNanos + delay.toNanos(), eventsMade++, what));
    }

    /// Runs until nothing can happen any more.
    ///
    /// @return whether every thread has ended
    boolean run() {
        while (true) {
            Runnable next = next();
            if (next != null) {
                next.run();
            } else if (!events.isEmpty()) {
                Event event = events.poll();
                nowNanos = event.atNanos();
                event.what().run();
            } else {
                return living == 0;
            }
        }
    }

    @Override
    public void sleep(Duration duration) {
        Signal<Boolean> over = new Signal<>();
        after(duration, () -> over.give(true));
        over.await();
    }

    long nowNanos() {
        return nowNanos;
    }

    @Override
    public Instant instant() {
        return BEGIN.plusNanos(nowNanos);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("only UTC is asked for");
    }

    /// Something that one thread waits for.
    static final class Signal<T> {

        private T value;
        private Thread waiting;

        /// The first one counts.
        void give(T given) {
            if (value == null) {
                value = given;
                LockSupport.unpark(waiting);
            }
        }

        T await() {
            waiting = Thread.currentThread();
            while (value == null) {
                LockSupport.park(this);
            }
            return value;
        }
    }

    private synchronized void enqueue(Runnable continuation) {
        ready.add(continuation);
    }

    private synchronized Runnable next() {
        if (ready.isEmpty()) {
            return null;
        }
        int chosen = ready.size() == 1 ? 0 : random.nextInt(ready.size());
        Runnable last = ready.removeLast();
        return chosen == ready.size() ? last : ready.set(chosen, last);
    }

    private static Method newThread() {
        try {
            Method made = Class.forName("java.lang.ThreadBuilders")
                    .getDeclaredMethod("newVirtualThread", Executor.class, String.class, int.class, Runnable.class);
            made.setAccessible(true);
            return made;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
