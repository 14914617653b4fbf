package io.sluice.datafile;

import io.sluice.compute.ParquetWriter;
import io.sluice.compute.RowBatch;
import io.sluice.compute.RowSpool;
import io.sluice.compute.WrittenFile;
import io.sluice.compute.change.SourceSpool;
import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageFailures;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/// Writes rows as data files and puts them on storage.
public final class DataFileStore {

    /// How many files are looked for at a time.
    private static final int LOOKS = 16;

    /// The directory of change data files (Delta protocol, "Change Data Files").
    private static final String CHANGE_DATA = "_change_data/";

    private final ParquetWriter writer;
    private final Storages storages;
    private final Leftovers leftovers;
    private final Clock clock;
    private final Supplier<UUID> ids;

    /// @param ids of new files; never the same twice
    public DataFileStore(ParquetWriter writer, Storages storages, Clock clock, Supplier<UUID> ids) {
        this.writer = writer;
        this.storages = storages;
        this.leftovers = new Leftovers(storages);
        this.clock = clock;
        this.ids = ids;
    }

    /// A place for the rows of one large body.
    public RowSpool spool(TableSnapshot table, long maxBytes) throws IOException {
        return writer.spool(TableLayout.of(table), stagingDirectory(table), maxBytes);
    }

    /// A place for the rows of one body that are not put into the table as they are.
    ///
    /// @param schema of the rows
    public SourceSpool sourceSpool(TableSnapshot table, Schema schema, long maxBytes) throws IOException {
        return new SourceSpool(
                writer, schema, stagingDirectory(table).resolve(ids.get().toString()), maxBytes);
    }

    private Path stagingDirectory(TableSnapshot table) throws IOException {
        return storages.of(table.location()).stagingDirectory();
    }

    /// Files of these rows, durable on storage, as actions. On failure nothing stays behind, as far as the store
    /// answers.
    public List<Action.AddFile> store(TableSnapshot table, List<RowBatch> batches) throws IOException {
        Storage storage = storages.of(table.location());
        Path directory = storage.stagingDirectory();
        return store(table, storage, directory, writer.write(batches, TableLayout.of(table), directory));
    }

    /// The same for spooled rows, which end with this.
    public List<Action.AddFile> store(TableSnapshot table, RowSpool spool) throws IOException {
        return store(table, storages.of(table.location()), stagingDirectory(table), spool.finish());
    }

    private List<Action.AddFile> store(TableSnapshot table, Storage storage, Path directory, List<WrittenFile> written)
            throws IOException {
        var added = new ArrayList<Action.AddFile>();
        var stored = new ArrayList<Location>();
        try {
            for (WrittenFile file : written) {
                String name = "part-00000-" + ids.get() + "-c000.zstd.parquet";
                String path = DataFilePaths.relative(file.partitionValues(), name);
                Location target = table.location().resolve(path);
                stored.add(target);
                storage.store(file.staged(), target);
                added.add(add(file, path));
            }
            return added;
        } catch (IOException silent) {
            // A store that has just been silent may be so for each of them.
            Thread.ofVirtual().name("clean-up").start(() -> leftovers.delete(stored));
            throw silent;
        } catch (RuntimeException e) {
            leftovers.delete(stored);
            throw e;
        } finally {
            for (WrittenFile file : written) {
                Leftovers.deleteStaged(
                        directory.resolve(directory.relativize(file.staged()).getName(0)));
            }
        }
    }

    /// Why the storage of this table did not take a file.
    ///
    /// @param bytes that it may have had
    public Failure failure(TableSnapshot table, long bytes) {
        return StorageFailures.of(storages.of(table.location()), bytes);
    }

    /// Files that were written for a change of rows, durable on storage. The staged ones are gone.
    ///
    /// @param stored takes the place of each file before it is stored there, so that the caller can delete it
    public List<Action.AddFile> put(TableSnapshot table, List<WrittenFile> written, List<Location> stored)
            throws IOException {
        var added = new ArrayList<Action.AddFile>();
        for (WrittenFile file : written) {
            String path =
                    DataFilePaths.relative(file.partitionValues(), "part-00000-" + ids.get() + "-c000.zstd.parquet");
            put(table, file, path, stored);
            added.add(add(file, path));
        }
        return added;
    }

    /// Files of the change data feed, as [#put].
    public List<Action.AddCdcFile> putChanges(TableSnapshot table, List<WrittenFile> written, List<Location> stored)
            throws IOException {
        var added = new ArrayList<Action.AddCdcFile>();
        for (WrittenFile file : written) {
            String path = CHANGE_DATA
                    + DataFilePaths.relative(file.partitionValues(), "cdc-00000-" + ids.get() + ".c000.zstd.parquet");
            put(table, file, path, stored);
            added.add(new Action.AddCdcFile(DataFilePaths.encoded(path), file.partitionValues(), file.sizeBytes()));
        }
        return added;
    }

    private void put(TableSnapshot table, WrittenFile file, String path, List<Location> stored) throws IOException {
        Location target = table.location().resolve(path);
        stored.add(target);
        storages.of(target).store(file.staged(), target);
    }

    private Action.AddFile add(WrittenFile file, String path) {
        return new Action.AddFile(
                DataFilePaths.encoded(path),
                file.partitionValues(),
                file.sizeBytes(),
                clock.millis(),
                true,
                Optional.of(file.statsJson()),
                Map.of(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty());
    }

    /// Whether all files of these `add` actions are on storage.
    ///
    /// @throws IOException when the storage does not answer
    public boolean areThere(TableSnapshot table, List<Action.AddFile> added) throws IOException {
        Storage storage = storages.of(table.location());
        List<Callable<Boolean>> looks = new ArrayList<>();
        for (int first = 0; first < LOOKS; first++) {
            int offset = first;
            looks.add(() -> {
                for (int at = offset; at < added.size(); at += LOOKS) {
                    String path = DataFilePaths.decoded(added.get(at).path());
                    if (storage.findFile(table.location().resolve(path)).isEmpty()) {
                        return false;
                    }
                }
                return true;
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            boolean all = true;
            for (Future<Boolean> look : threads.invokeAll(looks)) {
                all &= look.get();
            }
            return all;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause());
        }
    }

    /// Deletes files that no commit names, nor ever will.
    public void discard(TableSnapshot table, List<Action.AddFile> files) {
        leftovers.delete(files.stream()
                .map(file -> table.location().resolve(DataFilePaths.decoded(file.path())))
                .toList());
    }
}
