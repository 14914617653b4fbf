package io.sluice.blackbox;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Clients that start at the same moment.
final class Together {

    private Together() {}

    /// Runs the work once for each client and gives all results, in the clients' order.
    static <T> List<T> run(int clients, IntFunction<T> work) throws InterruptedException {
        var start = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> results = IntStream.range(0, clients)
                    .mapToObj(client -> threads.submit((Callable<T>) () -> {
                        start.await();
                        return work.apply(client);
                    }))
                    .toList();
            start.countDown();
            return results.stream().map(Together::result).toList();
        }
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
