package io.sluice.compute.scan;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The text of a type as DuckDB's `parquet_schema` gives it, as the type that a Delta column has for such values.
public final class DuckDbType {

    private static final String LIST = "[]";

    private final String text;
    private final Optional<DataType> forOthers;
    private int at;

    private DuckDbType(String text, Optional<DataType> forOthers) {
        this.text = text;
        this.forOthers = forOthers;
    }

    /// Empty for a type that no column can have, such as a time of day or an unsigned 128-bit integer.
    public static Optional<DataType> read(String text) {
        return read(text, Optional.empty());
    }

    /// What is nested in the type, with `void` for each plain type that no column can have. Empty where the text
    /// is not understood.
    static Optional<DataType> nesting(String text) {
        return read(text, Optional.of(Primitive.VOID));
    }

    private static Optional<DataType> read(String text, Optional<DataType> forOthers) {
        var reader = new DuckDbType(text, forOthers);
        try {
            DataType type = reader.type();
            return reader.at == text.length() ? Optional.of(type) : Optional.empty();
        } catch (UnknownTypeException | StringIndexOutOfBoundsException | NumberFormatException unknown) {
            return Optional.empty();
        }
    }

    private static final class UnknownTypeException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private DataType type() {
        DataType type = takes("STRUCT(") ? struct() : takes("MAP(") ? map() : takes("DECIMAL(") ? decimal() : plain();
        while (takes(LIST)) {
            type = new DataType.Array(type, true);
        }
        return type;
    }

    private boolean takes(String expected) {
        boolean there = text.startsWith(expected, at);
        at += there ? expected.length() : 0;
        return there;
    }

    private void expect(String expected) {
        if (!takes(expected)) {
            throw new UnknownTypeException();
        }
    }

    private DataType struct() {
        var fields = new ArrayList<Column>();
        do {
            String name = name();
            expect(" ");
            fields.add(new Column(name, type()));
        } while (takes(", "));
        expect(")");
        return new DataType.Struct(fields);
    }

    private String name() {
        if (!takes("\"")) {
            int start = at;
            at = text.indexOf(' ', at);
            return text.substring(start, at);
        }
        var name = new StringBuilder();
        while (text.charAt(at) != '"' || text.startsWith("\"\"", at)) {
            at += text.charAt(at) == '"' ? 1 : 0;
            name.append(text.charAt(at++));
        }
        at++;
        return name.toString();
    }

    private DataType map() {
        DataType key = type();
        expect(", ");
        DataType value = type();
        expect(")");
        return new DataType.Map(key, value, true);
    }

    private DataType decimal() {
        int end = text.indexOf(')', at);
        List<Integer> numbers = List.of(text.substring(at, end).split(",")).stream()
                .map(number -> Integer.valueOf(number.trim()))
                .toList();
        at = end + 1;
        return new DataType.Decimal(numbers.getFirst(), numbers.getLast());
    }

    private DataType plain() {
        int start = at;
        while (at < text.length() && ",()[]".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return switch (text.substring(start, at).toUpperCase(Locale.ROOT)) {
            case "TINYINT" -> Primitive.BYTE;
            case "SMALLINT", "UTINYINT" -> Primitive.SHORT;
            case "INTEGER", "USMALLINT" -> Primitive.INTEGER;
            case "BIGINT", "UINTEGER" -> Primitive.LONG;
            case "UBIGINT" -> new DataType.Decimal(20, 0);
            case "FLOAT" -> Primitive.FLOAT;
            case "DOUBLE" -> Primitive.DOUBLE;
            case "BOOLEAN" -> Primitive.BOOLEAN;
            case "VARCHAR", "JSON" -> Primitive.STRING;
            case "BLOB" -> Primitive.BINARY;
            case "DATE" -> Primitive.DATE;
            case "TIMESTAMP", "TIMESTAMP_MS", "TIMESTAMP_S", "TIMESTAMP_NS" -> Primitive.TIMESTAMP_NTZ;
            case "TIMESTAMP WITH TIME ZONE" -> Primitive.TIMESTAMP;
            default -> forOthers.orElseThrow(UnknownTypeException::new);
        };
    }
}
