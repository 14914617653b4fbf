package io.sluice.commit;

import io.sluice.table.Failure;
import java.util.Optional;

/// What became of a request to change a table by a [ChangeWork].
public sealed interface ChangeOutcome<R> {

    /// In the log, on storage, once.
    record Committed<R>(long version, R result) implements ChangeOutcome<R> {}

    /// The change touches nothing; no commit was made.
    ///
    /// @param version that it was computed on
    record Untouched<R>(long version, R result) implements ChangeOutcome<R> {}

    /// An earlier request with this identity is in the log.
    ///
    /// @param result the first one's; empty when the log entry that held it was cleaned up
    record Replayed<R>(long version, Optional<R> result) implements ChangeOutcome<R> {}

    /// Not in the log, and it will not be.
    record Refused<R>(Failure failure) implements ChangeOutcome<R> {}

    /// The store stayed silent until the deadline: in the log once, or not at all.
    record Unknown<R>() implements ChangeOutcome<R> {}
}
