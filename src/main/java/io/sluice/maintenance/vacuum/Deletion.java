package io.sluice.maintenance.vacuum;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Files looked for and deleted, several at a time.
///
/// @param parallel requests to the store
record Deletion(Storage storage, int parallel) {

    /// How many files are worth being handed over together.
    int batch() {
        return Math.max(1_000, parallel * storage.deletesAtOnce());
    }

    /// Those that are there.
    List<FileEntry> find(List<Location> files) throws IOException {
        return each(files, 1, slice -> {
            var found = new ArrayList<FileEntry>();
            for (Location file : slice) {
                storage.findFile(file).ifPresent(found::add);
            }
            return found;
        });
    }

    /// Deletes all.
    void delete(List<Location> files) throws IOException {
        each(files, storage.deletesAtOnce(), slice -> {
            storage.deleteAll(slice);
            return List.<Location>of();
        });
    }

    @FunctionalInterface
    private interface Work<T> {
        List<T> on(List<Location> files) throws IOException;
    }

    /// @param least files that go together
    private <T> List<T> each(List<Location> files, int least, Work<T> work) throws IOException {
        int size = Math.max(least, (files.size() + parallel - 1) / parallel);
        var slices = new ArrayList<Callable<List<T>>>();
        for (int from = 0; from < files.size(); from += size) {
            List<Location> slice = files.subList(from, Math.min(files.size(), from + size));
            slices.add(() -> work.on(slice));
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
