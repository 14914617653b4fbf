package io.sluice.blackbox;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import io.sluice.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// A storage in the midst of whose calls the process ends.
record MortalStorage(Storage delegate, MortalSluice.Fate fate) implements Storage {

    @Override
    public PutOutcome putIfAbsent(Location file, byte[] content) {
        if (isOfTransaction(file)) {
            return putOfTransaction(file, content);
        }
        if (!isLog(file)) {
            return delegate.putIfAbsent(file, content);
        }
        if (file.name().endsWith(".crc")) {
            fate.meet(CrashPoint.BEFORE_CHECKSUM);
        }
        if (!file.name().endsWith(".json")) {
            return delegate.putIfAbsent(file, content);
        }
        fate.meet(
                new String(content, StandardCharsets.UTF_8).contains("\"operation\":\"OPTIMIZE\"")
                        ? CrashPoint.BETWEEN_OPTIMIZED_FILES_AND_LOG_ENTRY
                        : CrashPoint.BETWEEN_DATA_FILE_AND_LOG_ENTRY);
        if (fate.hasCome(CrashPoint.DURING_LOG_ENTRY)) {
            Thread.ofPlatform().start(() -> delegate.putIfAbsent(file, content));
            MortalSluice.Fate.end();
        }
        PutOutcome outcome = delegate.putIfAbsent(file, content);
        if (outcome instanceof PutOutcome.Created) {
            fate.meet(CrashPoint.BETWEEN_LOG_ENTRY_AND_ANSWER);
        }
        return outcome;
    }

    @Override
    public void makeDurable(Location file) throws IOException {
        delegate.makeDurable(file);
    }

    @Override
    public void put(Location file, byte[] content) throws IOException {
        if (isLog(file) && file.name().equals("_last_checkpoint")) {
            fate.meet(CrashPoint.BETWEEN_CHECKPOINT_AND_ITS_HINT);
        }
        if (isLog(file) && file.name().endsWith(".crc")) {
            fate.meet(CrashPoint.BEFORE_CHECKSUM);
        }
        delegate.put(file, content);
    }

    @Override
    public void store(Path staged, Location target) throws IOException {
        if (isLog(target)) {
            dieHalfWay(CrashPoint.IN_CHECKPOINT, staged);
        } else if (target.name().endsWith(".parquet")) {
            fate.meet(CrashPoint.BEFORE_DATA_FILE);
            dieHalfWay(CrashPoint.IN_DATA_FILE, staged);
        }
        delegate.store(staged, target);
    }

    private void dieHalfWay(CrashPoint point, Path staged) throws IOException {
        if (fate.hasCome(point)) {
            try (FileChannel file = FileChannel.open(staged, StandardOpenOption.WRITE)) {
                file.truncate(Files.size(staged) / 2);
            }
            MortalSluice.Fate.end();
        }
    }

    private PutOutcome putOfTransaction(Location file, byte[] content) {
        if (file.name().startsWith("batch-")) {
            fate.meet(CrashPoint.BETWEEN_STAGED_FILE_AND_ITS_BATCH);
        }
        if (file.name().equals("sealed.json")) {
            fate.meet(CrashPoint.BETWEEN_DECISION_AND_SEAL);
        }
        PutOutcome outcome = delegate.putIfAbsent(file, content);
        if (file.name().startsWith("batch-")) {
            fate.meet(CrashPoint.BETWEEN_BATCH_AND_ANSWER);
        }
        if (file.name().equals("sealed.json")) {
            fate.meet(CrashPoint.BETWEEN_SEAL_AND_LOG_ENTRY);
        }
        return outcome;
    }

    private static boolean isOfTransaction(Location file) {
        return file.parent().parent().name().equals("transactions");
    }

    private static boolean isLog(Location file) {
        return file.parent().name().equals("_delta_log");
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
    public Optional<FileEntry> findFile(Location file) throws IOException {
        return delegate.findFile(file);
    }

    @Override
    public InputStream open(Location file, long offset) throws IOException {
        return delegate.open(file, offset);
    }

    @Override
    public InputStream open(Location file, long offset, long length) throws IOException {
        return delegate.open(file, offset, length);
    }

    @Override
    public byte[] read(Location file) throws IOException {
        return delegate.read(file);
    }

    @Override
    public Path stagingDirectory() throws IOException {
        return delegate.stagingDirectory();
    }

    @Override
    public void delete(Location file) throws IOException {
        boolean isBeginning = isOfTransaction(file) && file.name().equals("begun.json");
        if (isBeginning) {
            fate.meet(CrashPoint.BETWEEN_TRANSACTION_AND_ITS_CLEAN_UP);
        }
        delegate.delete(file);
        if (isBeginning) {
            fate.meet(CrashPoint.IN_CLEAN_UP_OF_TRANSACTION);
        }
    }

    @Override
    public void deleteTree(Location directory) throws IOException {
        delegate.deleteTree(directory);
    }
}
