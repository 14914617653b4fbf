package io.sluice.maintenance.vacuum;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/// Files looked for and deleted, several at a time.
///
/// @param parallel how many
record Deletion(Storages storages, int parallel) {

    private static final int BATCH = 1_000;

    /// Those that are there.
    List<FileEntry> find(List<Location> files) throws IOException {
        var found = new ArrayList<FileEntry>();
        for (List<Location> batch : batches(files)) {
            each(batch, file -> storages.of(file).findFile(file)).forEach(entry -> entry.ifPresent(found::add));
        }
        return found;
    }

    /// Deletes all.
    ///
    /// @param progress told how many are gone, now and then; may throw to stop
    void delete(List<Location> files, LongConsumer progress) throws IOException {
        long done = 0;
        for (List<Location> batch : batches(files)) {
            each(batch, file -> {
                storages.of(file).delete(file);
                return file;
            });
            done += batch.size();
            progress.accept(done);
        }
    }

    private static List<List<Location>> batches(List<Location> files) {
        var batches = new ArrayList<List<Location>>();
        for (int from = 0; from < files.size(); from += BATCH) {
            batches.add(files.subList(from, Math.min(files.size(), from + BATCH)));
        }
        return batches;
    }

    @FunctionalInterface
    private interface Work<T> {
        T on(Location file) throws IOException;
    }

    private <T> List<T> each(List<Location> files, Work<T> work) throws IOException {
        var slices = new ArrayList<Callable<List<T>>>();
        for (int first = 0; first < Math.min(parallel, files.size()); first++) {
            int offset = first;
            slices.add(() -> {
                var results = new ArrayList<T>();
                for (int i = offset; i < files.size(); i += parallel) {
                    results.add(work.on(files.get(i)));
                }
                return results;
            });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<T>();
            for (Future<List<T>> slice : threads.invokeAll(slices)) {
                all.addAll(slice.get());
            }
            return all;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
    }
}
