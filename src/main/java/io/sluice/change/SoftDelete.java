package io.sluice.change;

import io.sluice.api.Limits;
import io.sluice.commit.Preparation;
import io.sluice.compute.FilterLimits;
import io.sluice.compute.RowExpression;
import io.sluice.compute.RowRules;
import io.sluice.compute.RowScope;
import io.sluice.compute.TablePart;
import io.sluice.compute.change.RowChange;
import io.sluice.datafile.Rewritten;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.Restriction;
import io.sluice.table.SoftDeleteColumn;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;

/// Rows that satisfy a condition stay and are marked with the time in the column that the table property
/// `sluice.softDeleteColumn` names. A row that is marked keeps its time.
@Component
class SoftDelete {

    private static final String PROPERTY = SoftDeleteColumn.PROPERTY;

    private final GivenValues values;
    private final FilterLimits limits;
    private final Clock clock = Clock.systemUTC();

    SoftDelete(GivenValues values, Limits limits) {
        this.values = values;
        this.limits = new FilterLimits(limits.filterCharacters(), limits.filterNodes(), limits.filterDepth());
    }

    ChangePlan plan(String where, Restriction within) {
        return new Plan(where, within, clock.instant().truncatedTo(ChronoUnit.MICROS));
    }

    private final class Plan implements ChangePlan {

        private final String where;
        private final Restriction within;
        private final Instant now;

        Plan(String where, Restriction within, Instant now) {
            this.where = where;
            this.within = within;
            this.now = now;
        }

        @Override
        public Restriction within() {
            return within;
        }

        /// The column that marks rows need not be one that the caller may name.
        @Override
        public RowChange on(TableSnapshot snapshot, TablePart part, RowRules rules) {
            Column column = column(snapshot);
            var scope = new RowScope.Table(snapshot.schema());
            RowExpression.condition(where, new RowScope.Table(part.visible()), limits);
            RowExpression condition = part.guarded(RowExpression.condition(
                    "(" + where + ") AND `" + column.name().replace("`", "``") + "` IS NULL", scope, limits));
            GivenValues.Reading reading = values.reading(snapshot.schema(), rules);
            var mark = Map.<String, tools.jackson.databind.JsonNode>of(
                    column.name(), JsonNodeFactory.instance.stringNode(text(column)));
            var assignments = reading.assignments(mark, scope);
            return new RowChange.Update(condition, assignments, reading.constants());
        }

        private String text(Column column) {
            return column.type() == DataType.Primitive.TIMESTAMP
                    ? now.toString()
                    : now.toString().replace("Z", "");
        }

        @Override
        public Preparation.Operation operation(Rewritten rewritten) {
            return new Preparation.Operation("UPDATE", DeletePlan.predicate(where), Metrics.ofUpdate(rewritten));
        }
    }

    /// The column that marks rows, where the table has one that can.
    static Optional<Column> mark(TableSnapshot snapshot) {
        return SoftDeleteColumn.of(snapshot.schema(), snapshot.metadata().configuration());
    }

    private static Column column(TableSnapshot snapshot) {
        if (!snapshot.metadata().configuration().containsKey(PROPERTY)) {
            throw new Failure.BadParameter("soft", "the table has no property " + PROPERTY).asException();
        }
        return mark(snapshot)
                .orElseThrow(() -> new Failure.BadParameter(
                                "soft", "the property " + PROPERTY + " names no nullable timestamp column")
                        .asException());
    }
}
