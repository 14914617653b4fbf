package io.sluice.commit.group;

import io.sluice.delta.Action;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Data files that hold the rows of a group, on storage and not yet in the log.
///
/// @param members whose rows they hold
record StagedFiles(int members, List<Action.AddFile> files) {

    private static final Logger LOG = LoggerFactory.getLogger(StagedFiles.class);

    StagedFiles {
        files = List.copyOf(files);
    }

    static StagedFiles none() {
        return new StagedFiles(0, List.of());
    }

    long bytes() {
        return files.stream().mapToLong(Action.AddFile::size).sum();
    }

    /// Deletes what no log entry names and none can any more.
    void discard(Storage storage, Location table) {
        discardBut(none(), storage, table);
    }

    /// The same, but for files that are staged again: those of large requests are written once and belong to every
    /// attempt.
    void discardBut(StagedFiles kept, Storage storage, Location table) {
        Set<String> keptPaths = kept.files().stream().map(Action.AddFile::path).collect(Collectors.toSet());
        for (Action.AddFile file : files) {
            if (!keptPaths.contains(file.path())) {
                delete(file, storage, table);
            }
        }
    }

    private static void delete(Action.AddFile file, Storage storage, Location table) {
        try {
            String path = Location.parse("file:///" + file.path()).path();
            storage.delete(table.resolve(path.substring(1)));
        } catch (IOException | RuntimeException leftBehind) {
            LOG.info("An unused data file stays until vacuum: {}", file.path(), leftBehind);
        }
    }
}
