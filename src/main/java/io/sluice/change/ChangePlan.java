package io.sluice.change;

import io.sluice.commit.Preparation;
import io.sluice.compute.RowRules;
import io.sluice.compute.TablePart;
import io.sluice.compute.change.RowChange;
import io.sluice.datafile.Rewritten;
import io.sluice.delta.RedefinedTable;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Restriction;
import java.util.Optional;

/// What a request wants of a table's rows. Checked against each version that it is tried on.
interface ChangePlan {

    /// The version with the definition that the change gives it; empty when it leaves that alone.
    default Optional<RedefinedTable> redefined(TableSnapshot snapshot) {
        return Optional.empty();
    }

    /// Whether it leaves every row of the table as it is, so that a table that only takes rows allows it.
    default boolean onlyInserts() {
        return false;
    }

    /// Whether it is computed from every row of the table, whichever it changes.
    default boolean readsAll(TableSnapshot snapshot) {
        return false;
    }

    /// What the caller may change.
    Restriction within();

    /// @param snapshot as the change will define it
    /// @param part of it that the request is kept to
    /// @param rules of the table, and of the part
    /// @throws io.sluice.table.FailureException when the request does not fit the table
    RowChange on(TableSnapshot snapshot, TablePart part, RowRules rules);

    /// How history tells of it.
    Preparation.Operation operation(Rewritten rewritten);
}
