package io.sluice.delta.feed;

import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import java.util.Optional;

/// A file some of whose rows are changes.
///
/// @param version of the commit
/// @param ordinal of the file among those of its commit, from 0
/// @param file with the values of [FeedColumns] among its partition values
public record FeedFile(long version, int ordinal, DataFile file, Rows rows) {

    /// Which rows of the file are changes.
    public sealed interface Rows {

        /// All that the file's deletion vector leaves, each changed in the same way.
        record Live() implements Rows {}

        /// All, and each says itself how it was changed.
        record Typed() implements Rows {}

        /// Those that one deletion vector names and another does not, each changed in the same way.
        record Difference(Optional<Action.DeletionVector> without, Action.DeletionVector named) implements Rows {}
    }
}
