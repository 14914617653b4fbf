package io.sluice.blackbox;

import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;

/// A place where a replica runs, and a new one after its death, as an orchestrator sees to it.
final class ReplicaSite implements Fleet.Replicated, AutoCloseable {

    private final Supplier<Replica> start;
    private final Runnable died;
    private volatile Replica current;
    private volatile boolean closed;

    /// @param start the next one
    /// @param died told of each end that was not asked for by [#close()]
    ReplicaSite(Supplier<Replica> start, Runnable died) {
        this.start = start;
        this.died = died;
        this.current = next();
    }

    private Replica next() {
        Replica replica = start.get();
        replica.onExit().thenRun(this::restart);
        return replica;
    }

    private synchronized void restart() {
        // One that never served would never serve.
        if (!closed && current.hasServed()) {
            died.run();
            current = next();
        }
    }

    Replica current() {
        return current;
    }

    @Override
    public Optional<URI> ready() {
        return current.ready();
    }

    @Override
    public URI base() {
        return current.base();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        current.close();
    }
}
