package io.sluice.answer;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A column, or a field of a struct, that a parameter names: `a`, `b.c`, `` `a.b` ``. Names are looked up without
/// regard to case.
///
/// @param path names as the schema writes them
/// @param text as the client wrote it; the field's name in an answer
public record ColumnPath(List<String> path, String text, DataType type) {

    /// Reads one path.
    ///
    /// @param parameter which parameter holds it, for the problem
    /// @throws FailureException `bad-parameter` when there is no such column
    public static ColumnPath parse(String text, Schema schema, String parameter) {
        Optional<Column> whole = schema.find(text);
        if (whole.isPresent()) {
            return of(List.of(whole.get()));
        }
        List<Column> columns = new ArrayList<>();
        for (String name : split(text, '.', parameter)) {
            columns.add(field(columns, unquoted(name), schema)
                    .orElseThrow(() -> bad(parameter, "there is no column " + shortened(text))));
        }
        return of(columns);
    }

    private static ColumnPath of(List<Column> columns) {
        List<String> names = columns.stream().map(Column::name).toList();
        return new ColumnPath(names, String.join(".", names), columns.getLast().type());
    }

    private static Optional<Column> field(List<Column> above, String name, Schema schema) {
        if (above.isEmpty()) {
            return schema.find(name);
        }
        return above.getLast().type() instanceof DataType.Struct(var fields)
                ? fields.stream()
                        .filter(field -> field.name().equalsIgnoreCase(name))
                        .findFirst()
                : Optional.empty();
    }

    /// Cuts at a separator that does not stand in backticks or double quotes.
    public static List<String> split(String text, char separator, String parameter) {
        var parts = new ArrayList<String>();
        int start = 0;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '`' || c == '"') {
                quote = c;
            } else if (c == separator) {
                parts.add(text.substring(start, i).strip());
                start = i + 1;
            }
        }
        if (quote != 0) {
            throw bad(parameter, "a " + quote + " is not closed");
        }
        parts.add(text.substring(start).strip());
        return parts;
    }

    private static String unquoted(String name) {
        if (name.length() < 2) {
            return name;
        }
        char quote = name.charAt(0);
        boolean quoted = (quote == '`' || quote == '"') && name.charAt(name.length() - 1) == quote;
        String doubled = "" + quote + quote;
        return quoted ? name.substring(1, name.length() - 1).replace(doubled, "" + quote) : name;
    }

    public static String shortened(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }

    private static FailureException bad(String parameter, String reason) {
        return new Failure.BadParameter(parameter, reason).asException();
    }
}
