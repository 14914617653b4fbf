package io.sluice.delta;

import io.sluice.storage.Location;
import java.util.Optional;

/// What makes two actions speak of one logical file: path and deletion vector (Delta protocol, "Action
/// Reconciliation").
public final class FileKey {

    private FileKey() {}

    public static String of(String path, Optional<Action.DeletionVector> vector) {
        String file = canonical(path);
        return vector.isEmpty() ? file : file + '\0' + vectorId(vector.get());
    }

    /// The vector's unique id ("Derived Fields" of the descriptor).
    private static String vectorId(Action.DeletionVector vector) {
        String id = vector.storageType() + vector.pathOrInlineDv();
        return vector.offset().isPresent() ? id + "@" + vector.offset().getAsLong() : id;
    }

    /// Relative paths are compared as they are written; absolute ones as locations, so that `/a`, `file:/a` and
    /// `file:///a` are one.
    private static String canonical(String path) {
        if (!path.startsWith("/") && path.indexOf(':') < 0) {
            return path;
        }
        String uri = path.startsWith("/") ? "file:" + path : path;
        try {
            return uri.startsWith("file:") ? Location.parse(uri).toString() : uri;
        } catch (IllegalArgumentException e) {
            return path;
        }
    }
}
