package io.sluice.commit;

import io.sluice.delta.TableSnapshot;
import java.io.IOException;

/// Computes a change of a table: what it read, and the actions that it wants in the log.
///
/// Runs on the newest version, and again on a newer one when a commit in between collides with what it read, so it
/// must not keep state from one run to the next, files that it wrote excepted. The first run goes on beside the
/// appends of this process; later ones have the table to themselves in this process.
///
/// @param <R> what the request is answered with: a record that Jackson writes and reads, kept in the log as JSON for
///     as long as a repeated request is recognised
public interface ChangeWork<R> {

    /// Checks that the table's features allow the change, and computes it. Files that the change names are on
    /// storage when this returns; when it fails it leaves none behind.
    ///
    /// @throws io.sluice.table.FailureException the answer of the request
    /// @throws IOException when the storage does not answer
    Preparation<R> prepare(TableSnapshot snapshot) throws IOException;

    Class<R> resultType();
}
