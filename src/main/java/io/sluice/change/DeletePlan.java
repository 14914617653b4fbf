package io.sluice.change;

import io.sluice.commit.Preparation;
import io.sluice.compute.FilterLimits;
import io.sluice.compute.RowExpression;
import io.sluice.compute.RowRules;
import io.sluice.compute.RowScope;
import io.sluice.compute.TablePart;
import io.sluice.compute.change.RowChange;
import io.sluice.datafile.Rewritten;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.JsonValues;
import io.sluice.table.Restriction;
import java.util.List;
import java.util.Map;

/// Rows that satisfy a condition go.
record DeletePlan(String where, Restriction within, FilterLimits limits) implements ChangePlan {

    @Override
    public RowChange on(TableSnapshot snapshot, TablePart part, RowRules rules) {
        return new RowChange.Delete(
                part.guarded(RowExpression.condition(where, new RowScope.Table(part.visible()), limits)));
    }

    @Override
    public Preparation.Operation operation(Rewritten rewritten) {
        return new Preparation.Operation("DELETE", predicate(where), Metrics.ofDelete(rewritten));
    }

    /// Spark writes the condition as the one element of a list.
    static Map<String, Object> predicate(String where) {
        return Map.of("predicate", JsonValues.write(List.of(where)));
    }
}
