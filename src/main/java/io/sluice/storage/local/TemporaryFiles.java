package io.sluice.storage.local;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;

/// Files on their way: beside the one that they become, under names that every Delta reader ignores.
final class TemporaryFiles {

    private TemporaryFiles() {}

    static Path of(Path target) {
        return target.resolveSibling("." + UUID.randomUUID() + ".tmp");
    }

    /// A file with this content, forced to the disk, beside the target; its directory is made where it is missing.
    static Path write(Path target, byte[] content) throws IOException {
        Path temporary = of(target);
        try {
            try {
                DurableFiles.write(temporary, content);
            } catch (NoSuchFileException e) {
                DurableFiles.makeDirectories(directoryOf(target));
                DurableFiles.write(temporary, content);
            }
        } catch (IOException e) {
            delete(temporary);
            throw e;
        }
        return temporary;
    }

    static Path directoryOf(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent == null) {
            throw new FileSystemException(file.toString(), null, "the root is no file");
        }
        return parent;
    }

    static void delete(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // It is ignored by every reader; the outcome of what it was made for matters more.
        }
    }
}
