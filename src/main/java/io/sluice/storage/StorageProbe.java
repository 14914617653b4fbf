package io.sluice.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Tries whether a store creates a key for one writer only, which every commit rests on: some stores ignore
/// `If-None-Match`, some check and then put, some file systems have no hard links.
///
/// @param racers that put one key at a time
/// @param rounds of racing
record StorageProbe(int racers, int rounds) {

    static final StorageProbe STANDARD = new StorageProbe(16, 20);

    /// For a racer that never comes.
    private static final Duration LONGEST_START = Duration.ofSeconds(30);

    /// What is known about a store.
    sealed interface Result {}

    record Running() implements Result {}

    /// One winner in every round.
    record Safe() implements Result {}

    /// Writers would overwrite each other's commits. Final.
    record Unsafe(String reason) implements Result {}

    /// The store did not answer as it should; another time it may.
    record Unavailable(String reason, Throwable cause) implements Result {}

    /// Works below `.sluice/probe/` of the root and removes what it made.
    Result run(Storage storage, Location root) {
        Location directory = root.resolve(Storages.OWN_DIRECTORY)
                .resolve("probe")
                .resolve(UUID.randomUUID().toString());
        try {
            Optional<String> unsafe = storage.whyUnsafe(directory);
            Result result =
                    unsafe.isPresent() ? new Unsafe(unsafe.get()) : putTwice(storage, directory.resolve("twice"));
            for (int round = 0; round < rounds && result instanceof Safe; round++) {
                result = race(storage, directory.resolve("round-" + round));
            }
            return result;
        } catch (IOException | ExecutionException e) {
            return new Unavailable("The store did not answer as it should.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Unavailable("The probe was interrupted.", e);
        } finally {
            remove(storage, directory);
        }
    }

    private static Result putTwice(Storage storage, Location file) {
        return switch (storage.putIfAbsent(file, content(0))) {
            case PutOutcome.Created() ->
                switch (storage.putIfAbsent(file, content(1))) {
                    case PutOutcome.AlreadyExists() -> new Safe();
                    case PutOutcome.Created() -> new Unsafe("The store created a key that was there.");
                    case PutOutcome.Undecided(Exception cause) -> undecided(cause);
                    case PutOutcome.Refused(Exception cause) -> refused(cause);
                };
            case PutOutcome.AlreadyExists() -> new Unsafe("The store says of a new key that it is there.");
            case PutOutcome.Undecided(Exception cause) -> undecided(cause);
            case PutOutcome.Refused(Exception cause) -> refused(cause);
        };
    }

    private Result race(Storage storage, Location file) throws IOException, InterruptedException, ExecutionException {
        List<PutOutcome> outcomes = putByAll(storage, file);
        int winners = 0;
        for (int racer = 0; racer < racers; racer++) {
            switch (outcomes.get(racer)) {
                case PutOutcome.Created() -> {
                    winners++;
                    if (!Arrays.equals(storage.read(file), content(racer))) {
                        return new Unsafe("The store overwrote a key that it had created.");
                    }
                }
                case PutOutcome.Refused(Exception cause) -> {
                    return refused(cause);
                }
                case PutOutcome.Undecided(Exception cause) -> {
                    // Its key may be the one that is there; then nobody else may have won.
                    if (storage.findFile(file).isEmpty()) {
                        return undecided(cause);
                    }
                    if (Arrays.equals(storage.read(file), content(racer))) {
                        winners++;
                    }
                }
                case PutOutcome.AlreadyExists() -> {}
            }
        }
        return winners == 1
                ? new Safe()
                : new Unsafe(winners + " of " + racers + " writers created the same key; one may.");
    }

    private List<PutOutcome> putByAll(Storage storage, Location file) throws InterruptedException, ExecutionException {
        CyclicBarrier start = new CyclicBarrier(racers);
        List<Callable<PutOutcome>> puts = new ArrayList<>();
        for (int racer = 0; racer < racers; racer++) {
            byte[] content = content(racer);
            puts.add(() -> {
                start.await(LONGEST_START.toSeconds(), TimeUnit.SECONDS);
                return storage.putIfAbsent(file, content);
            });
        }
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("storage-probe-", 0).daemon().factory())) {
            List<PutOutcome> outcomes = new ArrayList<>();
            for (Future<PutOutcome> put : threads.invokeAll(puts)) {
                outcomes.add(put.get());
            }
            return outcomes;
        }
    }

    private static byte[] content(int racer) {
        return ("racer " + racer).getBytes(StandardCharsets.UTF_8);
    }

    private static Result undecided(Exception cause) {
        return new Unavailable("The store did not say whether it created a key.", cause);
    }

    private static Result refused(Exception cause) {
        return new Unavailable("The store refuses to create a key.", cause);
    }

    private static void remove(Storage storage, Location directory) {
        try {
            storage.deleteTree(directory);
        } catch (IOException e) {
            // A few small files stay below `.sluice/probe/`; the result stands.
        }
    }
}
