package io.sluice.compute.decode;

import io.sluice.compute.column.BytesCells;
import io.sluice.compute.column.Cells;
import io.sluice.compute.column.ListCells;
import io.sluice.compute.column.MapCells;
import io.sluice.compute.column.StructCells;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads the JSON value at the parser's current token into cells. After [BadCellException] the parser stands somewhere
/// inside the value.
abstract class JsonCell {

    private final Cells cells;
    private final boolean nullable;

    JsonCell(Cells cells, boolean nullable) {
        this.cells = cells;
        this.nullable = nullable;
    }

    static JsonCell of(Column column, Cells cells) {
        return of(column.type(), cells, column.nullable());
    }

    static JsonCell of(DataType type, Cells cells, boolean nullable) {
        return switch (type) {
            case DataType.Primitive primitive
            when primitive == DataType.Primitive.VARIANT -> new VariantCell((BytesCells) cells, nullable);
            case DataType.Primitive primitive -> new LeafCell(Leaf.of(type, cells), cells, nullable);
            case DataType.Decimal decimal -> new LeafCell(Leaf.of(type, cells), cells, nullable);
            case DataType.Array array -> new ArrayCell(array, (ListCells) cells, nullable);
            case DataType.Map map -> new MapCell(map, (MapCells) cells, nullable);
            case DataType.Struct struct -> new StructCell(struct, (StructCells) cells, nullable);
        };
    }

    final void read(JsonParser parser) throws BadCellException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            if (!nullable) {
                throw new BadCellException("is null and NOT NULL");
            }
            cells.appendNull();
        } else {
            readValue(parser);
        }
    }

    abstract void readValue(JsonParser parser) throws BadCellException;

    static String describe(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            default -> "not a value";
        };
    }

    private static final class LeafCell extends JsonCell {

        private final Leaf leaf;

        LeafCell(Leaf leaf, Cells cells, boolean nullable) {
            super(cells, nullable);
            this.leaf = leaf;
        }

        @Override
        void readValue(JsonParser parser) throws BadCellException {
            switch (parser.currentToken()) {
                case VALUE_STRING ->
                    leaf.string(parser.getStringCharacters(), parser.getStringOffset(), parser.getStringLength());
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                    leaf.number(parser.getStringCharacters(), parser.getStringOffset(), parser.getStringLength());
                case VALUE_TRUE -> leaf.bool(true);
                case VALUE_FALSE -> leaf.bool(false);
                default -> throw leaf.notA(describe(parser));
            }
        }
    }

    private static final class ArrayCell extends JsonCell {

        private final ListCells list;
        private final JsonCell element;

        ArrayCell(DataType.Array type, ListCells list, boolean nullable) {
            super(list, nullable);
            this.list = list;
            this.element = JsonCell.of(type.element(), list.element(), type.containsNull());
        }

        @Override
        void readValue(JsonParser parser) throws BadCellException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw new BadCellException("is " + describe(parser) + "; an array is wanted");
            }
            try {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    element.read(parser);
                }
            } catch (BadCellException e) {
                throw e.under("element");
            }
            list.finish();
        }
    }

    private static final class StructCell extends JsonCell {

        private final StructCells struct;
        private final List<Column> columns;
        private final List<JsonCell> fields = new ArrayList<>();
        private final BitSet seen = new BitSet();

        StructCell(DataType.Struct type, StructCells struct, boolean nullable) {
            super(struct, nullable);
            this.struct = struct;
            this.columns = type.fields();
            for (int i = 0; i < columns.size(); i++) {
                fields.add(JsonCell.of(columns.get(i), struct.fields().get(i)));
            }
        }

        @Override
        void readValue(JsonParser parser) throws BadCellException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new BadCellException("is " + describe(parser) + "; an object is wanted");
            }
            seen.clear();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                int index = RowShape.indexIgnoringCase(columns, name);
                if (index < 0) {
                    throw new BadCellException("has an unknown member " + JsonRows.shown(name));
                }
                String column = columns.get(index).name();
                if (seen.get(index)) {
                    throw new BadCellException(column, "is there twice");
                }
                seen.set(index);
                parser.nextToken();
                try {
                    fields.get(index).read(parser);
                } catch (BadCellException e) {
                    throw e.under(column);
                }
            }
            for (int i = seen.nextClearBit(0); i < columns.size(); i = seen.nextClearBit(i + 1)) {
                if (!columns.get(i).nullable()) {
                    throw new BadCellException(columns.get(i).name(), "is missing and NOT NULL");
                }
                struct.fields().get(i).appendNull();
            }
            struct.finish();
        }
    }

    private static final class MapCell extends JsonCell {

        private final MapCells map;
        private final DataType keyType;
        private final JsonCell key;
        private final JsonCell value;

        MapCell(DataType.Map type, MapCells map, boolean nullable) {
            super(map, nullable);
            this.map = map;
            this.keyType = type.key();
            this.key = JsonCell.of(type.key(), map.key(), false);
            this.value = JsonCell.of(type.value(), map.value(), type.valueContainsNull());
        }

        @Override
        void readValue(JsonParser parser) throws BadCellException {
            switch (parser.currentToken()) {
                case START_OBJECT -> readObject(parser);
                case START_ARRAY -> readPairs(parser);
                default ->
                    throw new BadCellException(
                            "is " + describe(parser) + "; an object or an array of [key, value] is wanted");
            }
            map.finish();
        }

        private void readObject(JsonParser parser) throws BadCellException {
            if (!RowShape.isLeaf(keyType)) {
                throw new BadCellException("has keys that are no text: write an array of [key, value]");
            }
            Leaf keys = Leaf.of(keyType, map.key());
            Set<Object> seen = new HashSet<>();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                char[] text = name.toCharArray();
                keyed(() -> keys.field(text, 0, text.length));
                distinct(seen);
                parser.nextToken();
                readEntryValue(parser);
            }
        }

        private void readPairs(JsonParser parser) throws BadCellException {
            Set<Object> seen = new HashSet<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() != JsonToken.START_ARRAY) {
                    throw new BadCellException("has " + describe(parser) + " where a pair [key, value] is wanted");
                }
                if (parser.nextToken() == JsonToken.END_ARRAY) {
                    throw notAPair();
                }
                keyed(() -> key.read(parser));
                distinct(seen);
                if (parser.nextToken() == JsonToken.END_ARRAY) {
                    throw notAPair();
                }
                readEntryValue(parser);
                if (parser.nextToken() != JsonToken.END_ARRAY) {
                    throw notAPair();
                }
            }
        }

        private static BadCellException notAPair() {
            return new BadCellException("has an entry that is not a pair [key, value]");
        }

        private interface KeyReading {
            void run() throws BadCellException;
        }

        private static void keyed(KeyReading reading) throws BadCellException {
            try {
                reading.run();
            } catch (BadCellException e) {
                throw e.under("key");
            }
        }

        private void readEntryValue(JsonParser parser) throws BadCellException {
            try {
                value.read(parser);
            } catch (BadCellException e) {
                throw e.under("value");
            }
        }

        private void distinct(Set<Object> seen) throws BadCellException {
            if (!seen.add(map.key().boxed(map.key().size() - 1))) {
                throw new BadCellException("has a key twice");
            }
        }
    }
}
