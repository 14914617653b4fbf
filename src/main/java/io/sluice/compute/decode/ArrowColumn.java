package io.sluice.compute.decode;

import io.sluice.compute.column.Cells;
import io.sluice.compute.column.ListCells;
import io.sluice.compute.column.MapCells;
import io.sluice.compute.column.StructCells;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;

/// Copies a vector's values into a column's cells, nested ones too.
final class ArrowColumn {

    /// The vector's type does not widen to the column's without loss.
    static final class MismatchException extends Exception {

        private static final long serialVersionUID = 1L;

        MismatchException(String reason) {
            super(reason, null, false, false);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    private final FieldVector vector;
    private final Cells cells;
    private final boolean nullable;
    private final ArrowCell value;

    private ArrowColumn(FieldVector vector, Cells cells, boolean nullable, ArrowCell value) {
        this.vector = vector;
        this.cells = cells;
        this.nullable = nullable;
        this.value = value;
    }

    /// Appends the value at `row`.
    void append(int row) throws BadCellException {
        if (!vector.isNull(row)) {
            value.append(row);
        } else if (nullable) {
            cells.appendNull();
        } else {
            throw new BadCellException("is null and NOT NULL");
        }
    }

    /// Makes columns; knows the dictionaries of the stream.
    ///
    /// @param maxBytes of one string or binary value
    record Compiler(Map<Long, Dictionary> dictionaries, int maxBytes) {

        ArrowColumn column(FieldVector vector, Column column, Cells cells) throws MismatchException {
            return compile(vector, column.type(), cells, column.nullable());
        }

        private ArrowColumn compile(FieldVector vector, DataType type, Cells cells, boolean nullable)
                throws MismatchException {
            return new ArrowColumn(vector, cells, nullable, value(vector, type, cells, nullable));
        }

        private ArrowCell value(FieldVector vector, DataType type, Cells cells, boolean nullable)
                throws MismatchException {
            DictionaryEncoding encoding = vector.getField().getDictionary();
            if (encoding != null) {
                return decoded(vector, encoding, type, cells, nullable);
            }
            if (vector instanceof NullVector) {
                return row -> cells.appendNull();
            }
            return switch (type) {
                case DataType.Primitive primitive -> leaf(vector, type, cells);
                case DataType.Decimal decimal -> leaf(vector, type, cells);
                case DataType.Array array -> array(vector, array, (ListCells) cells);
                case DataType.Map map -> map(vector, map, (MapCells) cells);
                case DataType.Struct struct -> struct(vector, struct, (StructCells) cells);
            };
        }

        private ArrowCell leaf(FieldVector vector, DataType type, Cells cells) throws MismatchException {
            return ArrowCell.leaf(vector, type, cells, maxBytes).orElseThrow(() -> mismatch(vector));
        }

        private static MismatchException mismatch(FieldVector vector) {
            return new MismatchException("the type " + vector.getField().getType() + " does not widen to it");
        }

        private ArrowCell decoded(
                FieldVector vector, DictionaryEncoding encoding, DataType type, Cells cells, boolean nullable)
                throws MismatchException {
            Dictionary dictionary = dictionaries.get(encoding.getId());
            if (dictionary == null || !(vector instanceof BaseIntVector indexes)) {
                throw new MismatchException("its dictionary is missing");
            }
            FieldVector values = dictionary.getVector();
            ArrowColumn column = compile(values, type, cells, nullable);
            return row -> {
                long index = indexes.getValueAsLong(row);
                if (index < 0 || index >= values.getValueCount()) {
                    throw new BadCellException("is not in its dictionary");
                }
                column.append((int) index);
            };
        }

        /// The elements of a list in its data vector.
        private interface Extent {
            long at(int row);
        }

        private ArrowCell array(FieldVector vector, DataType.Array type, ListCells cells) throws MismatchException {
            Extent start;
            Extent end;
            FieldVector elements;
            switch (vector) {
                case MapVector map -> throw mismatch(map);
                case ListVector list -> {
                    start = list::getElementStartIndex;
                    end = list::getElementEndIndex;
                    elements = list.getDataVector();
                }
                case LargeListVector list -> {
                    start = list::getElementStartIndex;
                    end = list::getElementEndIndex;
                    elements = list.getDataVector();
                }
                case ListViewVector list -> {
                    start = list::getElementStartIndex;
                    end = list::getElementEndIndex;
                    elements = list.getDataVector();
                }
                case FixedSizeListVector list -> {
                    start = list::getElementStartIndex;
                    end = list::getElementEndIndex;
                    elements = list.getDataVector();
                }
                default -> throw mismatch(vector);
            }
            ArrowColumn element = compile(elements, type.element(), cells.element(), type.containsNull());
            return row -> {
                int last = checked(end.at(row), elements);
                try {
                    for (int i = checked(start.at(row), elements); i < last; i++) {
                        element.append(i);
                    }
                } catch (BadCellException e) {
                    throw e.under("element");
                }
                cells.finish();
            };
        }

        private static int checked(long index, FieldVector elements) throws BadCellException {
            if (index < 0 || index > elements.getValueCount()) {
                throw new BadCellException("has elements outside of its batch");
            }
            return (int) index;
        }

        private ArrowCell map(FieldVector vector, DataType.Map type, MapCells cells) throws MismatchException {
            if (!(vector instanceof MapVector map)
                    || !(map.getDataVector() instanceof StructVector entries)
                    || entries.getChildrenFromFields().size() != 2) {
                throw mismatch(vector);
            }
            ArrowColumn key = compile(entries.getChildrenFromFields().get(0), type.key(), cells.key(), false);
            ArrowColumn value = compile(
                    entries.getChildrenFromFields().get(1), type.value(), cells.value(), type.valueContainsNull());
            return row -> {
                int last = checked(map.getElementEndIndex(row), entries);
                Set<Object> seen = new HashSet<>();
                for (int i = checked(map.getElementStartIndex(row), entries); i < last; i++) {
                    try {
                        key.append(i);
                    } catch (BadCellException e) {
                        throw e.under("key");
                    }
                    if (!seen.add(cells.key().boxed(cells.key().size() - 1))) {
                        throw new BadCellException("has a key twice");
                    }
                    try {
                        value.append(i);
                    } catch (BadCellException e) {
                        throw e.under("value");
                    }
                }
                cells.finish();
            };
        }

        private ArrowCell struct(FieldVector vector, DataType.Struct type, StructCells cells) throws MismatchException {
            if (!(vector instanceof StructVector struct)) {
                throw mismatch(vector);
            }
            var fields = new ArrayList<Optional<ArrowColumn>>();
            for (int i = 0; i < type.fields().size(); i++) {
                fields.add(Optional.empty());
            }
            for (FieldVector child : struct.getChildrenFromFields()) {
                int index = RowShape.indexIgnoringCase(type.fields(), child.getName());
                if (index < 0 || fields.get(index).isPresent()) {
                    throw new MismatchException("the field " + JsonRows.shown(child.getName())
                            + (index < 0 ? " is not one of its fields" : " is there twice"));
                }
                fields.set(
                        index,
                        Optional.of(column(
                                child, type.fields().get(index), cells.fields().get(index))));
            }
            return row -> {
                for (int i = 0; i < fields.size(); i++) {
                    appendField(
                            fields.get(i), type.fields().get(i), cells.fields().get(i), row);
                }
                cells.finish();
            };
        }

        private static void appendField(Optional<ArrowColumn> field, Column column, Cells cells, int row)
                throws BadCellException {
            if (field.isPresent()) {
                try {
                    field.get().append(row);
                } catch (BadCellException e) {
                    throw e.under(column.name());
                }
            } else if (column.nullable()) {
                cells.appendNull();
            } else {
                throw new BadCellException(column.name(), "is missing and NOT NULL");
            }
        }
    }
}
