package io.sluice.commit;

import io.sluice.delta.TableSnapshot;
import java.io.IOException;
import java.util.List;

/// Computes the changes of several requests at once, so that many small ones that wait for one table cost one commit.
/// The rules are those of [ChangeWork].
///
/// Requests go together only when they were given with the same object, so keep one. When computing a group fails, its
/// halves are computed, so that one request does not stop the others.
///
/// @param <Q> what a request wants
/// @param <R> what it is answered with, as in [ChangeWork]
public interface GroupWork<Q, R> {

    /// One change for all, as if they had been made one after the other in their order.
    ///
    /// @return with one result for each request, in their order
    Preparation<List<R>> prepare(TableSnapshot snapshot, List<Q> requests) throws IOException;

    Class<R> resultType();

    /// Whether a further request may go with these.
    default boolean mayJoin(List<Q> requests, Q further) {
        return true;
    }
}
