package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.LongRuns;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// More than a process can take, and a stop in the midst of it.
@Tag("long-runs")
class OverloadTest {

    private static final int CAPACITY = 16;
    private static final Duration PHASE = Duration.ofSeconds(LongRuns.size("sluice.overload.seconds", 3, 30));

    /// A machine that does other work at the same time gives one phase less than the next.
    private static final double SHARE = LongRuns.areAsked() ? 0.8 : 0.5;

    @TempDir
    Path root;

    /// What all clients were told in a time, by status.
    private record Phase(Map<Integer, AtomicInteger> statuses, Duration took) {
        double goodput() {
            return statuses.getOrDefault(200, new AtomicInteger()).get() * 1e9 / took.toNanos();
        }
    }

    private static Phase run(Table table, int clients, Duration length) throws InterruptedException {
        Map<Integer, AtomicInteger> statuses = new ConcurrentSkipListMap<>();
        Instant begun = Instant.now();
        Together.run(clients, client -> {
            while (Instant.now().isBefore(begun.plus(length))) {
                Answer answer = table.post().json("[{\"id\":" + client + "}]").send();
                if (answer.status() != 200) {
                    assertThat(answer.header("Retry-After")).as(answer.text()).isNotEmpty();
                }
                statuses.computeIfAbsent(answer.status(), _ -> new AtomicInteger())
                        .incrementAndGet();
            }
            return client;
        });
        return new Phase(statuses, Duration.between(begun, Instant.now()));
    }

    @Test
    void five_times_as_many_clients_as_fit_leave_the_goodput_as_it_was() throws Exception {
        try (RunningSluice sluice =
                RunningSluice.start(root, Map.of("sluice.limits.concurrent-ingests", Integer.toString(CAPACITY)))) {
            Table table = Table.of(sluice, "id long");
            run(table, CAPACITY, PHASE);
            Phase peak = run(table, CAPACITY, PHASE);
            Phase over = run(table, 5 * CAPACITY, PHASE);
            System.out.printf(
                    "goodput %.0f/s with %d clients, %.0f/s with %d: %s%n",
                    peak.goodput(), CAPACITY, over.goodput(), 5 * CAPACITY, over.statuses());
            assertThat(over.statuses().keySet()).isSubsetOf(200, 429, 503);
            assertThat(over.goodput()).isGreaterThan(SHARE * peak.goodput());
        }
    }

    @Test
    void a_stop_under_load_loses_nothing_and_resets_nobody() throws Exception {
        try (Replica replica = Replica.start(Map.of("sluice.root", root.toString()))) {
            new Call(replica.base(), "POST", "/v1/tables")
                    .json("{\"name\":\"stop.t\",\"columns\":[{\"name\":\"id\",\"type\":\"long\"}]}")
                    .send()
                    .expect(201);
            AtomicInteger acknowledged = new AtomicInteger();
            var ids = new ConcurrentLinkedQueue<Long>();
            var broken = new ConcurrentLinkedQueue<String>();
            Together.run(CAPACITY, client -> {
                for (long post = 0; ; post++) {
                    long id = client * 1_000_000L + post;
                    try {
                        Answer answer = new Call(replica.base(), "POST", "/v1/tables/stop.t/rows")
                                .json("[{\"id\":" + id + "}]")
                                .trySend();
                        if (answer.status() != 200) {
                            answer.expectProblem(503, "shutting-down");
                            return client;
                        }
                        ids.add(id);
                        if (acknowledged.incrementAndGet() == 200) {
                            replica.terminate();
                        }
                    } catch (ConnectException gone) {
                        return client;
                    } catch (IOException reset) {
                        broken.add(reset.toString());
                        return client;
                    }
                }
            });
            assertThat(replica.exitCode()).as(replica.output()).isZero();
            System.out.println(acknowledged + " rows acknowledged until the stop, broken connections: " + broken);
            assertThat(broken).isEmpty();
            List<Long> there = ForeignReader.longs(root.resolve("stop/t"), "id");
            assertThat(there).isEqualTo(ids.stream().sorted().toList());
        }
    }
}
