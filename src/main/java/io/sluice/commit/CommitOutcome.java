package io.sluice.commit;

import io.sluice.table.Failure;

/// What became of a request to change a table.
public sealed interface CommitOutcome {

    /// In the log, on storage, once.
    ///
    /// @param files data files that the commit added
    /// @param bytes their size
    /// @param rows of this request
    record Committed(long version, long rows, int files, long bytes) implements CommitOutcome {}

    /// An earlier request with this identity is in the log; these are its figures.
    record Replayed(long version, long rows, int files, long bytes) implements CommitOutcome {}

    /// Not in the log, and it will not be.
    record Refused(Failure failure) implements CommitOutcome {}

    /// The store stayed silent until the deadline: in the log once, or not at all.
    record Unknown() implements CommitOutcome {}
}
