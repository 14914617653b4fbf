package io.sluice.compute.scan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What is known of files that were looked into, of those asked for last. A file is not known when another one has
/// taken its place.
final class KnownFiles<T> {

    private record Id(Path path, long sizeBytes, FileTime modified) {

        static Optional<Id> of(Path path) {
            try {
                var attributes = Files.readAttributes(path, BasicFileAttributes.class);
                return Optional.of(new Id(path, attributes.size(), attributes.lastModifiedTime()));
            } catch (IOException gone) {
                // Whoever reads it will say so.
                return Optional.empty();
            }
        }
    }

    private final Map<Id, T> known;

    /// @param most files that are known at a time
    KnownFiles(int most) {
        this.known = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Id, T> eldest) {
                return size() > most;
            }
        };
    }

    Optional<T> find(Path file) {
        Optional<Id> id = Id.of(file);
        synchronized (known) {
            return id.map(known::get);
        }
    }

    void remember(Path file, T what) {
        Optional<Id> id = Id.of(file);
        synchronized (known) {
            id.ifPresent(there -> known.put(there, what));
        }
    }
}
