package io.sluice.catalog.definition;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Changes of columns at any depth. A column is named by its path `a.b`; the steps into an array are `element`, into a
/// map `key` and `value`.
final class SchemaEdit {

    /// Where a name leads.
    ///
    /// @param column steps to the nearest column or field
    /// @param inner steps from its type on, `element`, `key`, `value`; empty for the column itself
    record Place(List<String> column, List<String> inner) {

        String name() {
            return String.join(".", column);
        }
    }

    private SchemaEdit() {}

    /// @throws FailureException `invalid-schema` when there is no such column
    static Place find(Schema schema, String name) {
        if (schema.find(name).isPresent()) {
            return new Place(List.of(schema.find(name).get().name()), List.of());
        }
        List<String> steps = List.of(name.split("\\.", -1));
        List<String> path = new ArrayList<>();
        int column = 0;
        DataType at = schema.asStruct();
        for (String step : steps) {
            switch (at) {
                case DataType.Struct(List<Column> fields) -> {
                    Column field = new Schema(fields).find(step).orElseThrow(() -> unknown(name));
                    path.add(field.name());
                    column = path.size();
                    at = field.type();
                }
                case DataType.Array array
                when step.equals("element") -> {
                    path.add(step);
                    at = array.element();
                }
                case DataType.Map map
                when step.equals("key") || step.equals("value") -> {
                    path.add(step);
                    at = step.equals("key") ? map.key() : map.value();
                }
                case DataType.Array _, DataType.Map _, DataType.Primitive _, DataType.Decimal _ -> throw unknown(name);
            }
        }
        return new Place(List.copyOf(path.subList(0, column)), List.copyOf(path.subList(column, path.size())));
    }

    /// As [#find], of a column or field itself.
    static List<String> column(Schema schema, String name) {
        Place place = find(schema, name);
        if (!place.inner().isEmpty()) {
            throw unknown(name);
        }
        return place.column();
    }

    static Column at(Schema schema, List<String> column) {
        List<Column> found = new ArrayList<>();
        fields(schema, column.subList(0, column.size() - 1), fields -> {
            new Schema(fields).find(column.getLast()).ifPresent(found::add);
            return fields;
        });
        return found.getFirst();
    }

    static Schema replaced(Schema schema, List<String> column, UnaryOperator<Column> change) {
        return fields(
                schema,
                column.subList(0, column.size() - 1),
                fields -> fields.stream()
                        .map(field -> field.name().equals(column.getLast()) ? change.apply(field) : field)
                        .toList());
    }

    /// @throws FailureException `invalid-schema` when it is the only one of its struct or table
    static Schema without(Schema schema, List<String> column) {
        return fields(schema, column.subList(0, column.size() - 1), fields -> {
            if (fields.size() == 1) {
                throw invalid("the column " + String.join(".", column) + " is the only one of its table or struct");
            }
            return fields.stream()
                    .filter(field -> !field.name().equals(column.getLast()))
                    .toList();
        });
    }

    /// @param parent path of a struct; empty for the table
    /// @param place index among the fields of the parent
    static Schema with(Schema schema, List<String> parent, Column column, Placement place) {
        return fields(schema, parent, fields -> {
            if (new Schema(fields).find(column.name()).isPresent()) {
                throw invalid("there is a column " + column.name() + " already");
            }
            var longer = new ArrayList<>(fields);
            longer.add(place.index(fields), column);
            return longer;
        });
    }

    /// Where a new column stands among its siblings.
    sealed interface Placement {

        int index(List<Column> fields);

        record First() implements Placement {
            @Override
            public int index(List<Column> fields) {
                return 0;
            }
        }

        record Last() implements Placement {
            @Override
            public int index(List<Column> fields) {
                return fields.size();
            }
        }

        /// @param name of a sibling
        record After(String name) implements Placement {
            @Override
            public int index(List<Column> fields) {
                Optional<Column> sibling = new Schema(fields).find(name);
                return fields.indexOf(sibling.orElseThrow(() -> unknown(name))) + 1;
            }
        }
    }

    /// The fields of the struct that a path of steps leads into; none where it is no struct.
    static List<Column> fieldsAt(Schema schema, List<String> parent) {
        DataType type = schema.asStruct();
        for (String step : parent) {
            type = switch (type) {
                case DataType.Struct(List<Column> fields) ->
                    new Schema(fields)
                            .find(step)
                            .orElseThrow(() -> unknown(step))
                            .type();
                case DataType.Array array -> array.element();
                case DataType.Map map -> step.equals("key") ? map.key() : map.value();
                case DataType.Primitive _, DataType.Decimal _ -> type;
            };
        }
        return type instanceof DataType.Struct(List<Column> fields) ? fields : List.of();
    }

    /// Whether the way to the column goes through an array or a map.
    static boolean isInCollection(Schema schema, List<String> column) {
        for (int i = 1; i < column.size(); i++) {
            if (fieldsAt(schema, column.subList(0, i)).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static Schema fields(Schema schema, List<String> path, UnaryOperator<List<Column>> change) {
        if (type(schema.asStruct(), path, change) instanceof DataType.Struct(List<Column> columns)) {
            return new Schema(columns);
        }
        throw new IllegalStateException("a table is a struct");
    }

    private static DataType type(DataType type, List<String> path, UnaryOperator<List<Column>> change) {
        if (path.isEmpty()) {
            if (type instanceof DataType.Struct(List<Column> fields)) {
                return new DataType.Struct(change.apply(fields));
            }
            throw invalid("a column can be added to a table or a struct only");
        }
        List<String> rest = path.subList(1, path.size());
        return switch (type) {
            case DataType.Struct(List<Column> fields) ->
                new DataType.Struct(fields.stream()
                        .map(field -> field.name().equals(path.getFirst())
                                ? new Column(
                                        field.name(),
                                        type(field.type(), rest, change),
                                        field.nullable(),
                                        field.metadata())
                                : field)
                        .toList());
            case DataType.Array array -> new DataType.Array(type(array.element(), rest, change), array.containsNull());
            case DataType.Map map ->
                path.getFirst().equals("key")
                        ? new DataType.Map(type(map.key(), rest, change), map.value(), map.valueContainsNull())
                        : new DataType.Map(map.key(), type(map.value(), rest, change), map.valueContainsNull());
            case DataType.Primitive _, DataType.Decimal _ -> throw new IllegalArgumentException(path.toString());
        };
    }

    static FailureException unknown(String name) {
        return invalid("the table has no column " + name);
    }

    static FailureException invalid(String reason) {
        return new Failure.InvalidSchema(reason).asException();
    }
}
