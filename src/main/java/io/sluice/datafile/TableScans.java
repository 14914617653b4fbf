package io.sluice.datafile;

import io.sluice.compute.Scan;
import io.sluice.delta.DataFile;
import io.sluice.delta.DeletionVectors;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.DataFileCache;
import io.sluice.storage.DataFileCache.DataFileRef;
import io.sluice.storage.DataFileCache.Lease;
import io.sluice.table.Failure;
import io.sluice.trace.Stages;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/// Data files of a version as a scan of local copies.
@Component
public class TableScans {

    private final DataFileCache cache;
    private final DeletionVectors deletionVectors;

    TableScans(DataFileCache cache, DeletionVectors deletionVectors) {
        this.cache = cache;
        this.deletionVectors = deletionVectors;
    }

    /// Work on a scan, while its files are kept.
    @FunctionalInterface
    public interface Work<T> {
        T with(Scan scan) throws Exception;
    }

    /// Runs the work on these files, in this order.
    ///
    /// @throws io.sluice.table.FailureException `files-missing` when one is gone; never fewer rows
    public <T> T on(TableSnapshot snapshot, List<DataFile> files, Work<T> work) throws Exception {
        return on(
                snapshot,
                files,
                file -> file.add().deletionVector().map(vector -> deletionVectors.read(snapshot, vector)),
                work);
    }

    /// The same with the rows that deletion vectors remove.
    <T> T onWhole(TableSnapshot snapshot, List<DataFile> files, Work<T> work) throws Exception {
        return on(snapshot, files, _ -> Optional.empty(), work);
    }

    private <T> T on(
            TableSnapshot snapshot, List<DataFile> files, Function<DataFile, Optional<long[]>> deleted, Work<T> work)
            throws Exception {
        List<DataFileRef> refs = files.stream()
                .map(file -> new DataFileRef(file.location(), file.add().size()))
                .toList();
        try (Lease lease = Stages.run("fetch", () -> cache.lease(refs))) {
            return work.with(scan(snapshot, files, lease.paths(), deleted));
        } catch (NoSuchFileException e) {
            throw new Failure.FilesMissing(snapshot.version()).asException(e);
        }
    }

    private static Scan scan(
            TableSnapshot snapshot,
            List<DataFile> files,
            List<Path> paths,
            Function<DataFile, Optional<long[]>> deleted) {
        var scanned = new ArrayList<Scan.File>(files.size());
        for (int i = 0; i < files.size(); i++) {
            DataFile file = files.get(i);
            scanned.add(new Scan.File(
                    paths.get(i),
                    file.location().name(),
                    file.add().partitionValues(),
                    deleted.apply(file),
                    Optional.empty(),
                    Set.of()));
        }
        Scan.Binding binding = switch (snapshot.columnMappingMode()) {
            case NONE, NAME -> Scan.Binding.PHYSICAL_NAME;
            case ID -> Scan.Binding.FIELD_ID;
        };
        return new Scan(snapshot.schema(), snapshot.metadata().partitionColumns(), binding, scanned);
    }
}
