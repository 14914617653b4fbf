package io.sluice.compute.change;

import io.sluice.compute.RowExpression;
import io.sluice.table.Column;
import java.util.List;
import java.util.Optional;

/// What a request wants of a table's rows. A row for which a condition is null is not touched.
public sealed interface RowChange {

    /// Values that clauses name as constants.
    Constants constants();

    /// @param where over [io.sluice.compute.RowScope.Table]
    record Delete(RowExpression where) implements RowChange {
        @Override
        public Constants constants() {
            return Constants.NONE;
        }
    }

    /// @param where over [io.sluice.compute.RowScope.Table]
    /// @param set over the same; columns that are not named keep their values
    record Update(RowExpression where, List<Assignment> set, Constants constants) implements RowChange {
        public Update {
            set = List.copyOf(set);
        }
    }

    /// Rows of the table joined with those of a source.
    ///
    /// @param on over [io.sluice.compute.RowScope.Sides], as all that follows
    /// @param matched the first clause whose condition is true decides
    /// @param notMatched for rows of the source without a match
    /// @param notMatchedBySource for rows of the table without a match
    record Merge(
            RowSource source,
            RowExpression on,
            List<Matched> matched,
            List<Insert> notMatched,
            List<Matched> notMatchedBySource,
            Constants constants)
            implements RowChange {
        public Merge {
            matched = List.copyOf(matched);
            notMatched = List.copyOf(notMatched);
            notMatchedBySource = List.copyOf(notMatchedBySource);
        }
    }

    /// A merge that updates the rows with a key of the batch and inserts the others, whatever they hold.
    ///
    /// @param merge that says so; its source is a batch whose keys are unique or refused
    record Upsert(Merge merge) implements RowChange {
        @Override
        public Constants constants() {
            return merge.constants();
        }
    }

    /// A column's new value.
    ///
    /// @param given SQL that tells whether a row of the source brings the value at all
    record Assignment(Column column, RowExpression value, String given) {
        public Assignment(Column column, RowExpression value) {
            this(column, value, "true");
        }
    }

    /// What becomes of a row of the table.
    sealed interface Matched {

        Optional<RowExpression> condition();

        record Update(Optional<RowExpression> condition, List<Assignment> set) implements Matched {
            public Update {
                set = List.copyOf(set);
            }
        }

        record Delete(Optional<RowExpression> condition) implements Matched {}
    }

    /// A row of the source that becomes one of the table, or is dropped.
    ///
    /// @param values columns that are not named are null; empty drops the row
    record Insert(Optional<RowExpression> condition, Optional<List<Assignment>> values) {}
}
