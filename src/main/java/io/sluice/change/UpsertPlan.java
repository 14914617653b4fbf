package io.sluice.change;

import io.sluice.commit.Preparation;
import io.sluice.compute.FilterLimits;
import io.sluice.compute.RowExpression;
import io.sluice.compute.RowRules;
import io.sluice.compute.RowScope;
import io.sluice.compute.TablePart;
import io.sluice.compute.change.BatchRows;
import io.sluice.compute.change.Constants;
import io.sluice.compute.change.RowChange;
import io.sluice.compute.change.RowChange.Assignment;
import io.sluice.compute.change.RowChange.Insert;
import io.sluice.compute.change.RowChange.Matched;
import io.sluice.compute.change.RowSource;
import io.sluice.datafile.Rewritten;
import io.sluice.delta.RedefinedTable;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Column;
import io.sluice.table.Restriction;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Rows of a batch update those with the same key, the others are inserted.
///
/// A column that a row does not name keeps its value; a key with a null in it matches nothing.
///
/// @param redefined the table with the columns that the rows bring, where they bring new ones
/// @param key columns of the table, by their names in the schema
/// @param deleteWhen rows of the batch that delete the row with their key
/// @param members how many rows each request of a group brings; none for a request alone
record UpsertPlan(
        Optional<RedefinedTable> redefined,
        List<String> key,
        RowSource.Duplicates duplicates,
        Optional<String> deleteWhen,
        BatchRows rows,
        List<Integer> members,
        Restriction within,
        FilterLimits limits)
        implements ChangePlan {

    @Override
    public Optional<RedefinedTable> redefined(TableSnapshot snapshot) {
        return redefined.map(table -> table.on(snapshot));
    }

    @Override
    public RowChange on(TableSnapshot snapshot, TablePart part, RowRules rules) {
        Schema columns = Constants.plain(part.visible());
        var source = new RowSource.Batch(columns, rows, key, duplicates, members);
        RowExpression on = RowExpression.condition(condition(), new RowScope.Sides(columns, columns), limits);
        Optional<RowExpression> deletes =
                deleteWhen.map(text -> RowExpression.condition(text, new RowScope.Source(columns), limits));
        var matched = new ArrayList<Matched>();
        var notMatched = new ArrayList<Insert>();
        deletes.ifPresent(condition -> {
            matched.add(new Matched.Delete(Optional.of(condition)));
            notMatched.add(new Insert(Optional.of(condition), Optional.empty()));
        });
        matched.add(new Matched.Update(Optional.empty(), updated(snapshot, source)));
        notMatched.add(new Insert(Optional.empty(), Optional.of(AllColumns.inserted(snapshot.schema(), source))));
        var merge = new RowChange.Merge(source, on, matched, notMatched, List.of(), Constants.NONE);
        return deletes.isEmpty() && duplicates == RowSource.Duplicates.REFUSED ? new RowChange.Upsert(merge) : merge;
    }

    /// A row that was softly deleted is there again, unless the batch says when it was deleted.
    private List<Assignment> updated(TableSnapshot snapshot, RowSource source) {
        Optional<Column> mark =
                SoftDelete.mark(snapshot).filter(column -> key.stream().noneMatch(column.name()::equalsIgnoreCase));
        var updated = new ArrayList<>(AllColumns.updated(snapshot.schema(), source, key));
        mark.ifPresent(column -> {
            updated.removeIf(assignment -> assignment.column().name().equals(column.name()));
            updated.add(source.value(column, RowSource.Otherwise.NULL)
                    .map(assignment -> new Assignment(column, assignment.value()))
                    .orElseGet(() -> new Assignment(column, RowExpression.none(column.type()))));
        });
        return updated;
    }

    private String condition() {
        return key.stream()
                .map(name -> "`" + name.replace("`", "``") + "`")
                .map(name -> "target." + name + " = source." + name)
                .collect(Collectors.joining(" AND "));
    }

    @Override
    public Preparation.Operation operation(Rewritten rewritten) {
        return MergePlan.operation(
                condition(),
                deleteWhen.isPresent()
                        ? List.of(
                                Map.of("predicate", deleteWhen.get(), "actionType", "delete"),
                                Map.of("actionType", "update"))
                        : List.of(Map.of("actionType", "update")),
                List.of(Map.of("actionType", "insert")),
                List.of(),
                rewritten);
    }
}
