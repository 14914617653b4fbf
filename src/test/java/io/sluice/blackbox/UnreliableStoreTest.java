package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.LongRuns;
import io.sluice.storage.DroppingProxy;
import io.sluice.storage.DroppingProxy.Exchange;
import io.sluice.storage.DroppingProxy.Fate;
import io.sluice.storage.S3Proxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// An S3 store whose answers get lost, that ignores conditions, or that is away for a while.
@Tag("long-runs")
class UnreliableStoreTest {

    private static final int COMMITS = LongRuns.size("sluice.lost-answers.commits", 60, 1_000);
    private static final Duration OUTAGE = Duration.ofSeconds(LongRuns.size("sluice.outage.seconds", 12, 60));
    private static final int WRITERS = 16;
    private static final Pattern LOG_ENTRY = Pattern.compile(".*/_delta_log/\\d{20}\\.json");

    @TempDir
    static Path directory;

    @TempDir
    Path scratch;

    private static S3Proxy store;

    @BeforeAll
    static void startStore() throws IOException {
        store = S3Proxy.start(directory);
    }

    @AfterAll
    static void stopStore() {
        store.close();
    }

    private RunningSluice start(DroppingProxy proxy, String prefix) {
        return RunningSluice.start(
                S3Settings.onDisk(directory, prefix), S3Settings.of(proxy.endpoint(), prefix, scratch));
    }

    @Test
    void every_answer_to_a_commit_is_lost_once_and_no_client_notices() throws Exception {
        Set<String> lost = ConcurrentHashMap.newKeySet();
        AtomicInteger kind = new AtomicInteger();
        try (DroppingProxy proxy = DroppingProxy.deciding(store.endpoint(), exchange -> fate(exchange, lost, kind));
                RunningSluice sluice = start(proxy, "lost")) {
            Table table = Table.of(sluice, "id long");
            for (int id = 0; id < COMMITS; id++) {
                table.append("[{\"id\":" + id + "}]");
            }
            assertThat(Fleet.contiguousVersions(table.directory())).isEqualTo(COMMITS + 1);
            assertThat(lost).hasSize(COMMITS + 1);
            assertThat(ForeignReader.longs(table.directory(), "id"))
                    .isEqualTo(LongStream.range(0, COMMITS).boxed().toList());
            assertThat(table.count()).isEqualTo(COMMITS);
        }
    }

    /// Connections are closed and reset in turns; data files now and then take longer.
    private static Fate fate(Exchange exchange, Set<String> lost, AtomicInteger kind) {
        if (exchange.path().endsWith(".parquet")) {
            return kind.get() % 10 == 0 ? Fate.DELAYED : Fate.GIVEN;
        }
        if (!exchange.method().equals("PUT")
                || !LOG_ENTRY.matcher(exchange.path()).matches()
                || !lost.add(exchange.path())) {
            return Fate.GIVEN;
        }
        return kind.getAndIncrement() % 2 == 0 ? Fate.DROPPED : Fate.RESET;
    }

    @Test
    void a_store_that_ignores_conditions_is_refused_by_name(@TempDir Path own) throws Exception {
        try (S3Proxy trusting = S3Proxy.startTrusting(own);
                DroppingProxy proxy =
                        DroppingProxy.start(trusting.endpoint(), _ -> false).forgetting("if-none-match");
                RunningSluice sluice = start(proxy, "unsafe")) {
            String told = "";
            while (!told.contains("The store created a key that was there.")) {
                Answer readiness = sluice.get("/actuator/health/readiness").send();
                told = readiness.text();
                assertThat(readiness.status()).as(told).isEqualTo(503);
                assertThat(told).containsAnyOf("The probe is running.", "The store created a key that was there.");
            }
            Answer create = sluice.post("/v1/tables")
                    .json("{\"name\":\"t\",\"columns\":[{\"name\":\"id\",\"type\":\"long\"}]}")
                    .send();
            create.expectProblem(503, "storage-unavailable");
            assertThat(create.text()).contains("The store created a key that was there.");
            assertThat(create.header("Retry-After")).isNotEmpty();
            assertThat(S3Settings.onDisk(own, "unsafe").resolve("default")).doesNotExist();
        }
    }

    /// What one request was told, and when.
    private record Told(long id, Instant asked, Instant answered, int status) {
        Duration took() {
            return Duration.between(asked, answered);
        }
    }

    /// How a store is away.
    enum Absence {
        CONNECTIONS_CLOSED,
        SILENCE
    }

    @ParameterizedTest
    @EnumSource
    void every_writer_is_answered_while_the_store_is_away_and_soon_after_it_is_back(Absence absence) throws Exception {
        try (DroppingProxy proxy = DroppingProxy.start(store.endpoint(), _ -> false);
                RunningSluice sluice = start(proxy, "away-" + absence)) {
            Table table = Table.of(sluice, "id long");
            table.append("[{\"id\":0}]");
            List<Told> all = Collections.synchronizedList(new ArrayList<>());
            AtomicReference<Instant> gone = new AtomicReference<>(Instant.MAX);
            AtomicBoolean back = new AtomicBoolean();
            Together.run(WRITERS, writer -> {
                for (int post = 0; !back.get(); post++) {
                    if (writer == 0 && post == 10) {
                        gone.set(Instant.now());
                        leave(proxy, absence);
                    }
                    // One that does not wait between its requests is the worst.
                    ask(table, writer, post, all);
                    if (Duration.between(gone.get(), Instant.now()).compareTo(OUTAGE) > 0) {
                        back.set(true);
                    }
                }
                return writer;
            });
            proxy.mend();
            Instant mended = Instant.now();
            while (ask(table, WRITERS, 0, all) != 200) {
                assertThat(Instant.now()).isBefore(mended.plusSeconds(5));
            }
            Duration recovery = Duration.between(mended, Instant.now());
            Duration slowest =
                    all.stream().map(Told::took).max(Duration::compareTo).orElseThrow();
            System.out.println("a store away for " + OUTAGE + " (" + absence + "): " + all.size()
                    + " requests, slowest " + slowest + ", writes again after " + recovery);
            assertThat(slowest).isLessThan(Duration.ofSeconds(10));
            assertThat(recovery).isLessThan(Duration.ofSeconds(5));
            assertThat(all).allMatch(told -> told.status() == 200 || told.status() == 503 || told.status() == 500);
            assertNothingLostOrDoubled(table, all);
        }
    }

    private static void leave(DroppingProxy proxy, Absence absence) {
        try {
            switch (absence) {
                case CONNECTIONS_CLOSED -> proxy.cut();
                case SILENCE -> proxy.fallSilent();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertNothingLostOrDoubled(Table table, List<Told> all) throws Exception {
        List<Long> there = ForeignReader.longs(table.directory(), "id");
        assertThat(there).doesNotHaveDuplicates();
        assertThat(there)
                .containsAll(all.stream()
                        .filter(told -> told.status() == 200)
                        .map(Told::id)
                        .toList())
                .doesNotContainAnyElementsOf(all.stream()
                        .filter(told -> told.status() == 503)
                        .map(Told::id)
                        .toList());
    }

    private static int ask(Table table, int writer, int post, List<Told> all) {
        Instant asked = Instant.now();
        long id = 1 + writer * 1_000_000L + post;
        Answer answer = table.post().json("[{\"id\":" + id + "}]").send();
        if (answer.status() == 503) {
            assertThat(answer.header("Retry-After")).isNotEmpty();
        }
        all.add(new Told(id, asked, Instant.now(), answer.status()));
        return answer.status();
    }
}
