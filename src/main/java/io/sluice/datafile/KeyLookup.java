package io.sluice.datafile;

import io.sluice.compute.WorkTime;
import io.sluice.compute.change.ChangedRows;
import io.sluice.compute.change.KeyReader;
import io.sluice.compute.change.RowKeys;
import io.sluice.compute.change.Target.Located;
import io.sluice.delta.DataFile;
import io.sluice.delta.DeletionVectors;
import io.sluice.delta.FilePruning;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.springframework.stereotype.Component;

/// Finds rows by a few keys: in small files by what is remembered of them, in each large one by a look-up of the keys
/// that may be in it.
@Component
class KeyLookup {

    private static final int MOST_LARGE_FILES = 32;
    private static final int MOST_KEYS_OF_A_FILE = 16;

    /// Small files that are read by one statement, and rows that they have.
    private static final int FILES_AT_ONCE = 256;

    private static final long ROWS_AT_ONCE = 256 << 10;

    private final TableScans scans;
    private final KeyReader reader;
    private final DeletionVectors vectors;
    private final SmallFileKeys known = new SmallFileKeys();

    KeyLookup(TableScans scans, KeyReader reader, DeletionVectors vectors) {
        this.scans = scans;
        this.reader = reader;
        this.vectors = vectors;
    }

    /// The live rows with these keys.
    ///
    /// @param files those that may hold one
    /// @return files are named by their places; empty when there are too many of them for this way
    Optional<List<Located>> locate(TableSnapshot snapshot, List<DataFile> files, RowKeys keys, WorkTime time)
            throws Exception {
        Map<DataFile, Integer> places = new HashMap<>();
        var small = new ArrayList<DataFile>();
        var large = new ArrayList<DataFile>();
        for (DataFile file : files) {
            places.put(file, places.size());
            (SmallFileKeys.isSmall(file) ? small : large).add(file);
        }
        if (large.size() > MOST_LARGE_FILES) {
            return Optional.empty();
        }
        Map<DataFile, Set<List<Object>>> wanted = wanted(snapshot, large, keys);
        if (wanted.values().stream().anyMatch(some -> some.size() > MOST_KEYS_OF_A_FILE)) {
            return Optional.empty();
        }
        List<Located> located = new ArrayList<>();
        var unknown = new ArrayList<DataFile>();
        for (DataFile file : small) {
            known.find(file, keys.columns())
                    .ifPresentOrElse(
                            rows -> inSmall(snapshot, file, place(places, file), rows, keys, located),
                            () -> unknown.add(file));
        }
        for (List<DataFile> together : batches(unknown)) {
            List<List<Optional<List<Object>>>> read = keysOf(snapshot, together, keys.columns(), time);
            for (int i = 0; i < together.size(); i++) {
                DataFile file = together.get(i);
                known.remember(file, keys.columns(), read.get(i));
                inSmall(snapshot, file, place(places, file), read.get(i), keys, located);
            }
        }
        List<Callable<List<Located>>> lookUps = new ArrayList<>();
        wanted.forEach(
                (file, some) -> lookUps.add(() -> inLarge(snapshot, file, place(places, file), keys.only(some), time)));
        all(lookUps).forEach(located::addAll);
        return Optional.of(located);
    }

    /// Keeps the keys of a file that was just written, so that it need not be read for the next change.
    void remember(DataFile file, ChangedRows.Keys keys) {
        if (SmallFileKeys.isSmall(file)) {
            known.remember(file, keys.columns(), keys.rows());
        }
    }

    private static int place(Map<DataFile, Integer> places, DataFile file) {
        return Objects.requireNonNull(places.get(file));
    }

    /// For each file the keys that may be in it, by its statistics.
    private static Map<DataFile, Set<List<Object>>> wanted(TableSnapshot snapshot, List<DataFile> files, RowKeys keys) {
        Map<DataFile, Set<List<Object>>> wanted = new HashMap<>();
        if (files.isEmpty()) {
            return wanted;
        }
        var asked = new HashSet<>(files);
        for (List<Object> key : keys.keys()) {
            for (DataFile file :
                    FilePruning.mayMatch(snapshot, keys.only(Set.of(key)).predicate())) {
                if (asked.contains(file)) {
                    wanted.computeIfAbsent(file, _ -> new HashSet<>()).add(key);
                }
            }
        }
        return wanted;
    }

    /// Small files by the statements that read them: what they hold is used at once, whether it can be remembered
    /// or not, so each is read once.
    private static List<List<DataFile>> batches(List<DataFile> files) {
        List<List<DataFile>> batches = new ArrayList<>();
        List<DataFile> batch = new ArrayList<>();
        long rows = 0;
        for (DataFile file : files) {
            long more = file.statistics().numRecords().orElseThrow();
            if (!batch.isEmpty() && (batch.size() == FILES_AT_ONCE || rows + more > ROWS_AT_ONCE)) {
                batches.add(batch);
                batch = new ArrayList<>();
                rows = 0;
            }
            batch.add(file);
            rows += more;
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
        return batches;
    }

    /// The keys of each file's rows.
    private List<List<Optional<List<Object>>>> keysOf(
            TableSnapshot snapshot, List<DataFile> files, List<Column> columns, WorkTime time) throws Exception {
        return scans.onWhole(snapshot, files, scan -> {
            List<List<Optional<List<Object>>>> rows = new ArrayList<>();
            files.forEach(_ -> rows.add(new ArrayList<>()));
            reader.all(scan, columns, time, (number, row, key) -> {
                List<Optional<List<Object>>> keys = rows.get(number);
                if (keys.size() != row) {
                    throw new IllegalStateException("rows come in their order");
                }
                keys.add(key);
            });
            return rows;
        });
    }

    private void inSmall(
            TableSnapshot snapshot,
            DataFile file,
            int place,
            List<Optional<List<Object>>> rows,
            RowKeys keys,
            List<Located> located) {
        long[] deleted = null;
        for (int row = 0; row < rows.size(); row++) {
            Optional<List<Object>> key = rows.get(row).filter(keys::contains);
            if (key.isPresent()) {
                deleted = deleted == null ? deleted(snapshot, file) : deleted;
                if (Arrays.binarySearch(deleted, row) < 0) {
                    located.add(new Located(place, row, key.get()));
                }
            }
        }
    }

    private long[] deleted(TableSnapshot snapshot, DataFile file) {
        return file.add()
                .deletionVector()
                .map(vector -> vectors.read(snapshot, vector))
                .orElseGet(() -> new long[0]);
    }

    private List<Located> inLarge(TableSnapshot snapshot, DataFile file, int place, RowKeys keys, WorkTime time)
            throws Exception {
        long[] deleted = deleted(snapshot, file);
        return scans.onWhole(snapshot, List.of(file), scan -> {
            var located = new ArrayList<Located>();
            reader.withKeys(scan, keys, time, (_, row, key) -> {
                if (Arrays.binarySearch(deleted, row) < 0) {
                    located.add(new Located(place, row, key.orElseThrow()));
                }
            });
            return located;
        });
    }

    private static List<List<Located>> all(List<Callable<List<Located>>> lookUps) throws Exception {
        if (lookUps.size() <= 1) {
            return lookUps.isEmpty() ? List.of() : List.of(lookUps.getFirst().call());
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<List<Located>>();
            for (Future<List<Located>> each : threads.invokeAll(lookUps)) {
                results.add(each.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
