package io.sluice.delta.create;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/// A schema whose columns, nested ones too, have ids and physical names (Delta protocol, "Column Mapping").
///
/// @param maxId the highest id that was given
public record ColumnIds(Schema schema, int maxId) {

    private static final String ID = "delta.columnMapping.id";
    private static final String PHYSICAL_NAME = "delta.columnMapping.physicalName";

    /// Gives every column a fresh id, from 1 in the order of the schema, and a physical name that nobody will ever
    /// have to change.
    public static ColumnIds assign(Schema schema, Supplier<UUID> ids) {
        Assignment assignment = new Assignment(ids);
        List<Column> columns = assignment.columns(schema.columns());
        return new ColumnIds(new Schema(columns), assignment.last);
    }

    /// The same for the columns that have none yet: ids go on from `lastId`.
    public static ColumnIds complete(Schema schema, int lastId, Supplier<UUID> ids) {
        Assignment assignment = new Completion(ids, lastId);
        List<Column> columns = assignment.columns(schema.columns());
        return new ColumnIds(new Schema(columns), assignment.last);
    }

    /// For a table whose data files have the columns' names: they stay the physical ones.
    public static ColumnIds adopt(Schema schema) {
        Adoption adoption = new Adoption();
        List<Column> columns = adoption.columns(schema.columns());
        return new ColumnIds(new Schema(columns), adoption.last);
    }

    /// Without ids and physical names: they mean nothing in a table without column mapping.
    public static Schema strip(Schema schema) {
        return new Schema(new Stripping().columns(schema.columns()));
    }

    private abstract static class Walk {

        abstract Map<String, Object> metadata(Column column);

        List<Column> columns(List<Column> columns) {
            List<Column> changed = new ArrayList<>(columns.size());
            for (Column column : columns) {
                Map<String, Object> metadata = metadata(column);
                changed.add(new Column(column.name(), type(column.type()), column.nullable(), metadata));
            }
            return changed;
        }

        private DataType type(DataType type) {
            return switch (type) {
                case DataType.Primitive primitive -> primitive;
                case DataType.Decimal decimal -> decimal;
                case DataType.Array array -> new DataType.Array(type(array.element()), array.containsNull());
                case DataType.Map map -> new DataType.Map(type(map.key()), type(map.value()), map.valueContainsNull());
                case DataType.Struct struct -> new DataType.Struct(columns(struct.fields()));
            };
        }
    }

    private static class Assignment extends Walk {

        private final Supplier<UUID> ids;
        int last;

        Assignment(Supplier<UUID> ids) {
            this.ids = ids;
        }

        @Override
        Map<String, Object> metadata(Column column) {
            Map<String, Object> metadata = new LinkedHashMap<>(column.metadata());
            metadata.put(ID, (long) ++last);
            metadata.put(PHYSICAL_NAME, "col-" + ids.get());
            return metadata;
        }
    }

    private static final class Completion extends Assignment {

        Completion(Supplier<UUID> ids, int last) {
            super(ids);
            this.last = last;
        }

        @Override
        Map<String, Object> metadata(Column column) {
            return column.fieldId().isPresent() ? column.metadata() : super.metadata(column);
        }
    }

    private static final class Adoption extends Walk {

        private int last;

        @Override
        Map<String, Object> metadata(Column column) {
            Map<String, Object> metadata = new LinkedHashMap<>(column.metadata());
            metadata.put(ID, (long) ++last);
            metadata.put(PHYSICAL_NAME, column.name());
            return metadata;
        }
    }

    private static final class Stripping extends Walk {

        @Override
        Map<String, Object> metadata(Column column) {
            Map<String, Object> metadata = new LinkedHashMap<>(column.metadata());
            metadata.remove(ID);
            metadata.remove(PHYSICAL_NAME);
            return metadata;
        }
    }
}
