package io.sluice.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Types as short text: `long`, `decimal(10,2)`, `array<struct<a:integer,b:string>>`, `map<string,long>`. Names of
/// struct fields may stand in backticks, a backtick in them doubled. Elements, values and fields may be null.
public final class TypeText {

    private static final int MAX_DEPTH = 64;
    private static final Map<String, DataType.Primitive> PRIMITIVES = new HashMap<>();
    private static final Pattern DECIMAL = Pattern.compile("decimal(\\(\\s*\\d{1,3}\\s*,\\s*-?\\d{1,3}\\s*\\))?");
    private static final Pattern PLAIN_NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");

    static {
        for (DataType.Primitive primitive : DataType.Primitive.values()) {
            PRIMITIVES.put(primitive.deltaName(), primitive);
        }
    }

    private final String text;
    private int at;
    private int depth;

    private TypeText(String text) {
        this.text = text;
    }

    /// @throws FailureException with [Failure.InvalidSchema] that says where the text stops being a type
    public static DataType parse(String text) {
        TypeText parser = new TypeText(text);
        DataType type = parser.type();
        parser.skipBlanks();
        if (parser.at < text.length()) {
            throw parser.wrong("the end of the type is expected");
        }
        return type;
    }

    /// Whether the text names a type without nested ones.
    static boolean isFlat(String text) {
        return PRIMITIVES.containsKey(text) || DECIMAL.matcher(text).matches();
    }

    /// The short text; nullability and metadata of nested fields are not in it.
    public static String write(DataType type) {
        return switch (type) {
            case DataType.Primitive primitive -> primitive.deltaName();
            case DataType.Decimal decimal -> "decimal(" + decimal.precision() + "," + decimal.scale() + ")";
            case DataType.Array array -> "array<" + write(array.element()) + ">";
            case DataType.Map map -> "map<" + write(map.key()) + "," + write(map.value()) + ">";
            case DataType.Struct struct -> {
                List<String> fields = new ArrayList<>();
                struct.fields().forEach(field -> fields.add(quoted(field.name()) + ":" + write(field.type())));
                yield "struct<" + String.join(",", fields) + ">";
            }
        };
    }

    private static String quoted(String name) {
        return PLAIN_NAME.matcher(name).matches() ? name : "`" + name.replace("`", "``") + "`";
    }

    private DataType type() {
        if (++depth > MAX_DEPTH) {
            throw new Failure.InvalidSchema("a type may be nested " + MAX_DEPTH + " deep").asException();
        }
        int start = at;
        String name = word().toLowerCase(Locale.ROOT);
        DataType type = switch (name) {
            case "decimal" -> decimal();
            case "array" -> {
                expect('<');
                DataType element = type();
                expect('>');
                yield new DataType.Array(element, true);
            }
            case "map" -> {
                expect('<');
                DataType key = type();
                expect(',');
                DataType value = type();
                expect('>');
                yield new DataType.Map(key, value, true);
            }
            case "struct" -> new DataType.Struct(fields());
            default -> primitive(name, start);
        };
        depth--;
        return type;
    }

    private DataType primitive(String name, int start) {
        DataType.Primitive primitive = PRIMITIVES.get(name);
        if (primitive == null) {
            at = start;
            skipBlanks();
            throw wrong("a Delta type is expected ("
                    + String.join(", ", PRIMITIVES.keySet().stream().sorted().toList())
                    + ", decimal, array, map, struct)");
        }
        return primitive;
    }

    private DataType decimal() {
        if (!next('(')) {
            return new DataType.Decimal(10, 0);
        }
        int precision = number();
        int scale = next(',') ? number() : 0;
        expect(')');
        return new DataType.Decimal(precision, scale);
    }

    private List<Column> fields() {
        List<Column> fields = new ArrayList<>();
        expect('<');
        if (next('>')) {
            return fields;
        }
        do {
            String name = fieldName();
            expect(':');
            DataType type = type();
            if (fields.stream().anyMatch(field -> field.name().equalsIgnoreCase(name))) {
                throw new Failure.InvalidSchema("a struct has two fields named " + name).asException();
            }
            fields.add(new Column(name, type));
        } while (next(','));
        expect('>');
        return fields;
    }

    private String fieldName() {
        skipBlanks();
        if (at >= text.length() || text.charAt(at) != '`') {
            return word();
        }
        StringBuilder name = new StringBuilder();
        for (at++; at < text.length(); at++) {
            if (text.charAt(at) != '`') {
                name.append(text.charAt(at));
            } else if (at + 1 < text.length() && text.charAt(at + 1) == '`') {
                name.append('`');
                at++;
            } else {
                at++;
                return name.toString();
            }
        }
        throw wrong("a closing backtick is expected");
    }

    private String word() {
        skipBlanks();
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        if (start == at) {
            throw wrong("a name is expected");
        }
        return text.substring(start, at);
    }

    private int number() {
        String digits = word();
        if (digits.length() > 3 || !digits.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            throw wrong("a number is expected");
        }
        return Integer.parseInt(digits);
    }

    private void expect(char wanted) {
        if (!next(wanted)) {
            throw wrong("'" + wanted + "' is expected");
        }
    }

    private boolean next(char wanted) {
        skipBlanks();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private FailureException wrong(String reason) {
        String shown = text.length() > 200 ? text.substring(0, 200) + "…" : text;
        return new Failure.InvalidSchema("\"" + shown + "\" is not a type: at character " + at + " " + reason)
                .asException();
    }
}
