package io.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Status;

class StorageProbeTest {

    @TempDir
    Path root;

    private Storages storages;

    @BeforeEach
    void open() {
        storages = new Storages(StorageProperties.ofRoot(root.toString()));
    }

    @AfterEach
    void close() throws IOException {
        storages.close();
    }

    @Test
    void a_local_root_is_safe_and_left_clean() throws IOException {
        Storage local = storages.of(storages.root());

        assertThat(StorageProbe.STANDARD.run(local, storages.root())).isEqualTo(new StorageProbe.Safe());

        assertThat(local.list(storages.root().resolve(".sluice/probe"), "")).isEmpty();
    }

    @Test
    void a_store_that_overwrites_is_unsafe() {
        Storage overwriting = new Altered(storages.of(storages.root())) {
            @Override
            public PutOutcome putIfAbsent(Location file, byte[] content) {
                try {
                    put(file, content);
                    return new PutOutcome.Created();
                } catch (IOException e) {
                    return new PutOutcome.Refused(e);
                }
            }
        };

        assertThat(StorageProbe.STANDARD.run(overwriting, storages.root())).isInstanceOf(StorageProbe.Unsafe.class);
    }

    @Test
    void a_store_that_checks_and_then_puts_is_unsafe() {
        Storage checking = new Altered(storages.of(storages.root())) {
            @Override
            public PutOutcome putIfAbsent(Location file, byte[] content) {
                try {
                    if (find(file).isPresent()) {
                        return new PutOutcome.AlreadyExists();
                    }
                    put(file, content);
                    return new PutOutcome.Created();
                } catch (IOException e) {
                    return new PutOutcome.Refused(e);
                }
            }
        };

        assertThat(new StorageProbe(16, 200).run(checking, storages.root())).isInstanceOf(StorageProbe.Unsafe.class);
    }

    @Test
    void a_file_system_without_hard_links_is_unsafe() {
        Storage linkless = new Altered(storages.of(storages.root())) {
            @Override
            public Optional<String> whyUnsafe(Location directory) {
                return Optional.of("The file system has no hard links.");
            }
        };

        assertThat(StorageProbe.STANDARD.run(linkless, storages.root()))
                .isEqualTo(new StorageProbe.Unsafe("The file system has no hard links."));
    }

    @Test
    void a_root_is_refused_for_writes_until_it_is_known_to_be_safe() throws Exception {
        Queue<StorageProbe.Result> results = new ArrayDeque<>(
                List.of(new StorageProbe.Unavailable("away", new IOException("x")), new StorageProbe.Safe()));
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        RootProbe root =
                new RootProbe(results::remove, Runnable::run, ((InstantSource) now::get).withZone(ZoneOffset.UTC));
        Duration between = Duration.ofSeconds(2);

        assertThat(root.await(between, Duration.ZERO)).isInstanceOf(StorageProbe.Unavailable.class);
        assertThat(root.await(between, Duration.ZERO)).isInstanceOf(StorageProbe.Unavailable.class);
        now.set(Instant.EPOCH.plus(between));
        assertThat(root.await(between, Duration.ZERO)).isEqualTo(new StorageProbe.Safe());
    }

    @Test
    void a_probe_that_got_no_thread_or_no_memory_is_made_again() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        Queue<Runnable> background = new ArrayDeque<>();
        Queue<Executor> threads = new ArrayDeque<>(List.of(
                _ -> {
                    throw new InternalError("injected: unable to create native thread");
                },
                background::add,
                background::add));
        Queue<Supplier<StorageProbe.Result>> probes = new ArrayDeque<>(List.of(
                () -> {
                    throw new InternalError("injected");
                },
                StorageProbe.Safe::new));
        RootProbe root = new RootProbe(
                () -> probes.remove().get(),
                task -> threads.remove().execute(task),
                ((InstantSource) now::get).withZone(ZoneOffset.UTC));
        Duration between = Duration.ofSeconds(2);

        assertThat(root.await(between, Duration.ZERO)).isInstanceOf(StorageProbe.Unavailable.class);
        for (int probe = 0; probe < 2; probe++) {
            now.updateAndGet(instant -> instant.plus(between));
            assertThat(root.await(between, Duration.ZERO)).isEqualTo(new StorageProbe.Running());
            background.remove().run();
        }
        assertThat(root.await(between, Duration.ZERO)).isEqualTo(new StorageProbe.Safe());
    }

    @Test
    void a_store_that_does_not_tell_is_unavailable() {
        Storage silent = new Altered(storages.of(storages.root())) {
            @Override
            public PutOutcome putIfAbsent(Location file, byte[] content) {
                return new PutOutcome.Undecided(new IOException("reset"));
            }
        };

        assertThat(StorageProbe.STANDARD.run(silent, storages.root())).isInstanceOf(StorageProbe.Unavailable.class);
    }

    @Test
    void an_answer_that_is_lost_in_a_race_is_no_second_winner() {
        Storage forgetful = new Altered(storages.of(storages.root())) {
            @Override
            public PutOutcome putIfAbsent(Location file, byte[] content) {
                PutOutcome outcome = super.putIfAbsent(file, content);
                return file.name().startsWith("round") && outcome instanceof PutOutcome.Created
                        ? new PutOutcome.Undecided(new IOException("reset"))
                        : outcome;
            }
        };

        assertThat(StorageProbe.STANDARD.run(forgetful, storages.root())).isEqualTo(new StorageProbe.Safe());
    }

    @Test
    void health_is_down_until_the_probe_has_passed() {
        Queue<Runnable> background = new ArrayDeque<>();
        StorageHealthIndicator health =
                new StorageHealthIndicator(probe(StorageProbe.Safe::new, background::add, Clock.systemUTC()));

        assertThat(health.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(health.health().getDetails()).containsEntry("reason", "The probe is running.");
        background.remove().run();
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void an_unsafe_store_stays_down_and_says_why() {
        Queue<Runnable> background = new ArrayDeque<>();
        StorageHealthIndicator health = new StorageHealthIndicator(
                probe(() -> new StorageProbe.Unsafe("why"), background::add, Clock.systemUTC()));
        background.remove().run();

        assertThat(health.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(health.health().getDetails()).containsEntry("reason", "why");
        assertThat(background).isEmpty();
    }

    @Test
    void a_store_that_was_away_is_asked_again_after_a_while() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
        Queue<StorageProbe.Result> results = new ArrayDeque<>(
                List.of(new StorageProbe.Unavailable("away", new IOException("x")), new StorageProbe.Safe()));
        Queue<Runnable> background = new ArrayDeque<>();
        StorageHealthIndicator health = new StorageHealthIndicator(probe(results::remove, background::add, clock));
        background.remove().run();

        assertThat(health.health().getDetails()).containsEntry("reason", "away");
        assertThat(background).isEmpty();
        now.set(Instant.EPOCH.plus(Duration.ofSeconds(10)));
        health.health();
        health.health();
        assertThat(background).hasSize(1);
        background.remove().run();
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void a_probe_that_runs_is_over_when_the_service_has_stopped() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<StorageProbe.Result> end = new AtomicReference<>();
        RootProbe health = probe(
                () -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                        return new StorageProbe.Safe();
                    } catch (InterruptedException e) {
                        end.set(new StorageProbe.Unavailable("interrupted", e));
                        return end.get();
                    }
                },
                task -> Thread.ofPlatform().daemon().start(task),
                Clock.systemUTC());
        begun.await();

        health.close(Duration.ofSeconds(5));

        assertThat(end.get()).isInstanceOf(StorageProbe.Unavailable.class);
    }

    @Test
    void a_root_that_cannot_be_written_is_unavailable() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        Location below = Location.of(file.resolve("root"));

        assertThat(StorageProbe.STANDARD.run(storages.of(below), below)).isInstanceOf(StorageProbe.Unavailable.class);
    }

    private static RootProbe probe(Supplier<StorageProbe.Result> result, Executor background, Clock clock) {
        RootProbe probe = new RootProbe(result, background, clock);
        probe.start();
        return probe;
    }

    /// A real storage of which a test changes one answer.
    private static class Altered implements Storage {
        private final Storage real;

        Altered(Storage real) {
            this.real = real;
        }

        @Override
        public List<FileEntry> list(Location directory, String startAt) throws IOException {
            return real.list(directory, startAt);
        }

        @Override
        public Optional<FileEntry> find(Location file) throws IOException {
            return real.find(file);
        }

        @Override
        public InputStream open(Location file, long offset) throws IOException {
            return real.open(file, offset);
        }

        @Override
        public byte[] read(Location file) throws IOException {
            return real.read(file);
        }

        @Override
        public PutOutcome putIfAbsent(Location file, byte[] content) {
            return real.putIfAbsent(file, content);
        }

        @Override
        public void makeDurable(Location file) throws IOException {
            real.makeDurable(file);
        }

        @Override
        public void put(Location file, byte[] content) throws IOException {
            real.put(file, content);
        }

        @Override
        public void store(Path staged, Location target) throws IOException {
            real.store(staged, target);
        }

        @Override
        public Path stagingDirectory() throws IOException {
            return real.stagingDirectory();
        }

        @Override
        public void delete(Location file) throws IOException {
            real.delete(file);
        }

        @Override
        public void deleteTree(Location directory) throws IOException {
            real.deleteTree(directory);
        }
    }
}
