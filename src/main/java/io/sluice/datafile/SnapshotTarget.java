package io.sluice.datafile;

import io.sluice.compute.WorkTime;
import io.sluice.compute.change.RowKeys;
import io.sluice.compute.change.Target;
import io.sluice.delta.DataFile;
import io.sluice.delta.FilePruning;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Predicate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/// The files of a version in which rows change: those that may hold rows for the predicate, by partition values and
/// statistics.
final class SnapshotTarget implements Target {

    private final TableScans scans;
    private final KeyLookup lookup;
    private final TableSnapshot snapshot;
    private List<DataFile> files = List.of();
    private Predicate predicate = new Predicate.Nothing();

    SnapshotTarget(TableScans scans, KeyLookup lookup, TableSnapshot snapshot) {
        this.scans = scans;
        this.lookup = lookup;
        this.snapshot = snapshot;
    }

    @Override
    public <T> T on(Predicate asked, Work<T> work) throws Exception {
        predicate = asked;
        files = withoutVectorsFirst(FilePruning.mayMatch(snapshot, asked));
        return scans.on(snapshot, files, work::with);
    }

    @Override
    public Optional<List<Located>> locate(RowKeys keys, WorkTime time) throws Exception {
        predicate = keys.predicate();
        files = FilePruning.mayMatch(snapshot, predicate);
        return lookup.locate(snapshot, files, keys, time);
    }

    /// As scans read them, so that facts and files have the same numbers.
    static List<DataFile> withoutVectorsFirst(List<DataFile> files) {
        var ordered = new ArrayList<DataFile>(files.size());
        files.stream().filter(file -> file.add().deletionVector().isEmpty()).forEach(ordered::add);
        files.stream().filter(file -> file.add().deletionVector().isPresent()).forEach(ordered::add);
        return ordered;
    }

    /// The files that were scanned, by their numbers.
    List<DataFile> files() {
        return files;
    }

    /// What the scan was asked for.
    Predicate predicate() {
        return predicate;
    }

    @Override
    public FileFacts facts() {
        return new FileFacts(
                each(SnapshotTarget::liveRows),
                each(file -> known(file.add().baseRowId())),
                each(file -> known(file.add().defaultRowCommitVersion())));
    }

    private long[] each(ToLongFunction<DataFile> fact) {
        return files.stream().mapToLong(fact).toArray();
    }

    private static long liveRows(DataFile file) {
        OptionalLong records = file.statistics().numRecords();
        return records.isEmpty()
                ? -1
                : records.getAsLong()
                        - file.add()
                                .deletionVector()
                                .map(vector -> vector.cardinality())
                                .orElse(0L);
    }

    private static long known(OptionalLong value) {
        return value.orElse(-1);
    }
}
