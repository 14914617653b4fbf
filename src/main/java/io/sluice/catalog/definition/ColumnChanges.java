package io.sluice.catalog.definition;

import io.sluice.commit.Preparation.Operation;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.JsonValues;
import io.sluice.table.SchemaJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Changes of a table's columns.
final class ColumnChanges {

    private static final String WIDENING = "delta.enableTypeWidening";

    private final TableDraft draft;
    private final List<List<String>> clustering;
    private boolean expressions;

    /// @param clustering paths of the columns that the table is clustered by now
    ColumnChanges(TableDraft draft, List<List<String>> clustering) {
        this.draft = draft;
        this.clustering = clustering;
    }

    /// Whether an expression came or its column changed, so that all must be looked at again.
    boolean touchExpressions() {
        return expressions;
    }

    private static Operation told(String name, Map<String, Object> parameters) {
        return new Operation(name, parameters, Map.of());
    }

    Operation add(TableChange change) {
        Column described = NewColumns.column(Objects.requireNonNull(change.column()));
        List<String> parent = parent(described.name());
        Column column = parent.isEmpty()
                ? described
                : new Column(
                        described.name().substring(described.name().lastIndexOf('.') + 1),
                        described.type(),
                        described.nullable(),
                        described.metadata());
        boolean hasRows = !draft.snapshot().files().isEmpty();
        if (hasRows && (!column.nullable() || TableDraft.isFilled(column))) {
            throw SchemaEdit.invalid("the column " + described.name()
                    + " cannot be NOT NULL, generated or an identity: the rows that are there have no value for it");
        }
        if (!parent.isEmpty() && column.metadata().keySet().stream().anyMatch(key -> !key.equals(NewColumns.COMMENT))) {
            throw SchemaEdit.invalid("a field of a struct has neither default, generatedAs nor identity");
        }
        SchemaEdit.Placement place = change.after() != null
                ? new SchemaEdit.Placement.After(Objects.requireNonNull(change.after()))
                : Boolean.TRUE.equals(change.first())
                        ? new SchemaEdit.Placement.First()
                        : new SchemaEdit.Placement.Last();
        if (change.after() != null && change.first() != null) {
            throw SchemaEdit.invalid("a column comes first or after another one");
        }
        draft.schema(SchemaEdit.with(draft.schema(), parent, column, place));
        expressions |= !column.metadata().isEmpty();
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("column", field(parent, column));
        switch (place) {
            case SchemaEdit.Placement.First _ -> told.put("position", "FIRST");
            case SchemaEdit.Placement.After(String sibling) -> told.put("position", "AFTER " + sibling);
            case SchemaEdit.Placement.Last _ -> {}
        }
        return told("ADD COLUMNS", Map.of("columns", JsonValues.write(List.of(told))));
    }

    /// The struct that a dotted name leads into; none for a column of the table, whose name may have a dot itself.
    private List<String> parent(String name) {
        int dot = name.lastIndexOf('.');
        if (dot < 0) {
            return List.of();
        }
        SchemaEdit.Place place = SchemaEdit.find(draft.schema(), name.substring(0, dot));
        List<String> parent = new ArrayList<>(place.column());
        parent.addAll(place.inner());
        return parent;
    }

    Operation drop(List<String> path) {
        requireUnused(path, "dropped");
        draft.map();
        draft.schema(SchemaEdit.without(draft.schema(), path));
        draft.dropped(path);
        return told("DROP COLUMNS", Map.of("columns", JsonValues.write(List.of(String.join(".", path)))));
    }

    Operation rename(List<String> path, String to) {
        List<String> siblings = path.subList(0, path.size() - 1);
        boolean taken = !to.equalsIgnoreCase(path.getLast())
                && SchemaEdit.fieldsAt(draft.schema(), siblings).stream()
                        .anyMatch(column -> column.name().equalsIgnoreCase(to));
        if (taken) {
            throw SchemaEdit.invalid("there is a column " + to + " already");
        }
        // The partitioning follows the name, see `TableDraft#renamed`; an expression does not.
        draft.user(path).filter(user -> !user.equals(TableDraft.PARTITIONING)).ifPresent(user -> {
            throw used(path, "renamed", user);
        });
        draft.map();
        draft.column(path, column -> new Column(to, column.type(), column.nullable(), column.metadata()));
        draft.renamed(path, to);
        List<String> renamed = new ArrayList<>(siblings);
        renamed.add(to);
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("oldColumnPath", String.join(".", path));
        told.put("newColumnPath", String.join(".", renamed));
        return told("RENAME COLUMN", told);
    }

    private void requireUnused(List<String> path, String what) {
        draft.user(path).ifPresent(user -> {
            throw used(path, what, user);
        });
        if (draft.isClusteredBy(path, clustering)) {
            throw used(path, what, "the clustering");
        }
    }

    private static RuntimeException used(List<String> path, String what, String user) {
        return SchemaEdit.invalid(
                "the column " + String.join(".", path) + " cannot be " + what + ": " + user + " uses it");
    }

    Operation changeType(TableChange change) {
        SchemaEdit.Place place = SchemaEdit.find(draft.schema(), change.text("name"));
        DataType type = NewColumns.type(Objects.requireNonNull(change.type()));
        Column before = SchemaEdit.at(draft.schema(), place.column());
        if (place.inner().isEmpty() && before.type().equals(type)) {
            return changed(place.column());
        }
        if (TableDraft.isFilled(before)) {
            throw SchemaEdit.invalid(
                    "the type of the generated or identity column " + place.name() + " cannot be changed");
        }
        Column after = Widening.widened(before, place.inner(), type);
        draft.user(place.column())
                .filter(user -> !user.equals(TableDraft.PARTITIONING))
                .ifPresent(user -> {
                    throw used(place.column(), "widened", user);
                });
        if ("false".equals(draft.configuration().get(WIDENING))) {
            throw SchemaEdit.invalid("the property " + WIDENING + " forbids changes of types");
        }
        draft.configuration().put(WIDENING, "true");
        draft.column(place.column(), _ -> after);
        expressions |= before.metadata().containsKey(NewColumns.DEFAULT);
        return changed(place.column());
    }

    Operation setNullable(TableChange change) {
        List<String> path = SchemaEdit.column(draft.schema(), change.text("name"));
        boolean nullable = Boolean.TRUE.equals(change.nullable());
        Column before = SchemaEdit.at(draft.schema(), path);
        draft.column(path, column -> new Column(column.name(), column.type(), nullable, column.metadata()));
        if (!nullable && before.nullable()) {
            if (SchemaEdit.isInCollection(draft.schema(), path)) {
                throw SchemaEdit.invalid("a field inside an array or a map cannot be made NOT NULL");
            }
            draft.demand(new TableDraft.Demand.NotNull(path));
        }
        if (nullable) {
            draft.withdraw(new TableDraft.Demand.NotNull(path));
        }
        return changed(path);
    }

    Operation setComment(TableChange change) {
        Optional<String> comment = Optional.ofNullable(change.comment());
        if (change.name() == null) {
            draft.comment(comment);
            return told(
                    "SET TBLPROPERTIES", Map.of("properties", JsonValues.write(Map.of("comment", comment.orElse("")))));
        }
        List<String> path = SchemaEdit.column(draft.schema(), change.text("name"));
        draft.column(path, column -> with(column, NewColumns.COMMENT, comment));
        return changed(path);
    }

    Operation setDefault(TableChange change) {
        List<String> path = SchemaEdit.column(draft.schema(), change.text("name"));
        if (!TableDraft.isTopLevel(path)) {
            throw SchemaEdit.invalid("a field of a struct has no default");
        }
        draft.column(path, column -> with(column, NewColumns.DEFAULT, Optional.ofNullable(change.defaultValue())));
        expressions = true;
        return changed(path);
    }

    private static Column with(Column column, String key, Optional<String> text) {
        Map<String, Object> metadata = new LinkedHashMap<>(column.metadata());
        text.ifPresentOrElse(value -> metadata.put(key, value), () -> metadata.remove(key));
        return new Column(column.name(), column.type(), column.nullable(), metadata);
    }

    private Operation changed(List<String> path) {
        Column column = SchemaEdit.at(draft.schema(), path);
        return told(
                "CHANGE COLUMN", Map.of("column", JsonValues.write(field(path.subList(0, path.size() - 1), column))));
    }

    private static Map<String, Object> field(List<String> parent, Column column) {
        List<String> path = new ArrayList<>(parent);
        path.add(column.name());
        Map<String, Object> field = new LinkedHashMap<>();
        field.put("name", String.join(".", path));
        field.put("type", SchemaJson.toJson(column.type()));
        field.put("nullable", column.nullable());
        field.put("metadata", column.metadata());
        return field;
    }
}
