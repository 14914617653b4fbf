package io.sluice.compute.decode;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// The columns that JSON rows have, starting from those of a table: members that the table lacks get the type of their
/// first value that is not null, whole numbers beyond a column's type ask for a wider one.
final class JsonSchema {

    private DataType known;

    JsonSchema(Schema table) {
        this.known = table.asStruct();
    }

    /// Takes the row at the parser's token into account; afterwards the parser stands at its end.
    void row(JsonParser parser) {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            known = of(known, parser);
        } else {
            parser.skipChildren();
        }
    }

    Schema schema() {
        return known instanceof DataType.Struct(List<Column> columns)
                ? new Schema(settled(columns))
                : new Schema(List.of());
    }

    private static DataType of(DataType type, JsonParser parser) {
        return switch (type) {
            case DataType.Struct struct when parser.currentToken() == JsonToken.START_OBJECT -> struct(struct, parser);
            case DataType.Array(DataType element, boolean nulls)
            when parser.currentToken() == JsonToken.START_ARRAY -> new DataType.Array(elements(element, parser), nulls);
            case DataType.Map(DataType key, DataType value, boolean nulls)
            when parser.currentToken() == JsonToken.START_OBJECT -> new DataType.Map(key, values(value, parser), nulls);
            case Primitive.VOID -> fresh(parser);
            case Primitive primitive -> wider(primitive, parser);
            case DataType.Decimal _, DataType.Array _, DataType.Map _, DataType.Struct _ -> {
                parser.skipChildren();
                yield type;
            }
        };
    }

    private static DataType struct(DataType.Struct struct, JsonParser parser) {
        var fields = new ArrayList<>(struct.fields());
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            int index = RowShape.indexIgnoringCase(fields, name);
            if (index < 0) {
                fields.add(new Column(name, fresh(parser)));
            } else {
                Column field = fields.get(index);
                DataType type = of(field.type(), parser);
                if (!type.equals(field.type())) {
                    fields.set(index, new Column(field.name(), type, field.nullable(), field.metadata()));
                }
            }
        }
        return new DataType.Struct(fields);
    }

    private static DataType elements(DataType element, JsonParser parser) {
        DataType type = element;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            type = of(type, parser);
        }
        return type;
    }

    private static DataType values(DataType value, JsonParser parser) {
        DataType type = value;
        while (parser.nextName() != null) {
            parser.nextToken();
            type = of(type, parser);
        }
        return type;
    }

    /// The type of a value that nothing is known of.
    private static DataType fresh(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> struct(new DataType.Struct(List.of()), parser);
            case START_ARRAY -> new DataType.Array(elements(Primitive.VOID, parser), true);
            case VALUE_TRUE, VALUE_FALSE -> Primitive.BOOLEAN;
            case VALUE_NUMBER_INT -> Primitive.LONG;
            case VALUE_NUMBER_FLOAT -> Primitive.DOUBLE;
            case VALUE_STRING -> Primitive.STRING;
            default -> Primitive.VOID;
        };
    }

    private static DataType wider(Primitive type, JsonParser parser) {
        boolean whole = parser.currentToken() == JsonToken.VALUE_NUMBER_INT;
        boolean fraction = parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT;
        DataType wider = switch (type) {
            case BYTE, SHORT, INTEGER -> whole ? integer(type, parser) : type;
            default -> type;
        };
        if (!whole && !fraction) {
            parser.skipChildren();
        }
        return wider;
    }

    private static DataType integer(Primitive type, JsonParser parser) {
        JsonParser.NumberType size = parser.getNumberType();
        if (size == JsonParser.NumberType.BIG_INTEGER) {
            return type;
        }
        long value = parser.getLongValue();
        if (type == Primitive.BYTE && value == (byte) value) {
            return type;
        }
        if (type != Primitive.INTEGER && value == (short) value) {
            return Primitive.SHORT;
        }
        return value == (int) value ? Primitive.INTEGER : Primitive.LONG;
    }

    /// Columns whose values were all null, or all empty, become texts.
    private static List<Column> settled(List<Column> columns) {
        return columns.stream()
                .map(column -> new Column(column.name(), settled(column.type()), column.nullable(), column.metadata()))
                .toList();
    }

    private static DataType settled(DataType type) {
        return switch (type) {
            case Primitive primitive -> primitive == Primitive.VOID ? Primitive.STRING : primitive;
            case DataType.Decimal decimal -> decimal;
            case DataType.Array array -> new DataType.Array(settled(array.element()), array.containsNull());
            case DataType.Map map -> new DataType.Map(map.key(), settled(map.value()), map.valueContainsNull());
            case DataType.Struct struct ->
                struct.fields().isEmpty()
                        ? new DataType.Map(Primitive.STRING, Primitive.STRING, true)
                        : new DataType.Struct(settled(struct.fields()));
        };
    }
}
