package io.sluice.compute.scan;

import io.sluice.compute.Scan.Binding;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The columns that a scan takes from its files, as the `schema` argument of `read_parquet`.
final class BoundColumns {

    /// What stands in the text form of a map as it is, in double quotes.
    private static final Pattern TAME = Pattern.compile("[A-Za-z0-9_ .(),\\[\\]-]+");

    private record Bound(String key, String name, String type) {
        boolean isTame() {
            return TAME.matcher(key).matches() && TAME.matcher(type).matches();
        }
    }

    private final Binding binding;
    private final List<Bound> columns = new ArrayList<>();

    BoundColumns(Binding binding) {
        this.binding = binding;
    }

    /// @param key physical name or field id in the files
    /// @param name under which the statement finds the column
    void add(String key, String name, String type) {
        columns.add(new Bound(key, name, type));
    }

    /// A map from keys to what to make of them. Where nothing needs an escape it is a cast of text: a third of the
    /// cost of a literal, which is most of what a look-up in a small file costs.
    String schema() {
        if (columns.isEmpty()) {
            // read_parquet wants a column, and a count needs none: one that no file has costs nothing.
            add(binding == Binding.FIELD_ID ? Integer.toString(Integer.MAX_VALUE) : "\u0001", "c", "BOOLEAN");
        }
        return columns.stream().allMatch(Bound::isTame) ? text() : literal();
    }

    private String text() {
        String keys = binding == Binding.FIELD_ID ? "INTEGER" : "VARCHAR";
        String quote = binding == Binding.FIELD_ID ? "" : "\"";
        return columns.stream()
                .map(column -> quote + column.key() + quote + "={name: " + column.name() + ", type: \"" + column.type()
                        + "\", default_value: NULL}")
                .collect(Collectors.joining(
                        ", ",
                        "CAST('{",
                        "}' AS MAP(" + keys + ", STRUCT(name VARCHAR, type VARCHAR, default_value VARCHAR)))"));
    }

    private String literal() {
        return columns.stream()
                .map(column -> (binding == Binding.FIELD_ID ? column.key() : Sql.literal(column.key())) + ": {name: '"
                        + column.name() + "', type: " + Sql.literal(column.type()) + ", default_value: NULL}")
                .collect(Collectors.joining(", ", "MAP {", "}"));
    }
}
