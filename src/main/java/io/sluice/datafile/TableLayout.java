package io.sluice.datafile;

import io.sluice.compute.FileLayout;
import io.sluice.delta.Clustering;
import io.sluice.delta.TableSnapshot;

/// How the files of a table are laid out, from its snapshot.
public final class TableLayout {

    private TableLayout() {}

    public static FileLayout of(TableSnapshot snapshot) {
        return FileLayout.of(
                snapshot.schema(),
                snapshot.metadata().partitionColumns(),
                switch (snapshot.columnMappingMode()) {
                    case NONE -> FileLayout.FieldIds.NONE;
                    case NAME, ID -> FileLayout.FieldIds.WRITE;
                },
                snapshot.metadata().configuration(),
                Clustering.physicalPaths(snapshot));
    }
}
