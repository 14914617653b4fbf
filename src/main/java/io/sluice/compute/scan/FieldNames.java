package io.sluice.compute.scan;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.util.ArrayList;
import java.util.List;

/// Gives the fields of nested columns their logical names (Delta protocol, "Column Mapping").
///
/// DuckDB maps only top-level columns by physical name; below, its `remap_struct` does.
public final class FieldNames {

    private FieldNames() {}

    /// How a struct may be read.
    enum Reading {
        /// Single fields may be asked of the file.
        FIELDS,
        /// Always as a whole: asked for one field that a file does not have, DuckDB fails, where the field is
        /// null.
        WHOLE
    }

    /// The expression with the fields of its value renamed from physical to logical; the expression itself where
    /// all are the same.
    static String renamed(String expression, DataType type, Reading reading) {
        boolean whole = reading == Reading.WHOLE && type instanceof DataType.Struct;
        if (!differ(type) && !whole) {
            return expression;
        }
        return "remap_struct(" + expression + ", NULL::" + SqlType.logical(type) + ", " + mapping(type, Towards.LOGICAL)
                + ", NULL)";
    }

    /// The expression with the fields of its value renamed from logical to physical, as data files have them.
    public static String physical(String expression, DataType type) {
        return differ(type)
                ? "remap_struct(" + expression + ", NULL::" + SqlType.physical(type) + ", "
                        + mapping(type, Towards.PHYSICAL) + ", NULL)"
                : expression;
    }

    private enum Towards {
        LOGICAL,
        PHYSICAL
    }

    private static boolean differ(DataType type) {
        return switch (type) {
            case DataType.Primitive _, DataType.Decimal _ -> false;
            case DataType.Array array -> differ(array.element());
            case DataType.Map map -> differ(map.key()) || differ(map.value());
            case DataType.Struct struct ->
                struct.fields().stream()
                        .anyMatch(field -> !field.name().equals(field.physicalName()) || differ(field.type()));
        };
    }

    private static String mapping(DataType type, Towards towards) {
        List<String> entries = new ArrayList<>();
        switch (type) {
            case DataType.Primitive _, DataType.Decimal _ ->
                throw new IllegalArgumentException("a plain type has no fields");
            case DataType.Array array -> entries.add(entry("list", "list", array.element(), towards));
            case DataType.Map map -> {
                entries.add(entry("key", "key", map.key(), towards));
                entries.add(entry("value", "value", map.value(), towards));
            }
            case DataType.Struct struct -> {
                for (Column field : struct.fields()) {
                    entries.add(
                            switch (towards) {
                                case LOGICAL -> entry(field.name(), field.physicalName(), field.type(), towards);
                                case PHYSICAL -> entry(field.physicalName(), field.name(), field.type(), towards);
                            });
                }
            }
        }
        return "{" + String.join(", ", entries) + "}";
    }

    private static String entry(String target, String source, DataType type, Towards towards) {
        String from = Sql.literal(source);
        return Sql.identifier(target) + ": " + (differ(type) ? "(" + from + ", " + mapping(type, towards) + ")" : from);
    }
}
