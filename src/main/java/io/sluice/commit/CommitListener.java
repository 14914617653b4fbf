package io.sluice.commit;

import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.TableName;
import java.util.List;

/// Told of each commit that this process made to a table that was there, in its order, on the thread that commits for
/// the table: whatever takes time is done elsewhere.
@FunctionalInterface
public interface CommitListener {

    /// @param before the version before it
    void committed(TableName table, TableSnapshot before, List<Action> actions);

    /// This process made the table.
    default void created(TableName table) {}
}
