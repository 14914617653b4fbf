package io.sluice.operation;

import io.sluice.storage.Location;
import java.util.Optional;

/// Whether another operation may work on a table at the same time, here or on another replica. A table is where it
/// lies: several names may lead there.
public sealed interface Sharing {

    record Shared() implements Sharing {}

    /// None of the same kind.
    record OneOfKind(Location table) implements Sharing {}

    /// None that deletes files of the table, or has the log name files again that it had given up.
    record OneOfOldFiles(Location table) implements Sharing {}

    /// The name of what the operation has to itself.
    ///
    /// @param kind of the operation
    default Optional<String> claim(String kind) {
        return switch (this) {
            case Shared() -> Optional.empty();
            case OneOfKind(Location table) -> Optional.of(table.digest() + "." + kind);
            case OneOfOldFiles(Location table) -> Optional.of(table.digest() + ".files");
        };
    }
}
