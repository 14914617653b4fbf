package io.sluice.catalog.convert;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import io.sluice.table.TypeText;
import java.util.ArrayList;
import java.util.List;

/// The columns of several files put together: each file's rows have null where it lacks a column.
///
/// Types are the same, but for bytes, shorts and integers, which a Parquet file holds alike. Names that differ by case
/// only are a clash: readers differ in which of them they mean.
final class SchemaUnion {

    private static final List<Primitive> SMALL = List.of(Primitive.BYTE, Primitive.SHORT, Primitive.INTEGER);

    private Schema schema = new Schema(List.of());
    private Schema last = schema;

    Schema schema() {
        return schema;
    }

    /// @param file for a message
    /// @throws FailureException `invalid-schema`
    void add(Schema more, String file) {
        if (more.equals(last)) {
            return;
        }
        last = more;
        schema = new Schema(merged(schema.columns(), more.columns(), "", file));
    }

    private static List<Column> merged(List<Column> columns, List<Column> more, String path, String file) {
        var merged = new ArrayList<>(columns);
        for (int i = 0; i < more.size(); i++) {
            Column column = more.get(i);
            String name = path + column.name();
            if (more.subList(0, i).stream().anyMatch(other -> other.name().equalsIgnoreCase(column.name()))) {
                throw clash("the column " + name + " is in " + file + " twice (upper and lower case are the same)");
            }
            int known = index(merged, column.name());
            if (known < 0) {
                merged.add(column);
                continue;
            }
            Column there = merged.get(known);
            if (!there.name().equals(column.name())) {
                throw clash(
                        "the column " + name + " of " + file + " is called " + path + there.name() + " in other files");
            }
            merged.set(known, new Column(there.name(), merged(there.type(), column.type(), name, file)));
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

    private static DataType merged(DataType there, DataType type, String name, String file) {
        if (there.equals(type)) {
            return there;
        }
        if (there instanceof DataType.Struct(var fields) && type instanceof DataType.Struct(var more)) {
            return new DataType.Struct(merged(fields, more, name + ".", file));
        }
        if (there instanceof DataType.Array one && type instanceof DataType.Array other) {
            return new DataType.Array(merged(one.element(), other.element(), name + ".element", file), true);
        }
        if (there instanceof DataType.Map one && type instanceof DataType.Map other) {
            return new DataType.Map(
                    merged(one.key(), other.key(), name + ".key", file),
                    merged(one.value(), other.value(), name + ".value", file),
                    true);
        }
        if (there instanceof Primitive one && type instanceof Primitive other) {
            int wider = Math.max(SMALL.indexOf(one), SMALL.indexOf(other));
            if (SMALL.contains(one) && SMALL.contains(other)) {
                return SMALL.get(wider);
            }
        }
        throw clash("the column " + name + " is " + TypeText.write(type) + " in " + file + " and "
                + TypeText.write(there) + " in other files");
    }

    private static FailureException clash(String reason) {
        return new Failure.InvalidSchema(reason).asException();
    }
}
