package io.sluice.table;

import java.util.regex.Pattern;

/// The name of a table, `schema.table`; one segment means `default.table`.
///
/// Each segment is a letter or underscore followed by at most 127 letters, digits or underscores, so a name is always
/// safe as two directory names.
public record TableName(String schema, String table) implements Comparable<TableName> {

    public static final String DEFAULT_SCHEMA = "default";

    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    public TableName {
        if (!isSegment(schema) || !isSegment(table)) {
            throw new Failure.BadParameter(
                            "table", "a table name is schema.table, each part matching [A-Za-z_][A-Za-z0-9_]{0,127}")
                    .asException();
        }
    }

    /// Reads `schema.table` or `table`.
    ///
    /// @throws FailureException with [Failure.BadParameter] when the text is not a table name
    public static TableName parse(String text) {
        int dot = text.indexOf('.');
        return dot < 0
                ? new TableName(DEFAULT_SCHEMA, text)
                : new TableName(text.substring(0, dot), text.substring(dot + 1));
    }

    /// Whether the text may be one segment of a name.
    public static boolean isSegment(String text) {
        return SEGMENT.matcher(text).matches();
    }

    @Override
    public int compareTo(TableName other) {
        return toString().compareTo(other.toString());
    }

    /// `schema.table`, always with both segments.
    @Override
    public String toString() {
        return schema + "." + table;
    }
}
