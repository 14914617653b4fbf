package io.sluice.commit.simulation;

import io.sluice.commit.simulation.World.Signal;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import io.sluice.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// One replica's way to the store: requests and answers take time, get lost, come twice, or late. A replica that has
/// died gets no further than its next call.
final class SimulatedStorage implements Storage {

    private static final Duration TIME_OUT = Duration.ofSeconds(10);
    private static final long LATEST_ZOMBIE_MILLIS = 60_000;
    private static final Path STAGING = makeStaging();

    private final World world;
    private final SimulatedStore store;
    private final Life life;
    private Weather weather;

    /// Of the process that uses this storage.
    interface Life {
        boolean hasEnded();

        void end();
    }

    /// What a thread of a dead process throws to unwind.
    static final class Dead extends Error {
        private static final long serialVersionUID = 1;

        Dead() {
            super("the process has died", null, false, false);
        }
    }

    SimulatedStorage(World world, SimulatedStore store, Weather weather, Life life) {
        this.world = world;
        this.store = store;
        this.weather = weather;
        this.life = life;
    }

    void weather(Weather next) {
        weather = next;
    }

    @Override
    public PutOutcome putIfAbsent(Location file, byte[] content) {
        mayDie();
        Signal<PutOutcome> answer = new Signal<>();
        PutOutcome silence = new PutOutcome.Undecided(new IOException("simulated: no answer"));
        Duration there = oneWay();
        Duration back = there.plus(oneWay());
        Runnable put = () -> store.putIfAbsent(file, content);
        switch (weather.put(world)) {
            case NONE -> arrive(file, content, there, answer);
            case REQUEST_LOST -> world.after(TIME_OUT, () -> answer.give(silence));
            case ANSWER_LOST -> {
                world.after(there, put);
                world.after(world.chance(0.5) ? back : TIME_OUT, () -> answer.give(silence));
            }
            case DUPLICATED -> {
                Signal<PutOutcome> ignored = new Signal<>();
                boolean first = world.chance(0.5);
                arrive(file, content, there, first ? answer : ignored);
                arrive(file, content, there.plus(oneWay()), first ? ignored : answer);
            }
            case CONFLICT, SERVER_ERROR -> {
                if (world.chance(0.5)) {
                    world.after(there, put);
                }
                world.after(back, () -> answer.give(silence));
            }
            case ZOMBIE -> {
                world.after(world.upTo(LATEST_ZOMBIE_MILLIS), put);
                world.after(world.chance(0.5) ? back : TIME_OUT, () -> answer.give(silence));
            }
            case REFUSED ->
                world.after(back, () -> answer.give(new PutOutcome.Refused(new IOException("simulated: refused"))));
        }
        PutOutcome outcome = answer.await();
        requireAlive();
        return outcome;
    }

    private void arrive(Location file, byte[] content, Duration there, Signal<PutOutcome> answer) {
        world.after(there, () -> {
            PutOutcome outcome = store.putIfAbsent(file, content);
            world.after(oneWay(), () -> answer.give(outcome));
        });
    }

    @Override
    public void makeDurable(Location file) throws IOException {
        request(() -> true);
    }

    /// A request that may be repeated: done or not when the answer is an error.
    private <T> T request(Supplier<T> what) throws IOException {
        mayDie();
        Signal<Optional<T>> answer = new Signal<>();
        boolean fails = weather.otherFails(world);
        boolean arrives = !fails || world.chance(0.5);
        world.after(oneWay(), () -> {
            T result = arrives ? what.get() : null;
            world.after(oneWay(), () -> answer.give(fails ? Optional.empty() : Optional.of(result)));
        });
        Optional<T> result = answer.await();
        requireAlive();
        return result.orElseThrow(() -> new IOException("simulated: no answer"));
    }

    private Duration oneWay() {
        return world.upTo(world.chance(0.9) ? 5 : weather.slowestMillis());
    }

    private void mayDie() {
        requireAlive();
        if (world.chance(weather.dieBefore())) {
            if (world.chance(0.5)) {
                life.end();
            } else {
                world.after(world.upTo(10), life::end); // with its request under way
            }
        }
        requireAlive();
    }

    private void requireAlive() {
        if (life.hasEnded()) {
            throw new Dead();
        }
    }

    @Override
    public List<FileEntry> list(Location directory, String startAt) throws IOException {
        return request(() -> store.list(directory, startAt));
    }

    @Override
    public Optional<FileEntry> find(Location file) throws IOException {
        return request(() -> store.find(file));
    }

    @Override
    public byte[] read(Location file) throws IOException {
        return request(() -> store.get(file)).orElseThrow(() -> new NoSuchFileException(file.path()));
    }

    @Override
    public InputStream open(Location file, long offset) throws IOException {
        byte[] content = read(file);
        int length = content.length - (int) offset;
        if (!weather.otherFails(world)) {
            return new ByteArrayInputStream(content, (int) offset, length);
        }
        return new BreakingStream(content, (int) offset, world.random().nextInt(length + 1));
    }

    /// Ends with an error before its end.
    private static final class BreakingStream extends ByteArrayInputStream {

        BreakingStream(byte[] content, int offset, int length) {
            super(content, offset, length);
        }

        @Override
        public int read(byte[] buffer) throws IOException {
            int read = super.read(buffer, 0, buffer.length);
            if (read < 0) {
                throw new IOException("simulated: the connection broke");
            }
            return read;
        }
    }

    @Override
    public void put(Location file, byte[] content) throws IOException {
        request(() -> {
            store.put(file, content);
            return true;
        });
    }

    @Override
    public void store(Path staged, Location target) throws IOException {
        byte[] content = Files.readAllBytes(staged);
        PutOutcome outcome = request(() -> store.putIfAbsent(target, content));
        if (outcome instanceof PutOutcome.AlreadyExists) {
            throw new FileAlreadyExistsException(target.path());
        }
        Files.delete(staged);
    }

    /// A real one: Parquet is written there. It takes no time and never fails.
    @Override
    public Path stagingDirectory() {
        return STAGING;
    }

    private static Path makeStaging() {
        try {
            Path made = Files.createTempDirectory("simulation");
            made.toFile().deleteOnExit();
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void delete(Location file) throws IOException {
        request(() -> {
            store.delete(file);
            return true;
        });
    }

    @Override
    public void deleteTree(Location directory) throws IOException {
        request(() -> {
            store.deleteTree(directory);
            return true;
        });
    }
}
