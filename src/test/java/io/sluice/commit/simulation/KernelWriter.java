package io.sluice.commit.simulation;

import io.delta.kernel.Operation;
import io.delta.kernel.TableManager;
import io.delta.kernel.Transaction;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.PositionOutputStream;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import io.delta.kernel.utils.FileStatus;
import io.sluice.commit.RequestIdentity;
import io.sluice.delta.kernel.StorageFileIo;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A process that appends with Delta Kernel's transactions and its default committer, on a file system whose
/// conditional put repeats itself once when no answer comes, as S3A's does.
final class KernelWriter implements Writer {

    private final Storage storage;
    private final Location table;
    private final String process;
    private final Engine engine;
    private int filesMade;

    KernelWriter(Storage storage, Location table, String process) {
        this.storage = storage;
        this.table = table;
        this.process = process;
        Storages storages = new Storages(StorageProperties.ofRoot("s3a://simulated/tables")) {
            @Override
            public Storage of(Location location) {
                return storage;
            }
        };
        this.engine = DefaultEngine.create(new RepeatingPuts(new StorageFileIo(storages, table), storage));
    }

    @Override
    public Answer append(List<String> lines, Optional<RequestIdentity> identity) {
        String name = "kernel-" + process + "-" + filesMade++;
        byte[] content = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        try {
            storage.put(table.resolve(name), content);
        } catch (IOException silent) {
            return new Answer.Refused("no data file");
        }
        try {
            Transaction transaction = TableManager.loadSnapshot(table.toUnescapedString())
                    .build(engine)
                    .buildUpdateTableTransaction("control", Operation.WRITE)
                    .build(engine);
            Row state = transaction.getTransactionState(engine);
            DataFileStatus file =
                    new DataFileStatus(table.resolve(name).toUnescapedString(), content.length, 0, Optional.empty());
            CloseableIterator<Row> actions = Transaction.generateAppendActions(
                    engine,
                    state,
                    io.delta.kernel.internal.util.Utils.singletonCloseableIterator(file),
                    Transaction.getWriteContext(engine, state, Map.of()));
            return new Answer.Acknowledged(transaction
                    .commit(engine, CloseableIterable.inMemoryIterable(actions))
                    .getVersion());
        } catch (RuntimeException unknown) {
            return new Answer.Unknown();
        }
    }

    @Override
    public Answer delete(String line, RequestIdentity identity) {
        throw new UnsupportedOperationException("appends only");
    }

    @Override
    public Answer compact(RequestIdentity identity) {
        throw new UnsupportedOperationException("appends only");
    }

    @Override
    public Answer increment(RequestIdentity identity) {
        throw new UnsupportedOperationException("appends only");
    }

    @Override
    public long latest() {
        return -1;
    }

    @Override
    public List<String> read() {
        throw new UnsupportedOperationException("appends only");
    }

    private record RepeatingPuts(StorageFileIo files, Storage storage) implements FileIO {

        @Override
        public CloseableIterator<FileStatus> listFrom(String path) throws IOException {
            return files.listFrom(path);
        }

        @Override
        public FileStatus getFileStatus(String path) throws IOException {
            return files.getFileStatus(path);
        }

        @Override
        public String resolvePath(String path) throws IOException {
            return files.resolvePath(path);
        }

        @Override
        public boolean mkdirs(String path) {
            return true;
        }

        @Override
        public InputFile newInputFile(String path, long size) {
            return files.newInputFile(path, size);
        }

        @Override
        public OutputFile newOutputFile(String path) {
            return new Output(path, storage);
        }

        @Override
        public boolean delete(String path) throws IOException {
            return files.delete(path);
        }

        @Override
        public Optional<String> getConf(String key) {
            return Optional.empty();
        }

        @Override
        public void copyFileAtomically(String source, String target, boolean overwrite) {
            throw new UnsupportedOperationException();
        }
    }

    private record Output(String path, Storage storage) implements OutputFile {

        @Override
        public PositionOutputStream create(boolean atomicWrite) {
            throw new UnsupportedOperationException("log entries only");
        }

        @Override
        public void writeAtomically(CloseableIterator<String> data, boolean overwrite) throws IOException {
            StringBuilder content = new StringBuilder();
            try (data) {
                while (data.hasNext()) {
                    content.append(data.next()).append('\n');
                }
            }
            Location file = Location.parse(path);
            byte[] bytes = content.toString().getBytes(StandardCharsets.UTF_8);
            PutOutcome outcome = storage.putIfAbsent(file, bytes);
            if (outcome instanceof PutOutcome.Undecided) {
                outcome = storage.putIfAbsent(file, bytes);
            }
            switch (outcome) {
                case PutOutcome.Created _ -> {}
                case PutOutcome.AlreadyExists _ -> throw new FileAlreadyExistsException(path);
                case PutOutcome.Undecided(Exception cause) -> throw new IOException(cause);
                case PutOutcome.Refused(Exception cause) -> throw new IOException(cause);
            }
        }
    }
}
