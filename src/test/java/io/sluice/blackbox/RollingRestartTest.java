package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.LongRuns;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Replicas that are replaced one after the other while clients post, as a deployment is upgraded with the chart's
/// settings: a new one is ready before an old one goes (`maxUnavailable: 0`), and the old one hears of its end only
/// when connections go elsewhere (`preStop`).
@Tag("long-runs")
class RollingRestartTest {

    private static final int REPLICAS = LongRuns.size("sluice.rolling.replicas", 2, 3);
    private static final int ROUNDS = LongRuns.size("sluice.rolling.rounds", 1, 20);

    /// Of a round; in a build one is enough to notice.
    private static final int REPLACED = LongRuns.size("sluice.rolling.replaced", 1, REPLICAS);
    private static final int REQUESTS_PER_SECOND = LongRuns.size("sluice.rolling.rate", 50, 200);
    private static final int CLIENTS = 24;
    private static final String TABLE = "rolling.t";

    @TempDir
    Path root;

    /// What clients were told.
    private static final class Tally {
        private final Semaphore ticks = new Semaphore(0);
        private final Semaphore answered = new Semaphore(0);
        private final ConcurrentLinkedQueue<Long> ids = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();
        private final Map<Integer, AtomicInteger> statuses = new ConcurrentSkipListMap<>();
        private final AtomicLong slowestNanos = new AtomicLong();
        private volatile boolean isOver;
    }

    /// Posts one row after the other over a connection that it keeps, at the pace of the clock, and asks again with
    /// the same key until it is told that the row is there.
    private static int post(URI service, int client, Tally tally) {
        LoadClients.Connection connection = null;
        for (long post = 0; ; post++) {
            try {
                tally.ticks.acquire();
            } catch (InterruptedException stop) {
                throw new IllegalStateException(stop);
            }
            if (tally.isOver) {
                return client;
            }
            long id = client * 1_000_000L + post;
            long begunNanos = System.nanoTime();
            for (int status = 0; status != 200; ) {
                try {
                    if (connection == null) {
                        connection = new LoadClients.Connection(service);
                    }
                    connection.send(request(service, id));
                    LoadClients.Head head = connection.receive();
                    status = head.status();
                    if (head.isLast()) {
                        connection.close();
                        connection = null;
                    }
                } catch (IOException reset) {
                    tally.broken.add("row " + id + ": " + reset);
                    connection = null;
                }
                tally.statuses.computeIfAbsent(status, _ -> new AtomicInteger()).incrementAndGet();
            }
            tally.ids.add(id);
            tally.answered.release();
            tally.slowestNanos.accumulateAndGet(System.nanoTime() - begunNanos, Math::max);
        }
    }

    private static String request(URI service, long id) {
        String body = "[{\"id\":" + id + "}]";
        return "POST /v1/tables/" + TABLE + "/rows HTTP/1.1\r\nHost: " + service.getAuthority()
                + "\r\nContent-Type: application/json\r\nIdempotency-Key: k" + id + "\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void an_upgrade_under_load_loses_nothing_doubles_nothing_and_resets_nobody() throws Exception {
        var replicas = new ArrayList<Replica>();
        var tally = new Tally();
        try (var balancer = new Balancer();
                var clock = Executors.newSingleThreadScheduledExecutor();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < REPLICAS; number++) {
                replicas.add(start());
            }
            replicas.forEach(replica -> balancer.add(replica.base()));
            new Call(balancer.base(), "POST", "/v1/tables")
                    .json("{\"name\":\"" + TABLE + "\",\"columns\":" + Table.columns("id long") + "}")
                    .send()
                    .expect(201);
            var load = threads.submit(() -> Together.run(CLIENTS, client -> post(balancer.base(), client, tally)));
            clock.scheduleAtFixedRate(tally.ticks::release, 0, 1_000_000 / REQUESTS_PER_SECOND, TimeUnit.MICROSECONDS);

            long begunNanos = System.nanoTime();
            for (int round = 0; round < ROUNDS; round++) {
                for (int number = 0; number < REPLACED; number++) {
                    replicas.set(number, replaced(replicas.get(number), balancer, tally));
                }
            }
            double seconds = (System.nanoTime() - begunNanos) / 1e9;

            tally.isOver = true;
            tally.ticks.release(CLIENTS);
            load.get();
            System.out.printf(
                    "%d rolling restarts of %d of %d replicas: %d rows in %.0f s (%.0f a second), statuses %s, slowest %d ms, broken %s%n",
                    ROUNDS,
                    REPLACED,
                    REPLICAS,
                    tally.ids.size(),
                    seconds,
                    tally.ids.size() / seconds,
                    tally.statuses,
                    TimeUnit.NANOSECONDS.toMillis(tally.slowestNanos.get()),
                    tally.broken);
        } finally {
            replicas.forEach(Replica::close);
        }
        assertThat(tally.broken).isEmpty();
        assertThat(tally.statuses.keySet()).isSubsetOf(200, 503);
        List<Long> there = ForeignReader.longs(root.resolve("rolling/t"), "id");
        assertThat(there).isEqualTo(tally.ids.stream().sorted().toList());
    }

    private Replica start() {
        return Replica.start(Map.of("sluice.root", root.toString()));
    }

    private Replica replaced(Replica old, Balancer balancer, Tally tally) throws InterruptedException {
        Replica fresh = start();
        balancer.add(fresh.base());
        balancer.withdraw(old.base());
        awaitAnswers(tally, REQUESTS_PER_SECOND);
        old.terminate();
        assertThat(old.exitCode()).as(old.output()).isZero();
        awaitAnswers(tally, REQUESTS_PER_SECOND / 2);
        return fresh;
    }

    /// As long as clients need for so many more.
    private static void awaitAnswers(Tally tally, int more) throws InterruptedException {
        tally.answered.drainPermits();
        tally.answered.acquire(more);
    }
}
