package io.sluice.commit;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import io.sluice.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// A storage that works, except that puts of log entries and their reading back fail as they are told to.
public class FaultyStorage implements Storage {

    /// What goes wrong with one put.
    public enum Fault {
        NONE,
        /// Written, and the answer never comes.
        ANSWER_LOST,
        /// Written, and a retry hidden in the client finds the object that it made itself.
        ANSWER_LOST_AND_RETRIED,
        /// Written, and then the client itself breaks.
        BROKEN_AFTERWARDS,
        /// Never written, and no answer.
        PUT_LOST,
        /// No answer, and written when [#releaseLatePuts] says so.
        PUT_LATE,
        /// Not written, and the store says so.
        REFUSED
    }

    private final Storage delegate;
    private final Deque<Consumer<Location>> beforePuts = new ArrayDeque<>();
    private final List<Runnable> latePuts = new ArrayList<>();
    private Function<Location, Fault> faults = _ -> Fault.NONE;
    private int readFailures;
    private int deletesLeft = Integer.MAX_VALUE;
    private int forcesUntilDurable;
    private int durable;
    private int puts;

    public FaultyStorage(Storage delegate) {
        this.delegate = delegate;
    }

    /// The storage without faults, for what rivals do.
    public Storage unharmed() {
        return delegate;
    }

    /// Decides about each put of a log entry.
    public synchronized void faults(Function<Location, Fault> decide) {
        faults = decide;
    }

    /// These faults for the next puts of log entries, then none.
    public synchronized void nextFaults(Fault... next) {
        Deque<Fault> queue = new ArrayDeque<>(List.of(next));
        faults = _ -> queue.isEmpty() ? Fault.NONE : queue.removeFirst();
    }

    /// Runs before the next put of a log entry reaches the store: a rival that is faster.
    public synchronized void beforeNextPut(Consumer<Location> rival) {
        beforePuts.add(rival);
    }

    /// The next times that a log entry is opened the store does not answer.
    public synchronized void failReads(int times) {
        readFailures = times;
    }

    /// The next times that an entry is to be made durable the disk fails.
    public synchronized void failMakingDurable(int times) {
        forcesUntilDurable = times;
    }

    /// How often an entry was made durable anew.
    public synchronized int madeDurable() {
        return durable;
    }

    /// After so many deletes the store does nothing any more, as if the process had died.
    public synchronized void stopAfterDeletes(int deletes) {
        deletesLeft = deletes;
    }

    private synchronized void deleting() throws IOException {
        if (deletesLeft == 0) {
            throw new IOException("injected: the end");
        }
        deletesLeft--;
    }

    /// Lets puts take effect that nobody waits for any more.
    public void releaseLatePuts() {
        List<Runnable> late;
        synchronized (this) {
            late = List.copyOf(latePuts);
            latePuts.clear();
        }
        late.forEach(Runnable::run);
    }

    /// Puts of log entries that were tried.
    public synchronized int puts() {
        return puts;
    }

    @Override
    public PutOutcome putIfAbsent(Location file, byte[] content) {
        if (!isLogEntry(file)) {
            return delegate.putIfAbsent(file, content);
        }
        Optional<Consumer<Location>> rival;
        Fault fault;
        synchronized (this) {
            puts++;
            rival = Optional.ofNullable(beforePuts.poll());
            fault = faults.apply(file);
        }
        rival.ifPresent(faster -> faster.accept(file));
        IOException silence = new IOException("injected: no answer");
        return switch (fault) {
            case NONE -> delegate.putIfAbsent(file, content);
            case ANSWER_LOST -> {
                delegate.putIfAbsent(file, content);
                yield new PutOutcome.Undecided(silence);
            }
            case ANSWER_LOST_AND_RETRIED -> {
                delegate.putIfAbsent(file, content);
                yield delegate.putIfAbsent(file, content);
            }
            case BROKEN_AFTERWARDS -> {
                delegate.putIfAbsent(file, content);
                throw new IllegalStateException("injected: a defect");
            }
            case PUT_LOST -> new PutOutcome.Undecided(silence);
            case PUT_LATE -> {
                synchronized (this) {
                    latePuts.add(() -> delegate.putIfAbsent(file, content));
                }
                yield new PutOutcome.Undecided(silence);
            }
            case REFUSED -> new PutOutcome.Refused(new IOException("injected: refused"));
        };
    }

    @Override
    public InputStream open(Location file, long offset) throws IOException {
        synchronized (this) {
            if (isLogEntry(file) && readFailures > 0) {
                readFailures--;
                throw new IOException("injected: unreadable");
            }
        }
        return delegate.open(file, offset);
    }

    @Override
    public List<FileEntry> list(Location directory, String startAt) throws IOException {
        return delegate.list(directory, startAt);
    }

    @Override
    public Optional<FileEntry> find(Location file) throws IOException {
        return delegate.find(file);
    }

    @Override
    public byte[] read(Location file) throws IOException {
        return delegate.read(file);
    }

    @Override
    public void makeDurable(Location file) throws IOException {
        synchronized (this) {
            if (forcesUntilDurable > 0) {
                forcesUntilDurable--;
                throw new IOException("injected: not durable");
            }
            durable++;
        }
        delegate.makeDurable(file);
    }

    @Override
    public void put(Location file, byte[] content) throws IOException {
        delegate.put(file, content);
    }

    @Override
    public void store(Path staged, Location target) throws IOException {
        delegate.store(staged, target);
    }

    @Override
    public Path stagingDirectory() throws IOException {
        return delegate.stagingDirectory();
    }

    @Override
    public void delete(Location file) throws IOException {
        deleting();
        delegate.delete(file);
    }

    @Override
    public void deleteTree(Location directory) throws IOException {
        deleting();
        delegate.deleteTree(directory);
    }

    private static boolean isLogEntry(Location file) {
        return file.path().contains("/_delta_log/") && file.name().endsWith(".json");
    }
}
