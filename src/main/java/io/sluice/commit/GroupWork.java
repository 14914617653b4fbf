package io.sluice.commit;

import io.sluice.delta.TableSnapshot;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Computes the changes of several requests at once, so that many small ones that wait for one table cost one commit.
/// The rules are those of [ChangeWork].
///
/// Requests go together only when they were given with equal work. When computing a group fails, its
/// halves are computed, so that one request does not stop the others.
///
/// @param <Q> what a request wants
/// @param <R> what it is answered with, as in [ChangeWork]
public interface GroupWork<Q, R> {

    /// One change for all, as if they had been made one after the other in their order.
    ///
    /// @return with one result for each request, in their order; empty for one that the change leaves to the next
    ///     commit, which is never the first one
    Preparation<List<Optional<R>>> prepare(TableSnapshot snapshot, List<Q> requests) throws IOException;

    Class<R> resultType();

    /// Whether a further request may go with these.
    default boolean mayJoin(List<Q> requests, Q further) {
        return true;
    }
}
