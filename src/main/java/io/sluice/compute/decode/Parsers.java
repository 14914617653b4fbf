package io.sluice.compute.decode;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The threads that parse chunks of large bodies, shared by all requests.
public final class Parsers implements AutoCloseable {

    private final int threads;
    private final ExecutorService executor;

    public Parsers(int threads) {
        this.threads = threads;
        this.executor = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("parse-", 1).daemon(true).factory());
    }

    <T> Future<T> submit(Callable<T> work) {
        return executor.submit(work);
    }

    /// Chunks of one body that may wait or be worked on.
    int chunksInFlight() {
        return threads + 1;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
