package io.sluice.catalog.definition;

import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import io.sluice.delta.TableUpgrade;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A table's schema with what a batch brings that is new: columns and fields go to the end of their table or struct,
/// types become wider where the table permits it (`delta.enableTypeWidening`). What else differs stays as the table
/// has it, and is a matter of the rows.
public final class SchemaMerge {

    private final TableDraft draft;
    private final int maximumColumns;
    private final boolean widens;

    public SchemaMerge(TableSnapshot snapshot, TableUpgrade upgrade, int maximumColumns) {
        this.draft = new TableDraft(snapshot, upgrade);
        this.maximumColumns = maximumColumns;
        this.widens =
                "true".equalsIgnoreCase(snapshot.metadata().configuration().get("delta.enableTypeWidening"));
    }

    /// The actions that give the table the columns; none when it has them all.
    ///
    /// @throws io.sluice.table.FailureException `invalid-schema` when a new column cannot be one
    public List<Action> with(Schema batch) {
        Schema before = draft.schema();
        Schema merged = new Schema(columns(before.columns(), batch.columns(), List.of()));
        if (merged.equals(before)) {
            return List.of();
        }
        draft.schema(merged);
        new SchemaRules(merged, draft.configuration(), maximumColumns).check(draft.partitionColumns(), List.of());
        return draft.actions();
    }

    private List<Column> columns(List<Column> known, List<Column> given, List<String> path) {
        var merged = new ArrayList<>(known);
        for (Column column : given) {
            int index = index(merged, column.name());
            if (index < 0) {
                merged.add(new Column(column.name(), column.type(), true, Map.of()));
            } else {
                merged.set(index, merged(merged.get(index), column, path));
            }
        }
        return merged;
    }

    private static int index(List<Column> columns, String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    private Column merged(Column known, Column given, List<String> parent) {
        List<String> path = new ArrayList<>(parent);
        path.add(known.name());
        boolean may = widens
                && Widening.isAllowed(known.type(), given.type())
                && !TableDraft.isFilled(known)
                && draft.user(path).isEmpty();
        if (may) {
            return Widening.widened(known, List.of(), given.type());
        }
        DataType type = type(known.type(), given.type(), path);
        return type.equals(known.type()) ? known : new Column(known.name(), type, known.nullable(), known.metadata());
    }

    private DataType type(DataType known, DataType given, List<String> path) {
        return switch (known) {
            case DataType.Struct(List<Column> fields) ->
                given instanceof DataType.Struct(List<Column> more)
                        ? new DataType.Struct(columns(fields, more, path))
                        : known;
            case DataType.Array array ->
                given instanceof DataType.Array other
                        ? new DataType.Array(type(array.element(), other.element(), path), array.containsNull())
                        : known;
            case DataType.Map map ->
                given instanceof DataType.Map other
                        ? new DataType.Map(map.key(), type(map.value(), other.value(), path), map.valueContainsNull())
                        : known;
            case DataType.Primitive _, DataType.Decimal _ -> known;
        };
    }
}
