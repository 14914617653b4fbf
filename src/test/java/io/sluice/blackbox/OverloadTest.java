package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.LongRuns;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// More than a process can take, and a stop in the midst of it.
@Tag("long-runs")
class OverloadTest {

    private static final int CAPACITY = LongRuns.size("sluice.overload.capacity", 16, 16);
    private static final int TIMES = 5;
    private static final int ROUNDS = LongRuns.size("sluice.overload.rounds", 1, 5);
    private static final int PHASE_SECONDS = LongRuns.size("sluice.overload.seconds", 3, 20);

    /// Of the goodput that as many clients as fit get.
    private static final double SHARE = 0.8;

    @TempDir
    Path root;

    /// What all clients were told in a time, by status; 0 is a connection that broke.
    private record Phase(
            int clients, double seconds, long slowestMillis, long unexplained, Map<Integer, Long> answers) {

        static Phase parse(String line) {
            String[] parts = line.split(" ");
            Map<Integer, Long> answers = new TreeMap<>();
            for (int at = 4; at < parts.length; at++) {
                String[] pair = parts[at].split("=");
                answers.put(Integer.parseInt(pair[0]), Long.parseLong(pair[1]));
            }
            return new Phase(
                    Integer.parseInt(parts[0]),
                    Long.parseLong(parts[1]) / 1e9,
                    Long.parseLong(parts[2]),
                    Long.parseLong(parts[3]),
                    answers);
        }

        long good() {
            return answers.getOrDefault(200, 0L);
        }
    }

    /// The clients have a process of their own; as many as fit and five times as many take turns, so that what
    /// else the machine does falls on both. Only on demand their goodput is compared: a build may share its cores.
    @Test
    void five_times_as_many_clients_as_fit_leave_the_goodput_as_it_was() throws Exception {
        try (Replica replica = Replica.start(Map.of(
                "sluice.root",
                root.toString(),
                "sluice.limits.concurrent-ingests",
                Integer.toString(CAPACITY),
                "sluice.limits.waiting-ingests",
                Integer.toString(3 * CAPACITY)))) {
            create(replica, "load.t");
            List<String> phases = new ArrayList<>(List.of(CAPACITY + "x" + PHASE_SECONDS));
            for (int round = 0; round < ROUNDS; round++) {
                phases.add(CAPACITY + "x" + PHASE_SECONDS);
                phases.add(TIMES * CAPACITY + "x" + PHASE_SECONDS);
            }
            List<Phase> all = LoadClients.start(replica.base(), "/v1/tables/load.t/rows", phases).stream()
                    .map(Phase::parse)
                    .toList();
            List<Phase> peak = all.stream()
                    .skip(1)
                    .filter(phase -> phase.clients() == CAPACITY)
                    .toList();
            List<Phase> over =
                    all.stream().filter(phase -> phase.clients() > CAPACITY).toList();
            double share = goodput(over) / goodput(peak);
            System.out.printf(
                    "goodput %.0f/s with %d clients, %.0f/s with %d (%.0f %%): %s%n",
                    goodput(peak), CAPACITY, goodput(over), TIMES * CAPACITY, 100 * share, over);
            assertThat(all).allSatisfy(phase -> {
                assertThat(phase.answers().keySet()).isSubsetOf(200, 429, 503);
                assertThat(phase.unexplained())
                        .as("refusals without Retry-After")
                        .isZero();
            });
            long acknowledged = all.stream().mapToLong(Phase::good).sum();
            assertThat(ForeignReader.longs(root.resolve("load/t"), "id")).hasSize(Math.toIntExact(acknowledged));
            assertThat(share).isGreaterThan(LongRuns.areAsked() ? SHARE : 0);
        }
    }

    private static double goodput(List<Phase> phases) {
        return phases.stream().mapToLong(Phase::good).sum()
                / phases.stream().mapToDouble(Phase::seconds).sum();
    }

    private static void create(Replica replica, String table) {
        new Call(replica.base(), "POST", "/v1/tables")
                .json("{\"name\":\"" + table + "\",\"columns\":[{\"name\":\"id\",\"type\":\"long\"}]}")
                .send()
                .expect(201);
    }

    @Test
    void who_does_not_fit_is_refused_before_its_body_is_read() throws Exception {
        try (RunningSluice sluice = RunningSluice.start(
                root, Map.of("sluice.limits.concurrent-ingests", "1", "sluice.limits.waiting-ingests", "0"))) {
            Table table = Table.of(sluice, "id long");
            String body = "[{\"id\":7}]";
            try (LoadClients.Connection first = beginToSend(sluice, table, body);
                    LoadClients.Connection second = new LoadClients.Connection(sluice.base())) {
                second.send(head(table, 100_000_000));
                LoadClients.Head refused = second.receive();
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.retryAfterSeconds()).isPositive();
                first.send(body.substring(3));
                assertThat(first.receive().status()).isEqualTo(200);
            }
            table.append("[{\"id\":8}]");
        }
    }

    /// A request that has a place and has sent a part of its body: whole requests of others are refused.
    private static LoadClients.Connection beginToSend(RunningSluice sluice, Table table, String body)
            throws IOException {
        while (true) {
            LoadClients.Connection connection = new LoadClients.Connection(sluice.base());
            connection.send(head(table, body.length()) + body.substring(0, 3));
            while (!connection.isAnswered()) {
                if (table.post().json("[{\"id\":1}]").send().status() == 503) {
                    return connection;
                }
            }
            // One of the others had the place when it came.
            connection.close();
        }
    }

    private static String head(Table table, long length) {
        return "POST " + table.path()
                + "/rows HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " + length
                + "\r\n\r\n";
    }

    @Test
    void a_stop_under_load_loses_nothing_and_resets_nobody() throws Exception {
        try (Replica replica = Replica.start(Map.of("sluice.root", root.toString()))) {
            create(replica, "stop.t");
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
