package io.sluice.access.grant;

import io.sluice.table.TableName;
import java.util.regex.Pattern;

/// Which tables a grant is about: `schema.table`, where `*` stands for any characters of a segment; `*` alone for all
/// tables, one segment for a table of the schema `default`.
final class TablePattern {

    private static final Pattern TEXT = Pattern.compile("\\*|[A-Za-z0-9_*]{1,128}(?:\\.[A-Za-z0-9_*]{1,128})?");
    private static final String ALL = "*";

    private final String text;
    private final Pattern schema;
    private final Pattern table;

    private TablePattern(String text, String schema, String table) {
        this.text = text;
        this.schema = pattern(schema);
        this.table = pattern(table);
    }

    /// @throws IllegalArgumentException that says what a pattern is
    static TablePattern parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is no pattern of tables: it is schema.table, in which * stands for any characters");
        }
        int dot = text.indexOf('.');
        if (text.equals(ALL)) {
            return new TablePattern(text, ALL, ALL);
        }
        return dot < 0
                ? new TablePattern(text, TableName.DEFAULT_SCHEMA, text)
                : new TablePattern(text, text.substring(0, dot), text.substring(dot + 1));
    }

    private static Pattern pattern(String segment) {
        return Pattern.compile(segment.replaceAll("\\*+", "[A-Za-z0-9_]*"));
    }

    boolean matches(TableName name) {
        return schema.matcher(name.schema()).matches()
                && table.matcher(name.table()).matches();
    }

    /// Whether every table is one of these.
    boolean isAll() {
        return schema.pattern().equals(pattern(ALL).pattern())
                && table.pattern().equals(pattern(ALL).pattern());
    }

    @Override
    public String toString() {
        return text;
    }
}
