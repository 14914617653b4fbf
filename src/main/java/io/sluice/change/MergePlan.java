package io.sluice.change;

import io.sluice.catalog.SchemaEvolution;
import io.sluice.commit.Preparation;
import io.sluice.compute.FilterLimits;
import io.sluice.compute.RowExpression;
import io.sluice.compute.RowRules;
import io.sluice.compute.RowScope;
import io.sluice.compute.TablePart;
import io.sluice.compute.change.Constants;
import io.sluice.compute.change.RowChange;
import io.sluice.compute.change.RowChange.Assignment;
import io.sluice.compute.change.RowChange.Insert;
import io.sluice.compute.change.RowChange.Matched;
import io.sluice.compute.change.RowSource;
import io.sluice.datafile.Rewritten;
import io.sluice.delta.RedefinedTable;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Failure;
import io.sluice.table.JsonValues;
import io.sluice.table.Restriction;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Rows of the table joined with those of a source; for each the first clause whose condition is true decides.
///
/// @param evolution adds the columns that only the source has; empty to leave them out
record MergePlan(
        MergeRows merge, MergeSource from, GivenValues values, FilterLimits limits, Optional<SchemaEvolution> evolution)
        implements ChangePlan {

    @Override
    public Optional<RedefinedTable> redefined(TableSnapshot snapshot) {
        return evolution.flatMap(columns -> columns.merged(snapshot, written(from.columns(snapshot))));
    }

    /// The source's columns that a clause writes to the column of the same name.
    private Schema written(Schema source) {
        List<MergeRows.Action> actions = Stream.of(merge.matched(), merge.notMatched())
                .flatMap(List::stream)
                .map(MergeRows.Clause::action)
                .toList();
        return new Schema(source.columns().stream()
                .filter(column -> actions.stream().anyMatch(action -> switch (action) {
                    case MergeRows.Action.All _ -> true;
                    case MergeRows.Action.Set(var set) ->
                        set.keySet().stream().anyMatch(column.name()::equalsIgnoreCase);
                    case MergeRows.Action.Delete _ -> false;
                }))
                .toList());
    }

    @Override
    public boolean onlyInserts() {
        return merge.matched().isEmpty() && merge.notMatchedBySource().isEmpty();
    }

    @Override
    public boolean readsAll(TableSnapshot snapshot) {
        return from.isItself(snapshot);
    }

    /// A merge is for those who may change the whole table.
    @Override
    public Restriction within() {
        return Restriction.NONE;
    }

    @Override
    public RowChange on(TableSnapshot snapshot, TablePart part, RowRules rules) {
        RowSource source = from.read(snapshot);
        var sides = new RowScope.Sides(Constants.plain(snapshot.schema()), source.schema());
        var clauses = new Clauses(snapshot.schema(), source, sides, values.reading(snapshot.schema(), rules));
        RowExpression on = RowExpression.condition(merge.condition(), sides, limits);
        List<Matched> matched = merge.matched().stream().map(clauses::matched).toList();
        List<Insert> notMatched =
                merge.notMatched().stream().map(clauses::insert).toList();
        List<Matched> bySource =
                merge.notMatchedBySource().stream().map(clauses::bySource).toList();
        return new RowChange.Merge(source, on, matched, notMatched, bySource, clauses.given.constants());
    }

    private final class Clauses {

        private final Schema table;
        private final RowSource source;
        private final RowScope.Sides sides;
        private final GivenValues.Reading given;

        Clauses(Schema table, RowSource source, RowScope.Sides sides, GivenValues.Reading given) {
            this.table = table;
            this.source = source;
            this.sides = sides;
            this.given = given;
        }

        Matched matched(MergeRows.Clause clause) {
            Optional<RowExpression> condition = condition(clause);
            return switch (clause.action()) {
                case MergeRows.Action.Delete _ -> new Matched.Delete(condition);
                case MergeRows.Action.All _ ->
                    new Matched.Update(condition, AllColumns.updated(table, source, List.of()));
                case MergeRows.Action.Set(var set) -> new Matched.Update(condition, given.assignments(set, sides));
            };
        }

        Insert insert(MergeRows.Clause clause) {
            Optional<RowExpression> condition = condition(clause);
            List<Assignment> values = switch (clause.action()) {
                case MergeRows.Action.Delete _ ->
                    throw new Failure.MalformedBody("whenNotMatched has insert").asException();
                case MergeRows.Action.All _ -> AllColumns.inserted(table, source);
                case MergeRows.Action.Set(var set) -> given.assignments(set, sides);
            };
            values.forEach(value -> refuse(value.value(), RowScope.TARGET, "whenNotMatched"));
            condition.ifPresent(test -> refuse(test, RowScope.TARGET, "whenNotMatched"));
            return new Insert(condition, Optional.of(values));
        }

        Matched bySource(MergeRows.Clause clause) {
            if (clause.action() instanceof MergeRows.Action.All) {
                throw new Failure.MalformedBody("whenNotMatchedBySource has no row of the source to take all from")
                        .asException();
            }
            Matched matched = matched(clause);
            matched.condition().ifPresent(test -> refuse(test, RowScope.SOURCE, "whenNotMatchedBySource"));
            if (matched instanceof Matched.Update update) {
                update.set().forEach(value -> refuse(value.value(), RowScope.SOURCE, "whenNotMatchedBySource"));
            }
            return matched;
        }

        private Optional<RowExpression> condition(MergeRows.Clause clause) {
            return clause.condition().map(text -> RowExpression.condition(text, sides, limits));
        }

        private static void refuse(RowExpression expression, String side, String clause) {
            if (!expression.columns(side).isEmpty()) {
                throw new Failure.BadSql(clause + " has no row of the " + side).asException();
            }
        }
    }

    @Override
    public Preparation.Operation operation(Rewritten rewritten) {
        return operation(
                merge.condition(),
                predicates(merge.matched(), "update"),
                predicates(merge.notMatched(), "insert"),
                predicates(merge.notMatchedBySource(), "update"),
                rewritten);
    }

    private static List<Map<String, String>> predicates(List<MergeRows.Clause> clauses, String write) {
        var predicates = new ArrayList<Map<String, String>>();
        for (MergeRows.Clause clause : clauses) {
            var predicate = new LinkedHashMap<String, String>();
            clause.condition().ifPresent(text -> predicate.put("predicate", text));
            predicate.put("actionType", clause.action() instanceof MergeRows.Action.Delete ? "delete" : write);
            predicates.add(predicate);
        }
        return predicates;
    }

    /// As Spark tells of a merge: its clauses are JSON texts.
    static Preparation.Operation operation(
            String condition,
            List<Map<String, String>> matched,
            List<Map<String, String>> notMatched,
            List<Map<String, String>> notMatchedBySource,
            Rewritten rewritten) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("predicate", JsonValues.write(List.of(condition)));
        parameters.put("matchedPredicates", JsonValues.write(matched));
        parameters.put("notMatchedPredicates", JsonValues.write(notMatched));
        parameters.put("notMatchedBySourcePredicates", JsonValues.write(notMatchedBySource));
        return new Preparation.Operation("MERGE", parameters, Metrics.ofMerge(rewritten));
    }
}
