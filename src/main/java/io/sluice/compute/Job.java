package io.sluice.compute;

import io.sluice.table.Failure;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One piece of work on one instance, which others can stop.
final class Job<S extends Session, T> implements Runnable {

    /// What is done with a connection that is open only until it returns.
    @FunctionalInterface
    interface Work<S extends Session, T> {
        T run(S session) throws Exception;
    }

    private final DuckDbInstance<S> instance;
    private final Work<S, T> work;
    private final WorkTime time;
    private final FutureTask<T> result;
    private volatile @Nullable S session;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean stopped;
    private volatile boolean late;

    Job(DuckDbInstance<S> instance, Work<S, T> work, WorkTime time) {
        this.instance = instance;
        this.work = work;
        this.time = time;
        this.result = new FutureTask<>(this::work);
    }

    @Override
    public void run() {
        if (begun.compareAndSet(false, true)) {
            result.run();
        }
    }

    private T work() throws Exception {
        try (S own = instance.connect()) {
            session = own;
            return work.run(own);
        } catch (Exception e) {
            if (!stopped) {
                instance.replaceIfBroken();
            }
            throw e;
        } finally {
            session = null;
        }
    }

    /// Waits for the end of the work, also when this thread is interrupted: then the work ends soon.
    T await() throws Exception {
        boolean interrupted = false;
        while (true) {
            try {
                T value = result.get();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return value;
            } catch (InterruptedException e) {
                interrupted = true;
                stop();
            } catch (ExecutionException | CancellationException e) {
                throw cause(e, interrupted);
            }
        }
    }

    private Exception cause(Exception e, boolean interrupted) {
        if (interrupted) {
            return new InterruptedException();
        }
        if (late) {
            return new Failure.QueryTimeout(time.limit()).asException(e);
        }
        if (e instanceof CancellationException) {
            return new Failure.ShuttingDown(Duration.ofSeconds(1)).asException(e);
        }
        return e.getCause() instanceof Exception cause ? cause : e;
    }

    void stopIfLate() {
        if (time.isOver()) {
            late = true;
            stop();
        } else if (stopped) {
            // An interrupt between two statements is lost: repeat it until the work has ended.
            stop();
        }
    }

    void stop() {
        stopped = true;
        if (begun.compareAndSet(false, true)) {
            var unused = result.cancel(false);
            return;
        }
        S current = session;
        if (current != null) {
            current.interrupt();
        }
    }
}
