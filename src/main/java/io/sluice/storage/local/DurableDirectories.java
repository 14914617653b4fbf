package io.sluice.storage.local;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Directories whose own names survive a power cut. Those that another process made may not yet, so that the name of
/// each is put on the disk once by this one.
final class DurableDirectories {

    /// Directories that are remembered; beyond that some are put on the disk again.
    private static final int MOST = 10_000;

    private final DurableFiles.Names names;
    private final Set<Path> durable = ConcurrentHashMap.newKeySet();

    DurableDirectories(DurableFiles.Names names) {
        this.names = names;
    }

    /// Whether its name needs nothing more; somebody may have deleted the directory since.
    boolean contains(Path directory) {
        return durable.contains(directory);
    }

    /// Makes a directory and those above it, where they are not there; each name is durable on return.
    void make(Path directory) throws IOException {
        boolean isThere = Files.isDirectory(directory);
        Path parent = directory.getParent();
        if (parent == null || isThere && contains(directory)) {
            return;
        }
        // What is there in a directory that cannot be written was made by an operator.
        if (!isThere || Files.isWritable(parent)) {
            make(parent);
            if (!isThere) {
                create(directory);
            }
            names.force(parent);
        }
        if (durable.size() >= MOST) {
            durable.clear();
        }
        durable.add(directory);
    }

    private static void create(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            // Somebody was faster.
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
    }

    /// Directories were deleted: others may make them again.
    void forget() {
        durable.clear();
    }
}
