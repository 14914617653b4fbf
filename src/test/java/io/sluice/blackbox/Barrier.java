package io.sluice.blackbox;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.annotation.Bean;

/// A place in a commit where a rival gets ahead: when everything is computed and the log entry is about to be put.
final class Barrier {

    private static final Map<String, Runnable> RIVALS = new ConcurrentHashMap<>();
    private static final Map<String, Runnable> AFTER_BATCHES = new ConcurrentHashMap<>();

    private Barrier() {}

    /// Before the next log entry of this table is put, the rival runs to its end.
    static void beforeNextEntry(Table table, Runnable rival) {
        RIVALS.put(table.name().replace('.', '/'), rival);
    }

    /// After the next batch of a transaction of this table was written down, the rival runs to its end.
    static void afterNextBatch(Table table, Runnable rival) {
        AFTER_BATCHES.put(table.name().replace('.', '/'), rival);
    }

    private static void run(Map<String, Runnable> rivals, Location table) {
        rivals.keySet().stream()
                .filter(table.path()::endsWith)
                .findFirst()
                .map(rivals::remove)
                .ifPresent(Runnable::run);
    }

    /// Not a component, so that only services that are given it have it.
    static class WithBarrier {

        @Bean("io.sluice.storage.Storages")
        static Storages storages(StorageProperties properties) {
            return new Storages(properties) {
                @Override
                public Storage of(Location location) {
                    return new Guarded(super.of(location));
                }
            };
        }
    }

    private record Guarded(Storage delegate) implements Storage {

        @Override
        public PutOutcome putIfAbsent(Location file, byte[] content) {
            if (file.path().contains("/_delta_log/") && file.name().endsWith(".json")) {
                run(RIVALS, file.parent().parent());
            }
            PutOutcome outcome = delegate.putIfAbsent(file, content);
            if (file.path().contains("/_sluice/transactions/") && file.name().startsWith("batch-")) {
                run(AFTER_BATCHES, file.parent().parent().parent().parent());
            }
            return outcome;
        }

        @Override
        public void makeDurable(Location file) throws IOException {
            delegate.makeDurable(file);
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
        public InputStream open(Location file, long offset) throws IOException {
            return delegate.open(file, offset);
        }

        @Override
        public byte[] read(Location file) throws IOException {
            return delegate.read(file);
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
            delegate.delete(file);
        }

        @Override
        public void deleteTree(Location directory) throws IOException {
            delegate.deleteTree(directory);
        }
    }
}
