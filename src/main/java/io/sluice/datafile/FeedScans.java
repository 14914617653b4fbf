package io.sluice.datafile;

import io.sluice.compute.Scan;
import io.sluice.delta.Action;
import io.sluice.delta.DeletionVectors;
import io.sluice.delta.TableSnapshot;
import io.sluice.delta.feed.FeedColumns;
import io.sluice.delta.feed.FeedFile;
import io.sluice.storage.DataFileCache;
import io.sluice.storage.DataFileCache.DataFileRef;
import io.sluice.storage.DataFileCache.Lease;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/// Files of a change feed as a scan of local copies.
@Component
public class FeedScans {

    private final DataFileCache cache;
    private final Storages storages;
    private final DeletionVectors deletionVectors;

    FeedScans(DataFileCache cache, Storages storages, DeletionVectors deletionVectors) {
        this.cache = cache;
        this.storages = storages;
        this.deletionVectors = deletionVectors;
    }

    /// Runs the work on these files, in this order.
    ///
    /// @param table with the columns of the feed
    /// @throws io.sluice.table.FailureException `files-missing` when one is gone; never fewer changes
    public <T> T on(TableSnapshot table, List<FeedFile> files, TableScans.Work<T> work) throws Exception {
        var refs = new ArrayList<DataFileRef>(files.size());
        try {
            for (FeedFile file : files) {
                refs.add(new DataFileRef(file.file().location(), size(file)));
            }
            try (Lease lease = cache.lease(refs)) {
                return work.with(scan(table, files, lease.paths()));
            }
        } catch (NoSuchFileException e) {
            throw new Failure.FilesMissing(files.isEmpty() ? table.version() : oldest(files)).asException(e);
        }
    }

    private static long oldest(List<FeedFile> files) {
        return files.stream().mapToLong(FeedFile::version).min().orElseThrow();
    }

    /// A removal need not say how large the file was.
    private long size(FeedFile file) throws IOException {
        long known = file.file().add().size();
        if (known > 0 || file.file().location().isLocal()) {
            return known;
        }
        return storages.of(file.file().location())
                .findFile(file.file().location())
                .orElseThrow(() -> new NoSuchFileException(file.file().add().path()))
                .sizeBytes();
    }

    private Scan scan(TableSnapshot table, List<FeedFile> files, List<Path> paths) {
        var scanned = new ArrayList<Scan.File>(files.size());
        for (int i = 0; i < files.size(); i++) {
            scanned.add(file(table, files.get(i), paths.get(i)));
        }
        return new Scan(
                table.schema(),
                table.metadata().partitionColumns(),
                switch (table.columnMappingMode()) {
                    case NONE, NAME -> Scan.Binding.PHYSICAL_NAME;
                    case ID -> Scan.Binding.FIELD_ID;
                },
                scanned,
                Scan.Ordering.AS_GIVEN);
    }

    private Scan.File file(TableSnapshot table, FeedFile file, Path path) {
        Action.AddFile add = file.file().add();
        Optional<long[]> deleted = Optional.empty();
        Optional<long[]> only = Optional.empty();
        Set<String> own = Set.of();
        switch (file.rows()) {
            case FeedFile.Rows.Live _ ->
                deleted = add.deletionVector().map(vector -> deletionVectors.read(table, vector));
            case FeedFile.Rows.Typed _ -> own = Set.of(FeedColumns.CHANGE_TYPE);
            case FeedFile.Rows.Difference(var without, var named) ->
                only = Optional.of(difference(
                        deletionVectors.read(table, named),
                        without.map(vector -> deletionVectors.read(table, vector))
                                .orElseGet(() -> new long[0])));
        }
        String name = file.file().location().name();
        return new Scan.File(path, name, add.partitionValues(), deleted, only, own);
    }

    /// What is in one sorted list and not in the other.
    private static long[] difference(long[] rows, long[] without) {
        long[] left = new long[rows.length];
        int count = 0;
        int other = 0;
        for (long row : rows) {
            while (other < without.length && without[other] < row) {
                other++;
            }
            if (other == without.length || without[other] != row) {
                left[count++] = row;
            }
        }
        return Arrays.copyOf(left, count);
    }
}
