package io.sluice.commit;

import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import java.io.IOException;
import java.util.List;

/// Turns the rows of a group of requests into data files on storage, durably, before the group's log entry is written.
///
/// Requests share a commit only when they were given with the same object, so keep one. When staging a group fails,
/// its halves are staged again, so that one request's rows do not stop the others'; a failure of a single request is
/// its answer where it is a [io.sluice.table.FailureException].
///
/// The files of a request that is neither committed nor unknown are deleted. A stager may return files that it wrote
/// before, again and again: those that a later attempt still names stay.
@FunctionalInterface
public interface Stager<R> {

    /// @param snapshot the table that the group will be committed on; its schema is that of each request
    /// @return `add` actions whose files are stored; none when the group has no rows
    List<Action.AddFile> stage(TableSnapshot snapshot, List<R> group) throws IOException;

    /// What the group's rows make of the table's definition, at most one each of `protocol` and `metaData`: those
    /// that [#stage] gave values of identity columns move the columns' marks. The same for the same group and
    /// schema; rows are staged again when another commit has changed the schema that they were staged on.
    default List<Action> definition(TableSnapshot snapshot, List<R> group) {
        return List.of();
    }
}
