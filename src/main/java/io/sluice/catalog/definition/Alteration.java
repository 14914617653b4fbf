package io.sluice.catalog.definition;

import io.sluice.commit.Preparation.Operation;
import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import io.sluice.delta.TableUpgrade;
import io.sluice.table.JsonValues;
import io.sluice.table.Schema;
import io.sluice.table.SoftDeleteColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A list of changes, made to one snapshot's definition.
public final class Alteration {

    private static final String CONSTRAINT = "delta.constraints.";

    private final TableRules rules;
    private final int maximumColumns;
    private final List<List<String>> clustering;
    private final TableDraft draft;
    private final ColumnChanges columns;
    private final List<Operation> operations = new ArrayList<>();

    /// @param clustering paths of the columns that the table is clustered by now
    public Alteration(
            TableSnapshot snapshot,
            List<List<String>> clustering,
            TableRules rules,
            TableUpgrade upgrade,
            int maximumColumns) {
        this.rules = rules;
        this.maximumColumns = maximumColumns;
        this.clustering = clustering;
        this.draft = new TableDraft(snapshot, upgrade);
        this.columns = new ColumnChanges(draft, clustering);
    }

    /// Makes the changes, in this order.
    ///
    /// @throws io.sluice.table.FailureException `malformed-body`, `invalid-schema`, `unsupported-table-feature`
    public void make(List<TableChange> changes) {
        for (TableChange change : changes) {
            operations.add(make(change));
        }
        draft.complete();
        Schema schema = draft.schema();
        new SchemaRules(schema, draft.configuration(), maximumColumns).check(draft.partitionColumns(), List.of());
        if (columns.touchExpressions()) {
            rules.check(schema, draft.configuration(), draft.partitionColumns());
        }
        requireSoftDeleteColumn();
    }

    /// What somebody else has left wrong need not be mended first.
    private void requireSoftDeleteColumn() {
        TableSnapshot before = draft.snapshot();
        Map<String, String> configuration = before.metadata().configuration();
        boolean isWrongAlready =
                SoftDeleteColumn.fault(before.schema(), configuration).isPresent();
        boolean isNamedAnew = !Objects.equals(
                configuration.get(SoftDeleteColumn.PROPERTY),
                draft.configuration().get(SoftDeleteColumn.PROPERTY));
        if (!isWrongAlready || isNamedAnew) {
            SoftDeleteColumn.fault(draft.schema(), draft.configuration()).ifPresent(fault -> {
                throw SchemaEdit.invalid(fault);
            });
        }
    }

    /// Whether the table's rows must satisfy something for the changes to be allowed.
    public boolean asksRows() {
        return !draft.demands().isEmpty();
    }

    /// @throws io.sluice.table.FailureException `constraint-violated` when a row that is there does not satisfy it
    public void requireOf(ExistingRows rows) {
        for (TableDraft.Demand demand : draft.demands()) {
            rows.require(draft, demand);
        }
    }

    /// The actions that make the table what it is to be; none when it is that already.
    public List<Action> actions() {
        var actions = new ArrayList<>(draft.actions());
        actions.addAll(PropertyChanges.backfill(draft));
        return actions;
    }

    /// As Spark names it, where there is one kind of change.
    public Operation operation() {
        boolean same = operations.stream().map(Operation::name).distinct().count() == 1;
        if (operations.size() == 1) {
            return operations.getFirst();
        }
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put(
                "changes",
                JsonValues.write(operations.stream().map(Alteration::told).toList()));
        return new Operation(same ? operations.getFirst().name() : "ALTER TABLE", parameters, Map.of());
    }

    private static Map<String, Object> told(Operation operation) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("operation", operation.name());
        told.putAll(operation.parameters());
        return told;
    }

    private static Operation operation(String name, Map<String, Object> parameters) {
        return new Operation(name, parameters, Map.of());
    }

    private Operation make(TableChange change) {
        return switch (change.checkedOp()) {
            case "add-column" -> columns.add(change);
            case "drop-column" -> columns.drop(SchemaEdit.column(draft.schema(), change.text("name")));
            case "rename-column" ->
                columns.rename(SchemaEdit.column(draft.schema(), change.text("name")), change.text("to"));
            case "change-type" -> columns.changeType(change);
            case "set-nullable" -> columns.setNullable(change);
            case "set-comment" -> columns.setComment(change);
            case "set-default" -> columns.setDefault(change);
            case "set-properties" -> new PropertyChanges(draft).set(Objects.requireNonNull(change.properties()));
            case "unset-properties" -> new PropertyChanges(draft).unset(Objects.requireNonNull(change.keys()));
            case "add-constraint" -> addConstraint(change.text("name"), change.text("expression"));
            case "drop-constraint" -> dropConstraint(change.text("name"));
            case "cluster-by" -> clusterBy(Objects.requireNonNull(change.columns()));
            default -> new PropertyChanges(draft).feature(change.text("feature"));
        };
    }

    private Operation addConstraint(String name, String expression) {
        String key = CONSTRAINT + ConstraintName.checked(name);
        if (draft.configuration().keySet().stream().anyMatch(key::equalsIgnoreCase)) {
            throw SchemaEdit.invalid("there is a constraint " + name + " already");
        }
        // Only this one: what else the table has is not the request's.
        rules.checkConstraint(draft.schema(), key, expression);
        draft.configuration().put(key, expression);
        draft.demand(new TableDraft.Demand.Constraint(key));
        return operation("ADD CONSTRAINT", Map.of("name", name, "expr", expression));
    }

    private Operation dropConstraint(String name) {
        String key = draft.configuration().keySet().stream()
                .filter((CONSTRAINT + name)::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() -> SchemaEdit.invalid("the table has no constraint " + name));
        draft.withdraw(new TableDraft.Demand.Constraint(key));
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("name", name);
        told.put("expr", Objects.requireNonNull(draft.configuration().remove(key)));
        told.put("existed", "true");
        return operation("DROP CONSTRAINT", told);
    }

    private Operation clusterBy(List<String> columns) {
        List<List<String>> paths = new SchemaRules(draft.schema(), draft.configuration(), maximumColumns)
                .check(draft.partitionColumns(), columns);
        draft.clusterBy(paths);
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("oldClusteringColumns", text(clustering));
        told.put("newClusteringColumns", text(paths));
        return operation("CLUSTER BY", told);
    }

    private static String text(List<List<String>> paths) {
        return String.join(
                ",", paths.stream().map(path -> String.join(".", path)).toList());
    }
}
