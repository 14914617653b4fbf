package io.sluice.delta.prune;

import io.sluice.delta.DataFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The bounds of one version's files, column by column, made when a column is first asked about.
public final class BoundsIndex {

    private static final int MAX_COLUMNS = 16;

    private final List<DataFile> files;
    private final Map<ColumnRef, ColumnBounds> columns = new ConcurrentHashMap<>();

    public BoundsIndex(List<DataFile> files) {
        this.files = files;
    }

    /// The index of another version of the same columns: only files that are new to it are looked at. A table
    /// whose rows change all the time has some files that go with each version, and many that stay.
    public static BoundsIndex following(BoundsIndex before, List<DataFile> files) {
        BoundsIndex index = new BoundsIndex(files);
        List<Run> kept = kept(before.files, files);
        before.columns.forEach((column, bounds) -> index.columns.put(column, bounds.following(files, kept)));
        return index;
    }

    /// Neighbours in one list of files that are neighbours in another, too.
    ///
    /// @param from place of the first in the list before
    /// @param to its place in the list after it
    record Run(int from, int to, int length) {}

    /// What two lists have in common. Files that stay keep their order; where they do not, those from there on
    /// count as new.
    private static List<Run> kept(List<DataFile> before, List<DataFile> after) {
        List<Run> runs = new ArrayList<>();
        int from = 0;
        int to = 0;
        while (to < after.size()) {
            while (from < before.size() && before.get(from) != after.get(to)) {
                from++;
            }
            int length = 0;
            while (from + length < before.size()
                    && to + length < after.size()
                    && before.get(from + length) == after.get(to + length)) {
                length++;
            }
            if (length == 0) {
                return runs;
            }
            runs.add(new Run(from, to, length));
            from += length;
            to += length;
        }
        return runs;
    }

    List<DataFile> files() {
        return files;
    }

    ColumnBounds bounds(ColumnRef column) {
        ColumnBounds known = columns.get(column);
        if (known == null) {
            if (columns.size() >= MAX_COLUMNS) {
                columns.clear();
            }
            known = ColumnBounds.of(column, files);
            columns.put(column, known);
        }
        return known;
    }
}
