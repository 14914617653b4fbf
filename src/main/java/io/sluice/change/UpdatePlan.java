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
import io.sluice.table.Restriction;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Rows that satisfy a condition get new values.
record UpdatePlan(String where, Map<String, JsonNode> set, GivenValues values, Restriction within, FilterLimits limits)
        implements ChangePlan {

    @Override
    public RowChange on(TableSnapshot snapshot, TablePart part, RowRules rules) {
        var scope = new RowScope.Table(part.visible());
        RowExpression condition = part.guarded(RowExpression.condition(where, scope, limits));
        GivenValues.Reading reading = values.reading(part.visible(), rules);
        var assignments = reading.assignments(set, scope);
        return new RowChange.Update(condition, assignments, reading.constants());
    }

    @Override
    public Preparation.Operation operation(Rewritten rewritten) {
        return new Preparation.Operation("UPDATE", DeletePlan.predicate(where), Metrics.ofUpdate(rewritten));
    }
}
