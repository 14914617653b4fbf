package io.sluice.delta.prune;

import io.sluice.delta.DataFile;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The bounds of one version's files, column by column, made when a column is first asked about.
public final class BoundsIndex {

    private static final int MAX_COLUMNS = 16;

    private final List<DataFile> files;
    private final Map<ColumnRef, ColumnBounds> columns = new ConcurrentHashMap<>();

    public BoundsIndex(List<DataFile> files) {
        this.files = files;
    }

    /// The index of a version whose files begin with those of the version before: only the new ones are looked at.
    public static BoundsIndex grown(BoundsIndex before, List<DataFile> files) {
        BoundsIndex index = new BoundsIndex(files);
        before.columns.forEach((column, bounds) -> index.columns.put(column, ColumnBounds.of(column, files, bounds)));
        return index;
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
            known = ColumnBounds.of(column, files, (@Nullable ColumnBounds) null);
            columns.put(column, known);
        }
        return known;
    }
}
