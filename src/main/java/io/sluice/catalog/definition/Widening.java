package io.sluice.catalog.definition;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Decimal;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.SchemaJson;
import io.sluice.table.TypeText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Changes of a column's type that keep every value (Delta protocol, "Type Widening").
public final class Widening {

    private static final String TYPE_CHANGES = "delta.typeChanges";

    private Widening() {}

    /// Whether data files of the one type may be read as the other.
    public static boolean isAllowed(DataType from, DataType to) {
        return switch (from) {
            case Decimal(int precision, int scale) ->
                to instanceof Decimal wider
                        && wider.scale() >= scale
                        && wider.precision() - precision >= wider.scale() - scale;
            case Primitive primitive ->
                switch (primitive) {
                    case BYTE ->
                        Set.of(Primitive.SHORT, Primitive.INTEGER, Primitive.LONG, Primitive.DOUBLE)
                                        .contains(to)
                                || isDecimal(to, 10);
                    case SHORT ->
                        Set.of(Primitive.INTEGER, Primitive.LONG, Primitive.DOUBLE)
                                        .contains(to)
                                || isDecimal(to, 10);
                    case INTEGER -> Set.of(Primitive.LONG, Primitive.DOUBLE).contains(to) || isDecimal(to, 10);
                    case LONG -> isDecimal(to, 20);
                    case FLOAT -> to == Primitive.DOUBLE;
                    case DATE -> to == Primitive.TIMESTAMP_NTZ;
                    case DOUBLE, BOOLEAN, STRING, BINARY, TIMESTAMP, TIMESTAMP_NTZ, VARIANT, VOID -> false;
                };
            case DataType.Array _, DataType.Map _, DataType.Struct _ -> false;
        };
    }

    private static boolean isDecimal(DataType type, int digits) {
        return type instanceof Decimal decimal && decimal.precision() - decimal.scale() >= digits;
    }

    /// The column with the wider type, and the change in its metadata.
    ///
    /// @param inner steps from the column's type to the one that changes
    /// @throws io.sluice.table.FailureException `invalid-schema` when the change is not one of widening
    static Column widened(Column column, List<String> inner, DataType to) {
        DataType from = at(column.type(), inner);
        if (!isAllowed(from, to)) {
            throw SchemaEdit.invalid("the type of " + column.name() + " cannot be changed from " + TypeText.write(from)
                    + " to " + TypeText.write(to) + ": Delta widens types only");
        }
        Map<String, Object> change = new LinkedHashMap<>();
        change.put("fromType", SchemaJson.toJson(from));
        change.put("toType", SchemaJson.toJson(to));
        if (!inner.isEmpty()) {
            change.put("fieldPath", String.join(".", inner));
        }
        List<Object> changes = new ArrayList<>();
        if (column.metadata().get(TYPE_CHANGES) instanceof List<?> before) {
            changes.addAll(before);
        }
        changes.add(change);
        Map<String, Object> metadata = new LinkedHashMap<>(column.metadata());
        metadata.put(TYPE_CHANGES, changes);
        return new Column(column.name(), replaced(column.type(), inner, to), column.nullable(), metadata);
    }

    private static DataType at(DataType type, List<String> inner) {
        DataType at = type;
        for (String step : inner) {
            at = switch (at) {
                case DataType.Array array -> array.element();
                case DataType.Map map -> step.equals("key") ? map.key() : map.value();
                case DataType.Struct _, Primitive _, Decimal _ -> throw new IllegalArgumentException(step);
            };
        }
        return at;
    }

    private static DataType replaced(DataType type, List<String> inner, DataType to) {
        if (inner.isEmpty()) {
            return to;
        }
        List<String> rest = inner.subList(1, inner.size());
        return switch (type) {
            case DataType.Array array -> new DataType.Array(replaced(array.element(), rest, to), array.containsNull());
            case DataType.Map map ->
                inner.getFirst().equals("key")
                        ? new DataType.Map(replaced(map.key(), rest, to), map.value(), map.valueContainsNull())
                        : new DataType.Map(map.key(), replaced(map.value(), rest, to), map.valueContainsNull());
            case DataType.Struct _, Primitive _, Decimal _ -> throw new IllegalArgumentException(inner.toString());
        };
    }
}
