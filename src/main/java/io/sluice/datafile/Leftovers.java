package io.sluice.datafile;

import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files that no commit names, nor ever will.
record Leftovers(Storages storages) {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    /// Deletes them from storage, as far as the store answers.
    void delete(List<Location> files) {
        for (Location file : files) {
            try {
                storages.of(file).delete(file);
            } catch (IOException e) {
                LOG.info("{} belongs to no commit and could not be deleted; vacuum will", file, e);
            }
        }
    }

    /// Deletes a file or directory of the staging directory, if it is there.
    static void deleteStaged(Path staged) {
        if (!Files.exists(staged)) {
            return;
        }
        try (var files = Files.walk(staged)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.info("{} is left in the staging directory", staged, e);
        }
    }
}
