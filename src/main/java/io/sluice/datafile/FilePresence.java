package io.sluice.datafile;

import io.sluice.delta.DataFile;
import io.sluice.delta.DeletionVectors;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;

/// Whether files that a log names are on storage.
@Component
public class FilePresence {

    private static final int LOOKS_AT_A_TIME = 32;

    private final Storages storages;
    private final DeletionVectors vectors;

    FilePresence(Storages storages, DeletionVectors vectors) {
        this.storages = storages;
        this.vectors = vectors;
    }

    /// Whether all of these, and their deletion vectors, are there.
    ///
    /// @throws IOException when the storage does not answer
    public boolean areThere(TableSnapshot snapshot, List<DataFile> files) throws IOException {
        Set<Location> places = new LinkedHashSet<>();
        for (DataFile file : files) {
            places.add(file.location());
            file.add()
                    .deletionVector()
                    .flatMap(vector -> vectors.file(snapshot, vector))
                    .ifPresent(places::add);
        }
        return presence(List.copyOf(places)).stream().allMatch(there -> there);
    }

    /// Those whose data files are not there; deletion vectors are not looked for.
    ///
    /// @throws IOException when the storage does not answer
    public List<DataFile> missing(List<DataFile> files) throws IOException {
        List<Boolean> there = presence(files.stream().map(DataFile::location).toList());
        var missing = new ArrayList<DataFile>();
        for (int i = 0; i < files.size(); i++) {
            if (!there.get(i)) {
                missing.add(files.get(i));
            }
        }
        return missing;
    }

    private List<Boolean> presence(List<Location> places) throws IOException {
        var turns = new Semaphore(LOOKS_AT_A_TIME);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var looks = new ArrayList<Future<Boolean>>();
            for (Location place : places) {
                turns.acquire();
                looks.add(threads.submit(() -> {
                    try {
                        return storages.of(place).findFile(place).isPresent();
                    } finally {
                        turns.release();
                    }
                }));
            }
            var all = new ArrayList<Boolean>(places.size());
            for (Future<Boolean> look : looks) {
                all.add(look.get());
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
