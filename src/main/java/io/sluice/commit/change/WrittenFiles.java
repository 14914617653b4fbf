package io.sluice.commit.change;

import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files on storage that the runs of a change have written and that no log entry names.
final class WrittenFiles {

    private static final Logger LOG = LoggerFactory.getLogger(WrittenFiles.class);

    private final Storage storage;
    private final Set<Location> files = new HashSet<>();
    private boolean underWay;

    WrittenFiles(Storage storage) {
        this.storage = storage;
    }

    /// These are wanted now; the others of earlier runs go.
    void replaceBy(List<Location> wanted) {
        files.removeAll(wanted);
        discard();
        files.addAll(wanted);
    }

    /// An entry that names them is about to be put, or was: they stay.
    void entryIsPut() {
        underWay = true;
    }

    /// The entry that named them is not in the log and cannot come there.
    void entryIsLost() {
        underWay = false;
    }

    boolean mayBeCommitted() {
        return underWay;
    }

    /// Deletes what no log entry names and none can any more.
    void discard() {
        if (underWay) {
            return;
        }
        for (Location file : files) {
            try {
                storage.delete(file);
            } catch (IOException | RuntimeException leftBehind) {
                LOG.info("An unused file stays until vacuum: {}", file, leftBehind);
            }
        }
        files.clear();
    }
}
