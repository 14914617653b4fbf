package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.LongRuns;
import io.sluice.storage.S3Proxy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three replicas, each a process of its own, on one table.
@Tag("long-runs")
class ReplicasTest {

    private static final int REPLICAS = 3;
    private static final int WRITERS = 3 * 16;
    private static final int BATCHES = LongRuns.size("sluice.replicas.batches", 20, 200);
    private static final int BATCHES_ON_S3 = LongRuns.size("sluice.replicas.batches", 5, 200);
    private static final int KILLS = LongRuns.size("sluice.replicas.kills", 20, 500);

    @TempDir
    Path directory;

    private Map<String, String> local() {
        return Map.of("sluice.root", directory.resolve("root").toString());
    }

    private Path tableOnDisk(String schema, String table) {
        return directory.resolve("root").resolve(schema).resolve(table);
    }

    private static void create(Fleet.Replicated replica, String table) {
        new Call(replica.base(), "POST", "/v1/tables")
                .json("{\"name\":\"" + table + "\",\"columns\":[{\"name\":\"id\",\"type\":\"long\"}]}")
                .send()
                .expect(201);
    }

    private static void tell(String what, Fleet fleet, long versions) {
        System.out.println(what + ": " + fleet + ", " + versions + " versions");
    }

    @Test
    void nothing_is_lost_or_doubled_by_48_writers_at_three_processes() throws Exception {
        writeAndCompare(local(), tableOnDisk("fleet", "t"), BATCHES);
    }

    @Test
    void nothing_is_lost_or_doubled_by_48_writers_at_three_processes_on_s3() throws Exception {
        try (S3Proxy store = S3Proxy.start(directory)) {
            writeAndCompare(
                    S3Settings.of(store.endpoint(), "replicas", directory.resolve("scratch")),
                    S3Settings.onDisk(directory, "replicas").resolve("fleet/t"),
                    BATCHES_ON_S3);
        }
    }

    private static void writeAndCompare(Map<String, String> settings, Path table, int batches) throws Exception {
        List<ReplicaSite> sites = Stream.generate(() -> new ReplicaSite(() -> Replica.start(settings), () -> {}))
                .limit(REPLICAS)
                .toList();
        try {
            create(sites.getFirst(), "fleet.t");
            sites.forEach(ReplicaSite::base);
            Fleet fleet = new Fleet(sites, "fleet.t");
            fleet.write(WRITERS, batch -> batch < batches);
            long versions = Fleet.contiguousVersions(table);
            tell("replicas on " + settings.get("sluice.root").split(":", 2)[0], fleet, versions);
            assertThat(ForeignReader.longs(table, "id")).isEqualTo(fleet.ids());
            assertThat(fleet.posts()).isEqualTo(WRITERS * batches);
            assertThat(fleet.answers().keySet())
                    .as("every writer got through, if need be when it was asked to come again")
                    .allMatch(answer -> answer.startsWith("200") || answer.startsWith("503"));
        } finally {
            sites.forEach(ReplicaSite::close);
        }
    }

    @Test
    void nothing_is_lost_or_doubled_when_replicas_die_at_every_crash_point_and_at_random() throws Exception {
        AtomicInteger starts = new AtomicInteger();
        AtomicInteger deaths = new AtomicInteger();
        Map<String, AtomicInteger> points = new ConcurrentSkipListMap<>();
        List<ReplicaSite> sites = Stream.generate(
                        () -> new ReplicaSite(() -> mortal(starts, points), deaths::incrementAndGet))
                .limit(REPLICAS)
                .toList();
        try {
            create(sites.getFirst(), "fleet.mortal");
            Fleet fleet = new Fleet(sites, "fleet.mortal");
            Thread maintainer = Thread.ofVirtual().start(() -> optimize(sites, "fleet.mortal", deaths));
            fleet.write(WRITERS, _ -> deaths.get() < KILLS);
            maintainer.join();
            Path table = tableOnDisk("fleet", "mortal");
            tell(deaths + " deaths at " + points, fleet, Fleet.contiguousVersions(table));
            assertThat(ForeignReader.longs(table, "id")).isEqualTo(fleet.ids());
        } finally {
            sites.forEach(ReplicaSite::close);
        }
    }

    /// One compaction after the other, whatever becomes of them.
    private static void optimize(List<ReplicaSite> sites, String table, AtomicInteger deaths) {
        for (int turn = 0; deaths.get() < KILLS; turn++) {
            try {
                new Call(sites.get(turn % REPLICAS).base(), "POST", "/v1/tables/" + table + "/optimize")
                        .header("Prefer", "wait=5")
                        .json("{}")
                        .trySend();
            } catch (IOException | CompletionException died) {
                // Another replica is next.
            }
        }
    }

    /// The points in turn, and now and then SIGKILL from outside soon after it serves.
    private Replica mortal(AtomicInteger starts, Map<String, AtomicInteger> points) {
        int start = starts.getAndIncrement();
        CrashPoint[] all = Arrays.stream(CrashPoint.values())
                .filter(point -> !point.isOfTransactions())
                .toArray(CrashPoint[]::new);
        int kind = start % (all.length + 2);
        String name = kind < all.length ? all[kind].name() : "SIGKILL";
        points.computeIfAbsent(name, _ -> new AtomicInteger()).incrementAndGet();
        if (kind < all.length) {
            int occurrence = all[kind].isRare() ? 1 : 1 + new Random(start).nextInt(5);
            return Replica.mortal(local(), all[kind], occurrence);
        }
        Replica replica = Replica.start(local());
        replica.onReady(() -> CompletableFuture.delayedExecutor(
                        ThreadLocalRandom.current().nextInt(1, 1_000), TimeUnit.MILLISECONDS)
                .execute(replica::kill));
        return replica;
    }
}
