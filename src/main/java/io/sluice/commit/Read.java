package io.sluice.commit;

import io.sluice.table.Predicate;
import java.util.Set;

/// Something of a table's state that a change was computed from, so that a commit which changes it in the meantime
/// collides. Protocol and metadata are always read and are not named.
public sealed interface Read {

    /// Every row: any file that is added or removed collides.
    record WholeTable() implements Read {}

    /// The rows for which the predicate may be true, by partition values and statistics: an added file that may
    /// hold one collides, and the removal of one that may have held some.
    record Rows(Predicate predicate) implements Read {}

    /// These files and no others: their removal collides, added files do not.
    ///
    /// @param paths as `add.path` has them
    record Files(Set<String> paths) implements Read {}

    /// That nobody committed anything, not even that a vacuum begins to delete files.
    record EveryCommit() implements Read {}

    /// The last `txn` of this application.
    record TransactionId(String applicationId) implements Read {}
}
