package io.sluice.commit;

import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import java.io.IOException;
import java.util.List;

/// Turns the rows of a group of requests into data files on storage, durably, before the group's log entry is written.
@FunctionalInterface
public interface Stager<R> {

    /// @param snapshot the table that the group will be committed on; its schema is that of each request
    /// @return `add` actions whose files are stored; none when the group has no rows
    List<Action.AddFile> stage(TableSnapshot snapshot, List<R> group) throws IOException;
}
