package io.sluice.ingest.stage;

import io.sluice.commit.Stager;
import io.sluice.compute.RowBatch;
import io.sluice.datafile.DataFileStore;
import io.sluice.delta.Action;
import io.sluice.delta.IdentityColumn;
import io.sluice.delta.RedefinedTable;
import io.sluice.delta.TableSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Writes the small batches of a group into one set of files and adds the files that large ones brought. Rows of small
/// batches get their identity values here, those of large ones have theirs.
public final class RowStager implements Stager<PreparedRows> {

    private final DataFileStore files;

    public RowStager(DataFileStore files) {
        this.files = files;
    }

    @Override
    public List<Action.AddFile> stage(TableSnapshot snapshot, List<PreparedRows> group) throws IOException {
        if (group.size() == 1 && group.getFirst() instanceof PreparedRows.Redefining redefining) {
            return stage(redefining.table().on(snapshot), List.of(redefining.prepared()));
        }
        List<RowBatch> small = small(group);
        var added = new ArrayList<Action.AddFile>();
        for (PreparedRows rows : group) {
            if (rows instanceof PreparedRows.Stored stored) {
                added.addAll(stored.files());
            }
        }
        if (!small.isEmpty()) {
            added.addAll(files.store(snapshot, IdentityValues.filled(snapshot.schema(), small)));
        }
        return added;
    }

    @Override
    public List<Action> definition(TableSnapshot snapshot, List<PreparedRows> group) {
        if (group.size() == 1 && group.getFirst() instanceof PreparedRows.Redefining redefining) {
            RedefinedTable table = redefining.table().on(snapshot);
            return table.defining(definition(table, List.of(redefining.prepared())));
        }
        var wanted = IdentityValues.wanted(snapshot.schema(), small(group));
        return wanted.isEmpty() ? List.of() : List.of(IdentityColumn.advanced(snapshot.metadata(), wanted));
    }

    private static List<RowBatch> small(List<PreparedRows> group) {
        var small = new ArrayList<RowBatch>();
        for (PreparedRows rows : group) {
            switch (rows) {
                case PreparedRows.InMemory memory -> small.addAll(memory.batches());
                case PreparedRows.Stored _ -> {}
                case PreparedRows.Redefining _ ->
                    throw new IllegalArgumentException("a request that changes the table commits alone");
            }
        }
        return small;
    }

    /// One of its own, for a request that must commit alone.
    public RowStager alone() {
        return new RowStager(files);
    }
}
