package io.sluice.commit.conflict;

import io.sluice.table.Failure;

/// What a commit that won means to one that lost.
public sealed interface Verdict {

    /// It is our own: an earlier attempt whose answer was lost.
    record Ours(long version) implements Verdict {}

    /// Ours may follow it.
    record Passes() implements Verdict {}

    /// Ours was computed from what it changed.
    ///
    /// @param failure that names it
    record Collides(Failure failure) implements Verdict {}
}
