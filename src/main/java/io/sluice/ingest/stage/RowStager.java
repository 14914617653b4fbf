package io.sluice.ingest.stage;

import io.sluice.commit.Stager;
import io.sluice.compute.RowBatch;
import io.sluice.datafile.DataFileStore;
import io.sluice.delta.Action;
import io.sluice.delta.IdentityColumn;
import io.sluice.delta.TableSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Writes the small batches of a group into one set of files and adds the files that large ones brought. Rows of small
/// batches get their identity values here, those of large ones have theirs.
public final class RowStager implements Stager<PreparedRows> {

    private final DataFileStore files;

    public RowStager(DataFileStore files) {
        this.files = files;
    }

    @Override
    public List<Action.AddFile> stage(TableSnapshot snapshot, List<PreparedRows> group) throws IOException {
        var small = new ArrayList<RowBatch>();
        var added = new ArrayList<Action.AddFile>();
        for (PreparedRows rows : group) {
            switch (rows) {
                case PreparedRows.InMemory memory -> small.addAll(memory.batches());
                case PreparedRows.Stored stored -> added.addAll(stored.files());
            }
        }
        if (!small.isEmpty()) {
            added.addAll(files.store(snapshot, IdentityValues.filled(snapshot.schema(), small)));
        }
        return added;
    }

    @Override
    public Optional<Action.Metadata> metadata(TableSnapshot snapshot, List<PreparedRows> group) {
        var small = new ArrayList<RowBatch>();
        for (PreparedRows rows : group) {
            if (rows instanceof PreparedRows.InMemory memory) {
                small.addAll(memory.batches());
            }
        }
        var wanted = IdentityValues.wanted(snapshot.schema(), small);
        return wanted.isEmpty() ? Optional.empty() : Optional.of(IdentityColumn.advanced(snapshot.metadata(), wanted));
    }
}
